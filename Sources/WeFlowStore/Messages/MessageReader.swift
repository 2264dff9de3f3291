package import WeFlowPages

/// Reads single messages of one table, and the usernames behind their sender ids. For one thread.
package final class MessageReader {
    /// The table that is read.
    package let table: MessageTable
    private let cursor: TableCursor
    private let senders: SenderNames

    /// Makes a reader with a cache of its own.
    package init(_ table: MessageTable) {
        self.table = table
        let cache = PageCache(table.snapshot, pages: 64)
        cursor = TableCursor(cache, root: table.schema.root)
        senders = SenderNames(table)
    }

    /// Says which rows will be asked for, in order, so that their pages are verified side by side.
    package func plan(_ ids: some Sequence<Int64>) {
        cursor.plan(ids)
    }

    /// The row with this row id, valid until the next call.
    ///
    /// - Returns: nil where there is no such row.
    /// - Throws: the page that could not be read.
    package func row(_ id: Int64) throws(PageFailure) -> MessageRow? {
        guard try cursor.seek(id) else { return nil }
        return cursor.message(table.columns)
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

extension TableCursor {
    /// The row the cursor stands on, as a message.
    func message(_ columns: MessageColumns) -> MessageRow {
        let createTime = record.int(columns.createTime)
        return MessageRow(
            localID: record.isNull(columns.localID) ? rowID : record.int(columns.localID),
            serverID: record.int(columns.serverID), localType: record.int(columns.localType),
            sortSeq: MessageRow.sequence(record.int(columns.sortSeq), createTime: createTime),
            senderID: record.int(columns.senderID), createTime: createTime, status: record.int(columns.status),
            content: record.bytes(columns.content), compressed: record.bytes(columns.compressed),
            source: record.bytes(columns.source), packedInfo: record.bytes(columns.packedInfo))
    }
}
