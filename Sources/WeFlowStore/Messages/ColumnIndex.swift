package import WeFlowPages

/// The index of a message table on an integer column: which values there are, and which rows hold one, without a look at
/// the rows. For one thread.
package final class ColumnIndex {
    /// A column that the client keeps an index on (<doc:MessageShards>).
    package enum Column: String, Sendable {
        /// The row id of the sender in the shard's `Name2Id`.
        case sender = "real_sender_id"
        /// The server's id of the message.
        case server = "server_id"
        /// Sub-type in the high half, type in the low.
        case type = "local_type"
    }

    private let cursor: IndexCursor
    private let cache: PageCache
    private let root: UInt32
    /// Where the row id stands in an entry.
    private let rowID: Int

    /// Opens the index; nil where the table has none that begins with the column.
    package init?(_ table: MessageTable, on column: Column) {
        guard let index = table.schema.index(on: column.rawValue) else { return nil }
        cache = PageCache(table.snapshot, pages: 16)
        root = index.root
        cursor = IndexCursor(cache, root: root, direction: .forward)
        rowID = index.columns.count
    }

    /// The values in the column, each once, in rising order. All entries but the first of each value are passed over.
    ///
    /// - Parameter most: how many values are looked for.
    /// - Returns: nil where there are more, where one is no integer, and where a page is damaged.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func values(atMost most: Int) throws(PageFailure) -> [Int64]? {
        var values: [Int64] = []
        try cursor.rewind { _ in false }
        while try cursor.next() {
            guard values.count < most, case .integer(let value) = cursor.record.value(0),
                values.last.map({ $0 < value }) ?? true
            else { return nil }
            values.append(value)
            // NULL, which sorts before integers, would have come first, and what sorts behind them is not below.
            try cursor.rewind { if case .integer(let other) = $0.value(0) { other <= value } else { false } }
        }
        return cursor.damage.isEmpty ? values : nil
    }

    /// Whether texts or BLOBs stand in the column, which sort behind all numbers and may be read as any of them.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func holdsTexts() throws(PageFailure) -> Bool {
        let end = IndexCursor(cache, root: root, direction: .backward)
        guard try end.next() else { return false }
        return switch end.record.value(0) {
        case .text, .blob: true
        case .null, .integer, .real: false
        }
    }

    /// Hands on the rows that hold an integer.
    ///
    /// - Parameters:
    ///   - value: what they hold.
    ///   - body: takes each row id.
    /// - Returns: false where a page is damaged, so that there may be more.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func rows(of value: Int64, _ body: (Int64) -> Void) throws(PageFailure) -> Bool {
        try cursor.rewind { record in
            switch record.value(0) {
            case .null: true
            case .integer(let other): other < value
            case .real(let other): other < Double(value)
            case .text, .blob: false
            }
        }
        if rowID == 1 {
            var isBehind = false
            while !isBehind {
                let goesOn = try cursor.nextIntegers { other, row in
                    if other == value { body(row) } else { isBehind = true }
                }
                if !goesOn { break }
            }
        } else {
            while try cursor.next(), cursor.record.int(0) == value { body(cursor.record.int(rowID)) }
        }
        return cursor.damage.isEmpty
    }
}
