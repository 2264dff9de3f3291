package import WeFlowPages

extension MessageTable {
    /// Hands on the rows of some types: through the index on the type where there is one, type by type, else by a walk over
    /// all rows.
    ///
    /// - Parameters:
    ///   - types: values of `local_type`.
    ///   - failed: takes each page that cannot be read.
    ///   - body: takes each row and its row id.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func rows(
        ofTypes types: [Int64], failed: (PageFailure) -> Void, _ body: (borrowing MessageRow, Int64) -> Void
    ) throws(PageFailure) {
        let cursor = TableCursor(PageCache(snapshot, pages: 64), of: schema)
        guard let index = schema.index(on: "local_type") else {
            while try cursor.next() {
                guard types.contains(cursor.record.int(columns.localType)) else { continue }
                body(MessageRow(cursor.record, id: cursor.rowID, columns), cursor.rowID)
            }
            for failure in cursor.damage { failed(failure) }
            return
        }
        let entries = IndexCursor(PageCache(snapshot, pages: 32), root: index.root, direction: .forward)
        let last = index.columns.count
        for type in types {
            try entries.rewind { $0.isNull(0) || $0.int(0) < type }
            while try entries.next(), entries.record.int(0) == type {
                do throws(PageFailure) {
                    try cursor.load(entries.record.int(last))
                    body(MessageRow(cursor.record, id: cursor.rowID, columns), cursor.rowID)
                } catch {
                    if error.reason == .moved { throw error }
                    failed(error)
                }
            }
        }
        for failure in entries.damage { failed(failure) }
    }

    /// Finds the rows of messages by the ids that the server gave them.
    ///
    /// - Parameters:
    ///   - ids: as stored; 0 is no id.
    ///   - body: takes each row and its row id.
    /// - Throws: the first page that could not be read.
    package func rows(
        withServerIDs ids: some Sequence<Int64>, _ body: (borrowing MessageRow, Int64) -> Void
    ) throws(WeFlowError) {
        let lookup = RowLookup(schema, of: snapshot)
        for id in ids where id != 0 {
            try lookup.find([("server_id", .integer(id))]) { rowID, record in
                body(MessageRow(record, id: rowID, columns), rowID)
                return true
            }
        }
    }
}
