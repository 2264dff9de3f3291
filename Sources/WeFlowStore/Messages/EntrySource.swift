import WeFlowPages

/// One message by its place: what is needed to order messages, and to find the row when its turn comes.
package struct MessageEntry: Sendable, Equatable {
    /// The sequence it is ordered by.
    package let sequence: Int64
    /// Its row in the table.
    package let rowID: Int64
    /// The table, as a place in the list of tables that are merged.
    package let table: Int

    /// Puts an entry together.
    package init(sequence: Int64, rowID: Int64, table: Int) {
        self.sequence = sequence
        self.rowID = rowID
        self.table = table
    }
}

/// The place of a message in the total order of a chat (<doc:MessageShards#The-order-of-messages>), the same in every
/// snapshot.
package struct MessagePosition: Sendable, Comparable {
    /// The sequence it is ordered by.
    package let sequence: Int64
    /// Unix seconds.
    package let createTime: Int64
    /// Its row in the table.
    package let rowID: Int64
    /// The place of its shard in the order of shards.
    package let ordinal: Int

    /// Puts a place together.
    package init(_ entry: MessageEntry, createTime: Int64, in table: MessageTable) {
        self.init(entry, createTime: createTime, ordinal: table.ordinal)
    }

    /// Puts a place together, in the table of the shard with this place in the order of shards.
    package init(_ entry: MessageEntry, createTime: Int64, ordinal: Int) {
        sequence = entry.sequence
        self.createTime = createTime
        rowID = entry.rowID
        self.ordinal = ordinal
    }

    /// By sequence, time, row and shard.
    package static func < (a: MessagePosition, b: MessagePosition) -> Bool {
        (a.sequence, a.createTime, a.rowID, a.ordinal) < (b.sequence, b.createTime, b.rowID, b.ordinal)
    }
}

/// The entries of one table along the sequence, or against it.
///
/// They come out of the index on `sort_seq`, a few bytes each; rows are not touched. Rows without a sequence are ordered
/// by their time and merged in. Where the table has no such index, or a page of it is damaged, or it lacks rows that were
/// written last, the rows themselves are walked and sorted.
final class EntrySource {
    /// The next entry, nil behind the last.
    private(set) var head: MessageEntry?
    /// Pages that could not be read so far.
    var damage: [PageFailure] { failures.all }
    private var failures = PageFailures()

    private let table: MessageTable
    private let place: Int
    private let direction: IndexCursor.Direction
    /// Whether pages are known to hold what was written: what is passed over need not be looked at then.
    private let trustsPages: Bool
    private var index: IndexCursor?
    /// Entries of the index, a page at a time, and the place of the next one.
    private var block: [MessageEntry] = []
    private var blockNext = 0
    /// Sorted entries that are merged with the index, the next one last.
    private var sorted: [MessageEntry] = []

    init(
        _ table: MessageTable, place: Int, direction: IndexCursor.Direction, trustsPages: Bool
    ) throws(PageFailure) {
        self.table = table
        self.place = place
        self.direction = direction
        self.trustsPages = trustsPages
        if let root = table.orderRoot {
            let cache = PageCache(table.snapshot, pages: 32)
            // Only numbers lie in the order of numbers: texts come behind them, and are read as numbers all the same.
            let end = IndexCursor(cache, root: root, direction: .backward)
            if try end.next(), end.record.value(0) == .text || end.record.value(0) == .blob {
                sorted = try allRows()
            } else if try table.lacksLatestRows(cache, index: root) {
                sorted = try allRows()
            } else {
                sorted = try rowsWithoutSequence(IndexCursor(cache, root: root, direction: .forward))
                index = IndexCursor(cache, root: root, direction: direction)
                try refill(after: nil)
            }
        } else {
            sorted = try allRows()
        }
        takeHead()
    }

    /// Goes on to the next entry.
    func advance() throws(PageFailure) {
        guard let head else { return }
        if blockNext < block.count, head == block[blockNext] {
            blockNext += 1
            if blockNext == block.count { try refill(after: head) }
        } else {
            sorted.removeLast()
        }
        takeHead()
    }

    /// How many of the next entries lie ready that come before `sequence` and share theirs with no other.
    func untied(before sequence: Int64?, atMost most: Int) -> Int {
        // The last one that lies ready may be tied to the one behind it.
        guard sorted.isEmpty, blockNext < block.count else { return 0 }
        let count = min(most, block.count - 1 - blockNext)
        return block.withUnsafeBufferPointer { block in
            var run = 0
            while run < count {
                let own = block[blockNext + run].sequence
                if let sequence, direction == .forward ? own >= sequence : own <= sequence { break }
                guard block[blockNext + run + 1].sequence != own else { break }
                run += 1
            }
            return run
        }
    }

    /// Passes over entries that `untied` counted, and hands them to `entries` where they are wanted.
    func pass(_ count: Int, into entries: inout [MessageEntry]) {
        entries.append(contentsOf: block[blockNext..<blockNext + count])
        pass(count)
    }

    /// Passes over entries that `untied` counted.
    func pass(_ count: Int) {
        blockNext += count
        head = block[blockNext]
    }

