package import WeFlowPages

/// How many messages each sender has in one table, notices aside (<doc:MessageShards#Messages-of-a-sender>).
///
/// Counted from the indexes on sender and type where both are there and whole, else from the rows.
package struct SenderCounts {
    /// Messages by username; a sender that the shard does not know is missing.
    package private(set) var counts: [String: Int] = [:]
    /// Pages that could not be read.
    package private(set) var damage: [PageFailure] = []

    /// Counts a table.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - notices: types whose sender is no speaker.
    /// - Throws: `.moved` where the database changed.
    package init(_ table: MessageTable, without notices: [Int64]) throws(PageFailure) {
        let byID: [Int64: Int]
        if let indexed = try Self.fromIndexes(table, without: notices) {
            byID = indexed
        } else {
            byID = try fromRows(table, without: notices)
        }
        let names = SenderNames(table)
        for (id, count) in byID where count > 0 {
            do throws(PageFailure) {
                guard let name = try names.name(of: id) else { continue }
                counts[String(decoding: name, as: UTF8.self), default: 0] += count
            } catch {
                if error.reason == .moved { throw error }
                damage.append(error)
            }
        }
    }

    private static func fromIndexes(
        _ table: MessageTable, without notices: [Int64]
    ) throws(PageFailure) -> [Int64: Int]? {
        guard let senders = table.schema.index(on: "real_sender_id"), let types = table.schema.index(on: "local_type"),
            let left = try rows(of: notices, in: types, table.snapshot)
        else { return nil }
        var tally = try senders.columns.count == 1 ? count(senders, without: left, in: table.snapshot) : nil
        if tally == nil { tally = try walk(senders, without: left, in: table.snapshot) }
        guard let tally else { return nil }
        // A row that one index names and the other does not is looked for among the rows.
        return tally.left == left.count ? tally.counts : nil
    }

    /// The rows of some types, in the order of their ids; nil where not all of them can be told.
    private static func rows(
        of types: [Int64], in index: IndexSchema, _ snapshot: PageSnapshot
    ) throws(PageFailure) -> [Int64]? {
        var rows: [Int64] = []
        let cursor = IndexCursor(PageCache(snapshot, pages: 16), root: index.root, direction: .forward)
        for type in types {
            try cursor.rewind { $0.isNull(0) || $0.int(0) < type }
            while try cursor.next(), cursor.record.int(0) == type {
                rows.append(cursor.record.int(index.columns.count))
            }
        }
        guard cursor.damage.isEmpty else { return nil }
        rows.sort()
        return rows
    }

    /// What is counted of an index on the sender: its rows but for some that are left out.
    fileprivate struct Tally: Sendable {
        /// Rows by sender.
        var counts: [Int64: Int] = [:]
        /// How many rows were left out.
        var left = 0

        /// Counts entries of one sender, given by their row ids in rising order.
        mutating func add(_ sender: Int64, _ count: Int, left: Int) {
            counts[sender, default: 0] += count - left
            self.left += left
        }
    }

    /// Counts an index on the sender alone in no order; nil where a page is damaged, or holds an entry that has to be
    /// looked at more closely.
    private static func count(
        _ index: IndexSchema, without rows: [Int64], in snapshot: PageSnapshot
    ) throws(PageFailure) -> Tally? {
        guard let map = try IndexMap(snapshot, root: index.root) else { return nil }
        let parts = try map.read(map.leaves.indices, from: Tally()) { page, _, tally in
            rows.withUnsafeBufferPointer { rows in
                var run: (sender: Int64, count: Int, left: Int) = (0, 0, 0)
                // Within a run row ids grow, so those that are left out are met one after another.
                var next = 0
                for cell in 0..<page.count {
                    guard let entry = page.lastIntegers(cell) else { return false }
                    if entry.value != run.sender || run.count == 0 {
                        tally.add(run.sender, run.count, left: run.left)
                        run = (entry.value, 0, 0)
                        next = rows.firstIndex(notBelow: entry.rowID)
                    }
                    run.count += 1
                    while next < rows.count, rows[next] < entry.rowID { next += 1 }
                    if next < rows.count, rows[next] == entry.rowID { run.left += 1 }
                }
                tally.add(run.sender, run.count, left: run.left)
                return true
            }
        }
        guard let parts else { return nil }
        var whole = Tally()
        for part in parts {
            whole.counts.merge(part.counts, uniquingKeysWith: +)
            whole.left += part.left
        }
        for entry in map.between { whole.add(entry, without: rows) }
        return whole
    }

    /// Counts an index that begins with the sender from one entry to the next; nil where a page is damaged.
    private static func walk(
        _ index: IndexSchema, without rows: [Int64], in snapshot: PageSnapshot
    ) throws(PageFailure) -> Tally? {
        let cursor = IndexCursor(PageCache(snapshot, pages: 16), root: index.root, direction: .forward)
        var tally = Tally()
        while try cursor.next() {
            let entry = IndexMap.Entry(value: cursor.record.int(0), rowID: cursor.record.int(index.columns.count))
            tally.add(entry, without: rows)
        }
        return cursor.damage.isEmpty ? tally : nil
    }

    private mutating func fromRows(
        _ table: MessageTable, without notices: [Int64]
    ) throws(PageFailure) -> [Int64: Int] {
        let cursor = TableCursor(PageCache(table.snapshot, pages: 16), of: table.schema)
        var counts: [Int64: Int] = [:]
        while try cursor.next() {
            // A combined type has its base in the low half.
            guard !notices.contains(cursor.record.int(table.columns.localType) & 0xFFFF_FFFF) else { continue }
            counts[cursor.record.int(table.columns.senderID), default: 0] += 1
        }
        damage += cursor.damage
        return counts
    }
}

extension SenderCounts.Tally {
    /// Counts one entry.
    fileprivate mutating func add(_ entry: IndexMap.Entry, without rows: [Int64]) {
        let place = rows.withUnsafeBufferPointer { $0.firstIndex(notBelow: entry.rowID) }
        add(entry.value, 1, left: place < rows.count && rows[place] == entry.rowID ? 1 : 0)
    }
}

extension UnsafeBufferPointer<Int64> {
    /// The place of the first number that is not below `number`, of numbers in rising order.
    fileprivate func firstIndex(notBelow number: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
