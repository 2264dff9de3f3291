import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
import WeFlowStore

/// What a call of ``NewMessagesQuery`` came to, its messages aside.
public struct NewMessagesPage: Sendable {
    /// How many messages were handed on.
    public internal(set) var count = 0
    /// Whether more are there already.
    public internal(set) var hasMore = false
    /// What the next call gives back.
    public internal(set) var cursor: ArrivalCursor
    /// Whether some messages may have been given before, since the journal does not reach back to the cursor.
    public internal(set) var resync = false
    /// Whether the journal does not reach back to the cursor.
    var isJournalLost = false
    /// What could not be read.
    public internal(set) var losses = MessageLosses()
    /// Why names are missing, where they are.
    public internal(set) var notice: WeFlowError?

    init(cursor: ArrivalCursor, losses: MessageLosses = MessageLosses()) {
        (self.cursor, self.losses) = (cursor, losses)
    }
}

/// What arrived in all sessions since a cursor, in the order of arrival (<doc:ArrivalsAndJournal>).
public struct NewMessagesQuery: Sendable {
    /// What is asked for.
    public let request: NewMessagesRequest
    private let journal: ArrivalJournal
    private let keyword: MessageFilter
    private let included: Set<TableHash>
    private let excluded: Set<TableHash>
    /// Whether what is found becomes events: what may be old is none.
    private let asEvents: Bool

    /// How many seconds are given again where a journal was lost.
    private static let overlap: Int64 = 300
    /// How many where it cannot be told what was written since.
    private static let longOverlap: Int64 = 30 * 86_400
    private static let batch = 512

    /// Prepares a query on an account's journal.
    public init(_ request: NewMessagesRequest, journal: ArrivalJournal) {
        self.init(request, journal: journal, asEvents: false)
    }

    init(_ request: NewMessagesRequest, journal: ArrivalJournal, asEvents: Bool) {
        self.request = request
        self.asEvents = asEvents
        self.journal = journal
        keyword = MessageFilter(keyword: request.keyword.map { KeywordMatcher($0) })
        included = Set(request.talkers.map { TableHash(of: $0) })
        excluded = Set(request.exclude.map { TableHash(of: $0) })
    }

    /// An unread name book of the account, for a run.
    public var names: LazyNames { LazyNames(journal.account) }

    /// Brings the journal up to date and hands on the messages.
    ///
    /// - Parameters:
    ///   - names: a name book that is kept between runs; a new one where it is left out.
    ///   - body: takes each message; it is lent for the call.
    /// - Returns: the page.
    /// - Throws: `.usage` for another account's cursor; why the store or the journal cannot be read;
    ///   what `body` throws. A transient error may be met by running again, from an empty output.
    public func run(
        names: LazyNames? = nil, _ body: (Arrival, borrowing Message) throws -> Void
    ) throws -> NewMessagesPage {
        try walk(names) { _, arrival, message in try body(arrival, message) }.page
    }

    /// Like ``run(names:_:)``, with the media of the messages exported before they are handed on.
    ///
    /// - Parameters:
    ///   - media: exports the kinds that the request asks for.
    ///   - body: takes each message; it is lent for the call.
    /// - Returns: the page.
    /// - Throws: as there; `.system` where the export folder cannot be written to.
    public func run(
        exporting media: MediaExporter, _ body: (Arrival, borrowing Message) throws -> Void
    ) async throws -> NewMessagesPage {
        let kinds = request.media.kinds
        var rows: [ArrivalReader.Row] = []
        var requests: [TableHash: [(row: Int, request: MediaRequest)]] = [:]
        var (page, reader) = try walk(nil) { row, _, message in
            if let entry = row.entry, let request = MediaRequest(entry, message, kinds: kinds) {
                requests[row.place.hash, default: []].append((rows.count, request))
            }
            rows.append(row)
        }
        guard let reader else { return page }
        var outcomes: [MediaOutcome?] = Array(repeating: nil, count: rows.count)
        for (hash, wanted) in requests {
            guard let chat = reader.chat(of: hash) else { continue }
            let exported = try await media.export(wanted.map(\.request), of: chat)
            for note in exported.notes { page.losses.add(mediaNote: note) }
            for (row, outcome) in zip(wanted.map(\.row), exported.outcomes) {
                outcomes[row] = outcome
                if case .missing(let kind, let loss) = outcome { page.losses.add(loss, kind) }
            }
        }
        for (row, outcome) in zip(rows, outcomes) {
            _ = try reader.read(row, filter: MessageFilter(), media: outcome) { arrival, message in
                try body(arrival, message)
                return true
            }
        }
        return page
    }

