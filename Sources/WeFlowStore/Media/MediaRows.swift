package import WeFlowPages

/// What a row says of its media; lent as the row is.
package struct MediaRow: ~Copyable {
    /// The column `local_type`.
    package let type: Int64
    /// The row as it is stored.
    package let row: MessageRow
}

extension MessageTable {
    /// Hands on the rows with media, type by type, by the index on the type where there is one.
    ///
    /// Damaged pages cost the rows on them.
    ///
    /// - Parameters:
    ///   - types: which types.
    ///   - body: takes each row.
    /// - Throws: `.moved` where the database changed.
    package func mediaRows(of types: [Int64], _ body: (borrowing MediaRow) -> Void) throws(PageFailure) {
        let cache = PageCache(snapshot, pages: 64)
        let cursor = TableCursor(cache, of: schema)
        guard let index = schema.index(on: "local_type") else {
            while try cursor.next() {
                let type = cursor.record.int(columns.localType)
                if types.contains(type) {
                    body(MediaRow(type: type, row: MessageRow(cursor.record, id: cursor.rowID, columns)))
                }
            }
            return
        }
        let entries = IndexCursor(PageCache(snapshot, pages: 32), root: index.root, direction: .forward)
        let last = index.columns.count
        for type in types {
            try entries.rewind { $0.isNull(0) || $0.int(0) < type }
            while try entries.next(), entries.record.int(0) == type {
                do throws(PageFailure) {
                    try cursor.load(entries.record.int(last))
                    body(MediaRow(type: type, row: MessageRow(cursor.record, id: cursor.rowID, columns)))
                } catch {
                    if error.reason == .moved { throw error }
                }
            }
        }
    }

    /// How many rows a type has, by the index where there is one.
    ///
    /// - Throws: `.moved` where the database changed.
    package func count(ofType type: Int64) throws(PageFailure) -> Int {
        guard let index = schema.index(on: "local_type") else {
            var count = 0
            try mediaRows(of: [type]) { _ in count += 1 }
            return count
        }
        let entries = IndexCursor(PageCache(snapshot, pages: 32), root: index.root, direction: .forward)
        try entries.rewind { $0.isNull(0) || $0.int(0) < type }
        var count = 0
        while try entries.next(), entries.record.int(0) == type { count += 1 }
        return count
    }

    /// Every chat's table in a shard.
    ///
    /// - Throws: why the shard cannot be read.
    package static func all(in shard: Shard, ordinal: Int, _ account: Account) throws(WeFlowError) -> [MessageTable] {
        let snapshot = try shard.database.snapshot()
        var reader = TableReader(snapshot)
        let hashes = try reader.tableNames().compactMap { name in
            var name = name
            return name.withUTF8 { TableHash(tableName: UnsafeRawBufferPointer($0)) }
        }
        return Array(try open(hashes, in: shard, ordinal: ordinal, of: snapshot, account).values)
    }

    /// The hash of the chat's id, 32 hex digits, which names its folder of pictures too.
    package var chatHash: String { String(schema.name.lowercased().dropFirst(4)) }
}
