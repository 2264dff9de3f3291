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
        guard let senders = table.schema.index(on: "real_sender_id"), let types = table.schema.index(on: "local_type")
        else { return nil }
        let cache = PageCache(table.snapshot, pages: 16)
        var counts: [Int64: Int] = [:]
        let all = IndexCursor(cache, root: senders.root, direction: .forward)
        var run: (id: Int64, count: Int) = (0, 0)
        while try all.next() {
            let id = all.record.int(0)
            if id != run.id {
                counts[run.id, default: 0] += run.count
                run = (id, 0)
            }
            run.count += 1
        }
        counts[run.id, default: 0] += run.count
        guard all.damage.isEmpty else { return nil }

        let rows = TableCursor(PageCache(table.snapshot, pages: 16), of: table.schema)
        for notice in notices {
            let typed = IndexCursor(cache, root: types.root, direction: .forward)
            try typed.rewind { $0.isNull(0) || $0.int(0) < notice }
            while try typed.next(), typed.record.int(0) == notice {
                let row = typed.record.int(types.columns.count)
                do throws(PageFailure) {
                    try rows.load(row)
                } catch {
                    if error.reason == .moved { throw error }
                    return nil
                }
                counts[rows.record.int(table.columns.senderID), default: 0] -= 1
            }
            guard typed.damage.isEmpty else { return nil }
        }
        return counts
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