    /// Passes over the last entry that lies ready and over the next leaf of the index but its last entry, whose others
    /// are counted and not looked at.
    ///
    /// - Parameters:
    ///   - sequence: what all of them must come before; nil where there is nothing else.
    ///   - most: how many may be passed over.
    /// - Returns: how many were; 0 where the leaf has to be looked at, of which more lies ready then.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func passLeaf(before sequence: Int64?, atMost most: Int) throws(PageFailure) -> Int {
        guard trustsPages, sorted.isEmpty, !block.isEmpty, blockNext == block.count - 1, let index else { return 0 }
        let first = block[blockNext].sequence
        // Where a page is lost on the way, what lies ready is taken first and the rest is left to `refill`.
        guard try index.next(), index.damage.isEmpty else { return 0 }
        let next = (value: index.record.int(0), row: index.record.int(1))
        if let rest = try index.leafRest(), rest.count < most, rest.last != rest.beforeLast,
            // Between two numbers on one side of zero there is neither a zero nor a NULL, which are merged in elsewhere.
            first.signum() * rest.last.signum() == 1,
            sequence.map({ direction == .forward ? rest.last < $0 : rest.last > $0 }) ?? true
        {
            index.pass(rest)
            block.removeAll(keepingCapacity: true)
            block.append(MessageEntry(sequence: rest.last, rowID: rest.lastRow, table: place))
            blockNext = 0
            head = block[0]
            return rest.count + 1
        }
        if next.value != 0 { block.append(MessageEntry(sequence: next.value, rowID: next.row, table: place)) }
        try index.restOfLeaf { value, row in
            if value != 0 { block.append(MessageEntry(sequence: value, rowID: row, table: place)) }
        }
        return 0
    }

    /// Whether all entries come out of an index whose pages hold what was written, in which no sequence is NULL or 0.
    var canLeap: Bool { trustsPages && sorted.isEmpty && index?.damage.isEmpty == true }

    /// Goes on behind an entry of the index.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func goOn(behind entry: IndexMap.Entry) throws(PageFailure) {
        guard let index else { return }
        try index.rewind(behind: entry)
        try refill(after: MessageEntry(sequence: entry.value, rowID: entry.rowID, table: place))
        takeHead()
    }

    /// Whether `a` comes out before `b`.
    private func precedes(_ a: MessageEntry, _ b: MessageEntry) -> Bool {
        direction == .forward
            ? (a.sequence, a.rowID) < (b.sequence, b.rowID) : (a.sequence, a.rowID) > (b.sequence, b.rowID)
    }

    private func takeHead() {
        let indexHead = blockNext < block.count ? block[blockNext] : nil
        guard let a = indexHead, let b = sorted.last else {
            head = indexHead ?? sorted.last
            return
        }
        head = precedes(a, b) ? a : b
    }

    /// Reads a page further in the index, past rows that have no sequence.
    private func refill(after last: MessageEntry?) throws(PageFailure) {
        block.removeAll(keepingCapacity: true)
        blockNext = 0
        guard let index else { return }
        let (place, isForward) = (place, direction == .forward)
        // An entry that comes out of its turn lies on a page that the tree names twice, or on one of another time.
        var (before, isInOrder) = (last, true)
        while try index.nextIntegers({ sequence, row in
            guard sequence != 0 else { return }
            if let before {
                let grows = sequence > before.sequence || sequence == before.sequence && row > before.rowID
                let same = sequence == before.sequence && row == before.rowID
                if grows != isForward || same { isInOrder = false }
            }
            let entry = MessageEntry(sequence: sequence, rowID: row, table: place)
            before = entry
            block.append(entry)
        }) {
            guard index.damage.isEmpty, isInOrder else { break }
            if !block.isEmpty { return }
        }
        guard !index.damage.isEmpty || !isInOrder else { return }
        // Part of the index is lost, the rows are not: walk them instead, from where the index got to.
        self.index = nil
        block = []
        sorted = try allRows().filter { entry in last.map { precedes($0, entry) } ?? true }
    }

    /// Entries of the rows whose `sort_seq` is NULL or 0, which stand together in the index.
    private func rowsWithoutSequence(_ cursor: IndexCursor) throws(PageFailure) -> [MessageEntry] {
        var rows: [Int64] = []
        while try cursor.next(), cursor.record.isNull(0) { rows.append(cursor.record.int(1)) }
        try cursor.rewind { $0.isNull(0) || $0.int(0) < 0 }
        while try cursor.next(), !cursor.record.isNull(0), cursor.record.int(0) == 0 {
            rows.append(cursor.record.int(1))
        }
        guard !rows.isEmpty else { return [] }
        let reader = MessageReader(table)
        var entries: [MessageEntry] = []
        for row in rows {
            do throws(PageFailure) {
                let time = try reader.createTime(of: row)
                entries.append(
                    MessageEntry(sequence: MessageRow.sequence(0, createTime: time), rowID: row, table: place))
            } catch {
                if error.reason == .moved { throw error }
                failures.add(error)
            }
        }
        return entries.sorted { precedes($1, $0) }
    }

    /// Entries of all rows, from the rows themselves, the first one last.
    private func allRows() throws(PageFailure) -> [MessageEntry] {
        let cursor = TableCursor(PageCache(table.snapshot, pages: 16), of: table.schema)
        var entries: [MessageEntry] = []
        while try cursor.next() {
            let sequence = MessageRow.sequence(
                cursor.record.int(table.columns.sortSeq), createTime: cursor.record.int(table.columns.createTime))
            entries.append(MessageEntry(sequence: sequence, rowID: cursor.rowID, table: place))
        }
        failures.add(cursor.damage)
        return entries.sorted { precedes($1, $0) }
    }
}
