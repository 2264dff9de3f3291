import WeFlowModel
import WeFlowPages
import WeFlowQuery
import WeFlowStore

extension NewMessagesQuery {
    /// One run of the query on one state of journal and store.
    struct Run {
        let query: NewMessagesQuery
        let state: ArrivalState
        let reader: ArrivalReader
        var losses = MessageLosses()
        /// Messages that are wanted and whose rows are away.
        private(set) var missed: [(sum: UInt64, hash: TableHash)] = []
        private var checked: [TableHash: Bool] = [:]

        init(query: NewMessagesQuery, state: ArrivalState, reader: ArrivalReader) {
            (self.query, self.state, self.reader) = (query, state, reader)
        }

        /// Whether a session's rows may lie elsewhere than where they were found.
        private mutating func isChecked(_ hash: TableHash) -> Bool {
            if let known = checked[hash] { return known }
            let found = state.isChecked(hash)
            checked[hash] = found
            return found
        }

        /// The cursor of a position in the journal.
        func cursor(at position: UInt64, _ walk: ArrivalCursor.Walk? = nil) -> ArrivalCursor {
            query.journal.cursor(at: position, in: state, walk)
        }

        /// Takes a message and the row that it is in.
        typealias Body = (ArrivalReader.Row, Arrival, borrowing Message) throws -> Void

        /// What became of a row.
        private enum Outcome {
            /// It is not wanted, or gone.
            case skipped
            /// It was handed on.
            case given
            /// It is wanted, and the page is full.
            case surplus
        }

        private mutating func take(
            _ row: ArrivalReader.Row, _ page: inout NewMessagesPage,
            _ body: Body
        ) throws -> Outcome {
            let isFull = page.count >= query.request.limit
            let leavesOwn = query.request.received
            var row = reader.found(row)
            if row.isChecked {
                guard let placed = try reader.placed(row) else {
                    missed.append((row.sum, row.place.hash))
                    return .skipped
                }
                row = placed
            }
            let isWanted = try reader.read(row, filter: query.keyword) { arrival, message in
                if leavesOwn, arrival.isOwn(message.isSend) { return false }
                if !isFull { try body(row, arrival, message) }
                return true
            }
            guard isWanted else {
                // One that is away may come back with an earlier state of the store.
                if row.sum != 0, !reader.isThere, try reader.placed(row) == nil {
                    missed.append((row.sum, row.place.hash))
                }
                return .skipped
            }
            if isFull { return .surplus }
            page.count += 1
            return .given
        }

        /// The walk of a cursor, then what the journal has behind it.
        mutating func page(
            from cursor: ArrivalCursor, _ body: Body
        ) throws -> NewMessagesPage {
            var page = NewMessagesPage(cursor: cursor)
            if var walk = cursor.walk {
                let places = try places(of: walk, butNotFrom: cursor.position)
                for start in stride(from: 0, to: places.count, by: NewMessagesQuery.batch) {
                    let batch = places[start..<min(start + NewMessagesQuery.batch, places.count)]
                    try reader.prepare(batch.lazy.map(\.table.hash))
                    for place in batch {
                        let row = ArrivalReader.Row(place: place.table, localID: place.localID)
                        if try take(row, &page, body) == .surplus {
                            page.hasMore = true
                            page.cursor = self.cursor(at: cursor.position, walk)
                            return page
                        }
                        walk.last = place
                    }
                }
            }
            try follow(from: cursor.position, &page, body)
            return page
        }

        /// What the journal has from a position on.
        private mutating func follow(
            from start: UInt64, _ page: inout NewMessagesPage, _ body: Body
        ) throws {
            var position = start
            var rest = state.entries(from: start)
            while !rest.isEmpty {
                let batch = rest.prefix(NewMessagesQuery.batch)
                rest = rest.dropFirst(batch.count)
                try reader.prepare(batch.lazy.map(\.place.hash).filter(query.wants))
                for entry in batch {
                    if query.wants(entry.place.hash), !query.asEvents || !entry.doubt.contains(.isOld) {
                        let row = ArrivalReader.Row(
                            place: entry.place, localID: entry.localID, position: position, kind: entry.kind,
                            sum: entry.sum, isChecked: entry.sum != 0 && isChecked(entry.place.hash))
                        switch try take(row, &page, body) {
                        case .surplus:
                            page.hasMore = true
                            page.cursor = cursor(at: position)
                            return
                        case .given: if entry.doubt.contains(.repeats) { page.resync = true }
                        case .skipped: break
                        }
                    }
                    position += 1
                }
            }
            page.cursor = cursor(at: position)
        }

        /// Messages from a time on, oldest first, without those that the journal has from a position on.
        private mutating func places(
            of walk: ArrivalCursor.Walk, butNotFrom position: UInt64
        ) throws(WeFlowError) -> [ArrivalPosition] {
            var later: [TableKey: Set<Int64>] = [:]
            var found: Set<UInt64> = []
            for entry in state.entries(from: position) {
                later[entry.place, default: []].insert(entry.localID)
                if entry.sum != 0 { found.insert(entry.sum) }
            }
            let sums = RowSums(seed: state.journal)
            var places: [ArrivalPosition] = []
            let starts = walk.then.map { CounterDigest.written(since: $0, in: state, at: position) } ?? [:]
            let recent = walk.since.saturating(minus: NewMessagesQuery.overlap - NewMessagesQuery.longOverlap)
            let tables = try reader.tables(state.counters.keys.filter { query.wants($0.hash) })
            for (table, rows) in tables {
                let known = later[table] ?? []
                let start = starts[table]
                let damage = try rows.rows(after: 0) { row in
                    let isWritten = start.map { row.localID > $0 || row.createTime >= recent }
                    guard isWritten ?? (row.createTime >= walk.since), !known.contains(row.localID) else { return true }
                    if !found.isEmpty {
                        // It may lie elsewhere than where it was found.
                        let (own, before) = sums.stored(row, in: table.hash)
                        if found.contains(own) || found.contains(before) { return true }
                    }
                    let place = ArrivalPosition(
                        createTime: row.createTime, sortSeq: row.sortSeq, localID: row.localID, table: table)
                    if walk.last.map({ place > $0 }) ?? true { places.append(place) }
                    return true
                }
                for page in damage { losses.add(page) }
            }
            return places.sorted()
        }

        /// The unread messages, oldest first, and a cursor for now.
        mutating func unread(
            _ body: Body
        ) throws -> NewMessagesPage {
            let sessions = try SessionTables(query.journal.account)
            for page in sessions.damage { losses.add(page) }
            var wanted: [(hash: TableHash, count: Int)] = []
            for session in sessions.sessions where session.unreadCount > 0 {
                let hash = TableHash(of: session.username)
                if query.wants(hash) { wanted.append((hash, Int(clamping: session.unreadCount))) }
            }
            try reader.prepare(wanted.map(\.hash))
            var places: [ArrivalPosition] = []
            for (hash, count) in wanted {
                let newest = try reader.newest(count, of: hash, filter: query.keyword)
                places += newest
            }
            places.sort()
            var page = NewMessagesPage(cursor: cursor(at: state.end))
            for place in places.suffix(query.request.limit) {
                let row = ArrivalReader.Row(place: place.table, localID: place.localID)
                _ = try take(row, &page, body)
            }
            return page
        }
    }
}
