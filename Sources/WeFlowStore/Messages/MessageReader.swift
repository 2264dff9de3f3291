package import WeFlowPages

/// Reads messages of one table, and the usernames behind their sender ids. For one thread.
package final class MessageReader {
    /// The table that is read.
    package let table: MessageTable
    private let cursor: TableCursor
    private let senders: SenderNames
    private let rows: LeafRows?
    private var planned: [Int64] = []

    /// Makes a reader with a cache of its own.
    ///
    /// - Parameters:
    ///   - table: what is read.
    ///   - leaves: the table's leaf map, for a reader that will read most of its rows.
    package init(_ table: MessageTable, leaves: LeafMap? = nil) {
        self.table = table
        let cache = PageCache(table.snapshot, pages: leaves == nil ? 64 : 16)
        cursor = TableCursor(cache, root: table.schema.root)
        senders = SenderNames(table)
        rows = leaves.map { LeafRows(cache, $0) }
    }

    /// Says which rows come next, so that their pages are verified side by side.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func plan(_ ids: [Int64]) throws(PageFailure) {
        planned = ids
        if let rows { try rows.plan(ids) } else { cursor.plan(ids) }
    }

    /// Hands on the rows of some leaves, in the order of their ids.
    ///
    /// - Parameters:
    ///   - leaves: their places in the leaf map, with which the reader must have been made.
    ///   - times: the Unix seconds that are wanted, nil for all; a row of another time may be handed on all the same.
    ///   - body: takes each row and its id.
    ///   - failed: takes each page that cannot be read.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock; what `body` throws.
    package func scan(
        _ leaves: Range<Int>, times: ClosedRange<Int64>? = nil, _ body: (MessageRow, Int64) throws -> Void,
        failed: (PageFailure) -> Void
    ) throws {
        guard let rows else { return }
        let columns = table.columns
        try rows.scan(leaves) { payload in
            // Most rows of a long chat lie outside of a span, and their time can be had for little.
            guard let times, let time = Record.int(columns.createTime, of: payload) else { return true }
            return times.contains(time)
        } _: { id in
            try body(MessageRow(rows.record, id: id, columns), id)
        } failed: { failure in
            failed(failure)
        }
    }

    /// The row at a place of the plan, valid until the next call.
    ///
    /// - Returns: nil where there is no such row.
    /// - Throws: the page that could not be read.
    package func row(planned place: Int) throws(PageFailure) -> MessageRow? {
        guard let rows, let id = try rows.load(place) else { return try row(planned[place]) }
        return MessageRow(rows.record, id: id, table.columns)
    }

    /// The time of the row at a place of the plan, for the order of rows with one sequence.
    ///
    /// - Returns: nil where there is no such row.
    /// - Throws: the page that could not be read.
    package func createTime(planned place: Int) throws(PageFailure) -> Int64? {
        guard let rows, try rows.load(place) != nil else { return try createTime(of: planned[place]) }
        return rows.record.int(table.columns.createTime)
    }

    /// The row with this row id, valid until the next call.
    ///
    /// - Returns: nil where there is no such row.
    /// - Throws: the page that could not be read.
    package func row(_ id: Int64) throws(PageFailure) -> MessageRow? {
        guard try cursor.seek(id) else { return nil }
        return MessageRow(cursor.record, id: cursor.rowID, table.columns)
    }

    /// The time of a row, for the order of rows with one sequence; nil where there is no such row.
    func createTime(of id: Int64) throws(PageFailure) -> Int64? {
        guard try cursor.seek(id) else { return nil }
        return cursor.record.int(table.columns.createTime)
    }

    /// The username behind a sender id, valid as long as the reader; nil where the shard does not know it.
    ///
    /// - Throws: the page that could not be read, once for each id.
    package func sender(_ id: Int64) throws(PageFailure) -> UnsafeRawBufferPointer? {
        try senders.name(of: id)
    }
}

extension MessageRow {
    /// The row that a record took in.
    @inline(__always)
    init(_ record: borrowing Record, id: Int64, _ columns: borrowing MessageColumns) {
        createTime = record.int(columns.createTime)
        localID = record.isNull(columns.localID) ? id : record.int(columns.localID)
        serverID = record.int(columns.serverID)
        localType = record.int(columns.localType)
        sortSeq = Self.sequence(record.int(columns.sortSeq), createTime: createTime)
        senderID = record.int(columns.senderID)
        status = record.int(columns.status)
        content = record.bytes(columns.content)
        compressed = record.bytes(columns.compressed)
        source = record.bytes(columns.source)
        packedInfo = record.bytes(columns.packedInfo)
    }
}
