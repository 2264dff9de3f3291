package import WeFlowPages

/// Reads messages of one table, and the usernames behind their sender ids. For one thread.
package final class MessageReader {
    /// The table that is read.
    package let table: MessageTable
    private let cursor: TableCursor
    private let senders: SenderNames
    private let rows: LeafRows?
    private var planned: [Int64] = []
    /// The row that was taken in last: on a leaf of the plan, or where the cursor stands.
    private var current: (isOnLeaf: Bool, id: Int64) = (false, 0)

    /// Makes a reader with a cache of its own.
    ///
    /// - Parameters:
    ///   - table: what is read.
    ///   - leaves: the table's leaf map, for a reader that will read most of its rows.
    ///   - tally: counts the rows on the leaves that are read.
    package init(_ table: MessageTable, leaves: LeafMap? = nil, tally: LeafTally? = nil) {
        self.table = table
        let cache = PageCache(table.snapshot, pages: leaves == nil ? 64 : 16)
        cursor = TableCursor(cache, of: table.schema)
        senders = SenderNames(table)
        rows = leaves.map { LeafRows(cache, $0, tally: tally, defaults: table.schema.defaults) }
    }

    /// About how many bytes the reader keeps.
    package var keptSize: Int { (rows?.keptSize ?? 0) + 48 * table.snapshot.pageSize }

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
        _ leaves: Range<Int>, times: ClosedRange<Int64>? = nil, _ body: (borrowing MessageRow, Int64) throws -> Void,
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

    /// The rows of a plan, one by one. It holds the reader, which holds what else is used here, so that no reference is
    /// counted for each row: those two atomic operations were 1 % of an export.
    package struct PlannedRows {
        private let reader: MessageReader
        private let rows: Unmanaged<LeafRows>?

        fileprivate init(_ reader: MessageReader) {
            (self.reader, rows) = (reader, reader.rows.map { Unmanaged.passUnretained($0) })
        }

        /// Takes in the row at a place of the plan, for ``withRow(_:)``.
        ///
        /// - Throws: the page that could not be read, or lacks the row.
        package func load(_ place: Int) throws(PageFailure) {
            let id = try rows?._withUnsafeGuaranteedRef { rows in
                Result { () throws(PageFailure) in try rows.load(place) }
            }.get()
            if let id = id ?? nil {
                reader.current = (true, id)
            } else {
                try reader.load(reader.planned[place])
            }
        }
    }

    /// The rows that ``plan(_:)`` named.
    package var plannedRows: PlannedRows { PlannedRows(self) }

    /// Takes in the row with this row id, for ``withRow(_:)``.
    ///
    /// - Throws: the page that could not be read, or lacks the row.
    package func load(_ id: Int64) throws(PageFailure) {
        try cursor.load(id)
        current = (false, id)
    }

    /// Takes in the row with this row id where there is one, for ``withRow(_:)``.
    ///
    /// - Returns: false where there is none.
    /// - Throws: the page that could not be read.
    package func find(_ id: Int64) throws(PageFailure) -> Bool {
        guard try cursor.seek(id) else { return false }
        current = (false, id)
        return true
    }

    /// Lends the row that was taken in last.
    ///
    /// - Parameter body: takes the row.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    package func withRow<Value, Failure: Error>(
        _ body: (borrowing MessageRow) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(lentRow())
    }

    /// What ``withRow(_:)`` lends: valid until the next row is taken in.
    @usableFromInline
    func lentRow() -> MessageRow {
        let record = if current.isOnLeaf, let rows { rows.record } else { cursor.record }
        return MessageRow(record, id: current.id, table.columns)
    }

    /// The time of the row at a place of the plan, for the order of rows with one sequence.
    ///
    /// - Throws: the page that could not be read, or lacks the row.
    package func createTime(planned place: Int) throws(PageFailure) -> Int64 {
        guard let rows, try rows.load(place) != nil else { return try createTime(of: planned[place]) }
        return rows.record.int(table.columns.createTime)
    }

    /// The time of a row, for the order of rows with one sequence.
    ///
    /// - Throws: the page that could not be read, or lacks the row.
    func createTime(of id: Int64) throws(PageFailure) -> Int64 {
        try cursor.load(id)
        return cursor.record.int(table.columns.createTime)
    }

    /// Lends the username behind a sender id; nil where the shard does not know it.
    ///
    /// - Parameters:
    ///   - id: the sender's row in `Name2Id`.
    ///   - failed: takes the page that could not be read, once for each id; the sender is then unknown.
    ///   - body: takes the name.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    package func withSender<Value, Failure: Error>(
        _ id: Int64, failed: (PageFailure) -> Void,
        _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(sender(id, failed: failed))
    }

    /// The username behind a sender id, valid as long as the reader; nil where the shard does not know it.
    ///
    /// - Parameters:
    ///   - id: the sender's row in `Name2Id`.
    ///   - failed: takes the page that could not be read, once for each id; the sender is then unknown.
    /// - Returns: the name.
    @usableFromInline
    package func sender(_ id: Int64, failed: (PageFailure) -> Void) -> UnsafeRawBufferPointer? {
        do throws(PageFailure) {
            return try senders.name(of: id)
        } catch {
            failed(error)
            return nil
        }
    }

    /// The username behind a sender id as a text; nil where the shard does not know it.
    ///
    /// - Throws: the page that could not be read, once for each id.
    package func senderName(_ id: Int64) throws(PageFailure) -> String? {
        try senders.name(of: id).map { String(decoding: $0, as: UTF8.self) }
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
        content = record.unsafeBytes(columns.content)
        compressed = record.unsafeBytes(columns.compressed)
        source = record.unsafeBytes(columns.source)
        packedInfo = record.unsafeBytes(columns.packedInfo)
    }
}