    /// Brings the journal up to date and hands on the messages with the rows that they are in.
    ///
    /// - Returns: the page, and what reads its rows again; nil where there are none.
    private func walk(
        _ names: LazyNames?, _ body: (ArrivalReader.Row, Arrival, borrowing Message) throws -> Void
    ) throws -> (page: NewMessagesPage, reader: ArrivalReader?) {
        let view = try journal.update()
        if let idle = idlePage(view) { return (idle, nil) }
        let reader = ArrivalReader(
            journal.account, names: names ?? LazyNames(journal.account), hashes: view.hashes,
            sums: RowSums(seed: view.state.journal))
        var run = Run(query: self, state: view.state, reader: reader)
        var page: NewMessagesPage
        switch request.beginning {
        case .now:
            page = NewMessagesPage(cursor: run.cursor(at: view.state.end))
        case .unread:
            page = try run.unread(body)
        case .since(let since):
            let walk = ArrivalCursor.Walk(since: since, last: nil)
            page = try run.page(from: run.cursor(at: view.state.end, walk), body)
        case .cursor(let cursor):
            guard journal.owns(cursor, view.state) else {
                throw WeFlowError(.usage, "cursor belongs to another account; leave it out and take a new one")
            }
            if cursor.journal == view.state.journal, view.state.chain(at: cursor.position) == cursor.chain {
                page = try run.page(from: cursor, body)
            } else {
                // A new journal has everything that came since it began; of what it had before it was cut, nobody knows.
                let isCut = cursor.journal == view.state.journal
                let start = isCut ? view.state.end : view.state.first
                page = try run.page(from: run.cursor(at: start, again(cursor, isCut)), body)
                (page.resync, page.isJournalLost) = (true, true)
            }
        }
        if !run.missed.isEmpty { try journal.miss(run.missed, asEvents: asEvents) }
        page.losses = view.losses
        page.losses.add(reader.losses)
        page.losses.add(run.losses)
        page.notice = reader.names.notice
        return (page, reader)
    }

    /// The walk that makes up for a journal that is lost, or for the part of it that was.
    private func again(_ cursor: ArrivalCursor, _ isCut: Bool) -> ArrivalCursor.Walk {
        guard !asEvents else { return ArrivalCursor.Walk(since: cursor.time.saturating(minus: Self.overlap)) }
        var since = cursor.time.saturating(minus: Self.longOverlap)
        guard let walk = cursor.walk else { return ArrivalCursor.Walk(since: since, then: isCut ? nil : cursor.digest) }
        // It had not come far enough to say what is still to be given.
        since = min(since, walk.last?.createTime ?? walk.since)
        return ArrivalCursor.Walk(since: since, then: walk.then)
    }

    /// The page of a client that has everything, for which no table has to be opened.
    private func idlePage(_ view: ArrivalJournal.View) -> NewMessagesPage? {
        guard case .cursor(let cursor) = request.beginning, cursor.journal == view.state.journal, cursor.walk == nil,
            cursor.position == view.state.end,
            cursor.chain == view.state.chain(at: view.state.end)
        else { return nil }
        let now = ArrivalJournal.milliseconds / 1000
        let next = ArrivalCursor(
            account: journal.accountHash, journal: cursor.journal, position: cursor.position, chain: cursor.chain,
            time: now, digest: CounterDigest(view.state, at: cursor.position))
        return NewMessagesPage(cursor: next, losses: view.losses)
    }

    /// Whether a session is asked for.
    func wants(_ hash: TableHash) -> Bool {
        (included.isEmpty || included.contains(hash)) && !excluded.contains(hash)
    }

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
