package import WeFlowPages

/// The messages of a chat over all its shards in one total order (<doc:MessageShards#The-order-of-messages>):
/// `sortSeq`, `createTime`, `localId`, shard; a merge of indexes, in which no row is read but those that share a
/// sequence.
package final class MessageEntries {
    private let tables: [MessageTable]
    private let direction: IndexCursor.Direction
    private let sources: [EntrySource]
    private var readers: [MessageReader?]
    private var open = 0
    private static let mostOpen = 16
    /// Entries of one sequence that are in order, the next one last.
    private var ready: [MessageEntry] = []
    /// Entries of one sequence, in no order yet.
    private var group: [MessageEntry] = []
    private var lostRows = PageFailures()
    /// Whether nothing was handed on or passed over yet.
    private var isFresh = true
    private let leapsFrom: Int
    /// More entries of one sequence than these are always put in order here.
    private static let mostUnordered = 64

    /// Starts before the first entry in the direction asked for, or behind a place that an earlier walk got to.
    ///
    /// - Parameters:
    ///   - tables: what is merged.
    ///   - direction: along the sequence or against it.
    ///   - place: of the last entry of an earlier walk.
    ///   - trustsPages: whether pages hold what was written, as those do that were verified; told by the tables unless
    ///     it is given.
    ///   - leapsFrom: fewer messages are passed over leaf by leaf.
    /// - Throws: `.moved` where a database changed under a snapshot without a lock.
    package init(
        _ tables: [MessageTable], direction: IndexCursor.Direction, after place: MessagePosition? = nil,
        trustsPages: Bool? = nil, leapsFrom: Int = EntryLeap.fewest
    ) throws(PageFailure) {
        self.leapsFrom = leapsFrom
        self.tables = tables
        self.direction = direction
        var sources: [EntrySource] = []
        for (place, table) in tables.enumerated() {
            sources.append(
                try EntrySource(
                    table, place: place, direction: direction,
                    trustsPages: trustsPages ?? table.snapshot.isEncrypted))
        }
        self.sources = sources
        readers = tables.map { _ in nil }
        if let place { try pass(place) }
    }

    /// Passes over everything up to a place.
    private func pass(_ place: MessagePosition) throws(PageFailure) {
        let forward = direction == .forward
        while try nextGroup() {
            let sequence = group[0].sequence
            guard sequence == place.sequence else {
                if forward ? sequence < place.sequence : sequence > place.sequence { continue }
                ready = try ordered(group)
                return
            }
            // The next one comes last, so what was passed already is at the end.
            ready = try ordered(group)
            while let entry = ready.last {
                let here = MessagePosition(entry, createTime: try time(of: entry), in: tables[entry.table])
                guard here == place || (forward ? here < place : place < here) else { return }
                ready.removeLast()
            }
            return
        }
    }

    /// Pages that could not be read so far and that held rows.
    package var damage: [PageFailure] { sources.flatMap(\.damage) + lostRows.all }

    /// The next entries in order.
    ///
    /// - Parameters:
    ///   - count: how many; fewer come only at the end.
    ///   - ordersTies: false for a reader who puts those of one sequence in order himself, having their rows at hand.
    ///     They stand together then, and in one batch, which may be some more than `count`, unless they are many.
    /// - Returns: the entries.
    /// - Throws: `.moved` where a database changed under a snapshot without a lock.
    package func next(_ count: Int, ordersTies: Bool = true) throws(PageFailure) -> [MessageEntry] {
        isFresh = false
        var entries: [MessageEntry] = []
        entries.reserveCapacity(min(count, 4096) + (ordersTies ? 0 : Self.mostUnordered))
        while entries.count < count {
            if let entry = ready.popLast() {
                entries.append(entry)
                continue
            }
            if let run = untied(atMost: count - entries.count) {
                run.source.pass(run.count, into: &entries)
                continue
            }
            guard try nextGroup() else { break }
            if group.count == 1 || !ordersTies && group.count <= Self.mostUnordered {
                entries += group
            } else {
                ready = try ordered(group)
            }
        }
        return entries
    }

    /// Passes over entries; those of a sequence that is passed over whole are not even put in order.
    ///
    /// - Returns: how many there were to pass over, at most `count`.
    package func skip(_ count: Int) throws(PageFailure) -> Int {
        var skipped = try leap(over: count)
        while skipped < count {
            if !ready.isEmpty {
                ready.removeLast()
                skipped += 1
                continue
            }
            if let run = untied(atMost: count - skipped) {
                run.source.pass(run.count)
                skipped += run.count
                continue
            }
            if let (source, second) = leader {
                let passed = try source.passLeaf(before: second, atMost: count - skipped)
                skipped += passed
                if passed > 0 { continue }
            }
            guard try nextGroup() else { break }
            if group.count <= count - skipped {
                skipped += group.count
            } else {
                ready = try ordered(group)
            }
        }
        return skipped
    }

    /// The table whose entries are next, and how many of them come before those of all other tables and share their
    /// sequence with none; nil where there is none such.
    private func untied(atMost most: Int) -> (source: EntrySource, count: Int)? {
        guard let (source, second) = leader else { return nil }
        let count = source.untied(before: second, atMost: most)
        return count > 0 ? (source, count) : nil
    }

    /// The table whose entries are next, and the sequence of the next entry of all others; nil where all have ended.
    private var leader: (source: EntrySource, second: Int64?)? {
        var (first, second): (EntrySource?, Int64?) = (nil, nil)
        var firstSequence: Int64 = 0
        for source in sources {
            guard let sequence = source.head?.sequence else { continue }
            if first == nil || (direction == .forward ? sequence < firstSequence : sequence > firstSequence) {
                if first != nil { second = firstSequence }
                (first, firstSequence) = (source, sequence)
            } else if second.map({ direction == .forward ? sequence < $0 : sequence > $0 }) ?? true {
                second = sequence
            }
        }
        return first.map { ($0, second) }
    }

    /// Passes over most of many entries at once, where nothing was passed yet and nothing speaks against it.
    ///
    /// - Returns: how many were passed over.
    private func leap(over count: Int) throws(PageFailure) -> Int {
        guard isFresh, count >= leapsFrom, !sources.isEmpty, sources.allSatisfy(\.canLeap) else { return 0 }
        isFresh = false
        guard var leap = try EntryLeap(tables, direction), let (passed, behind) = try leap.leap(over: count) else {
            return 0
        }
        for (source, entry) in zip(sources, behind) {
            if let entry { try source.goOn(behind: entry) }
        }
        return passed
    }

    /// Fills `group` with all entries of the sequence that is next; false behind the last.
    private func nextGroup() throws(PageFailure) -> Bool {
        isFresh = false
        group.removeAll(keepingCapacity: true)
        var sequence: Int64?
        for source in sources {
            guard let head = source.head else { continue }
            guard let best = sequence else {
                sequence = head.sequence
                continue
            }
            sequence = direction == .forward ? min(best, head.sequence) : max(best, head.sequence)
        }
        guard let sequence else { return false }
        for source in sources {
            while let head = source.head, head.sequence == sequence {
                group.append(head)
                try source.advance()
            }
        }
        return true
    }

    /// Puts entries of one sequence in order, for which their rows' times are needed; the first comes last.
    private func ordered(_ group: [MessageEntry]) throws(PageFailure) -> [MessageEntry] {
        var keyed: [(time: Int64, entry: MessageEntry)] = []
        keyed.reserveCapacity(group.count)
        for entry in group {
            do throws(PageFailure) {
                keyed.append((try reader(entry.table).createTime(of: entry.rowID), entry))
            } catch {
                if error.reason == .moved { throw error }
                lostRows.add(error)
            }
        }
        let forward = direction == .forward
        keyed.sort { a, b in
            let x = (a.time, a.entry.rowID, tables[a.entry.table].ordinal)
            let y = (b.time, b.entry.rowID, tables[b.entry.table].ordinal)
            return forward ? x > y : x < y
        }
        return keyed.map(\.entry)
    }

    /// The time of an entry's row; 0 where it cannot be read, which is said when its turn comes.
    private func time(of entry: MessageEntry) throws(PageFailure) -> Int64 {
        do throws(PageFailure) {
            return try reader(entry.table).createTime(of: entry.rowID)
        } catch {
            if error.reason == .moved { throw error }
            return 0
        }
    }

    private func reader(_ table: Int) -> MessageReader {
        if let reader = readers[table] { return reader }
        // A chat may lie in any number of shards, which are not all needed at once.
        if open == Self.mostOpen {
            readers = tables.map { _ in nil }
            open = 0
        }
        let reader = MessageReader(tables[table])
        readers[table] = reader
        open += 1
        return reader
    }
}
