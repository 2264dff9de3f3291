package import WeFlowPages

/// How far a shard's message tables were filled, by the shard's own `sqlite_sequence` (<doc:MessageShards#Counters>):
/// every insert raises it, whatever time the message bears. A shard that keeps none, or whose are damaged, is told by
/// the last row of each table.
package struct ShardCounters: Sendable {
    /// The highest `local_id` that each table ever gave, or has.
    package private(set) var last: [TableHash: Int64] = [:]
    /// Whether they are those of `sqlite_sequence`, which never fall as long as a table is the same.
    package private(set) var neverFall = true

    /// Reads the counters of a snapshot.
    ///
    /// - Throws: why neither they nor the last rows can be read.
    package init(_ snapshot: PageSnapshot, in account: Account) throws(WeFlowError) {
        var reader = TableReader(snapshot)
        var last: [TableHash: Int64] = [:]
        if let table = try account.tables(["sqlite_sequence"], of: snapshot)["sqlite_sequence"] {
            let (name, sequence) = (try table.column("name"), try table.column("seq"))
            try reader.rows(of: table) { _, record in
                if let hash = record.bytes(name).withUnsafeBytes(TableHash.init(tableName:)) {
                    last[hash] = record.int(sequence)
                }
            }
        }
        if last.isEmpty || !reader.damage.isEmpty {
            reader = TableReader(snapshot)
            last = try Self.lastRows(&reader, in: account)
            neverFall = false
        }
        // A counter that is not seen must not pass for one that is gone.
        if let failure = reader.damage.first { throw failure.error }
        self.last = last
    }

    /// The last row of each message table that has rows.
    private static func lastRows(
        _ reader: inout TableReader, in account: Account
    ) throws(WeFlowError) -> [TableHash: Int64] {
        let hashes = try reader.tableNames().compactMap { name in
            Array(name.utf8).withUnsafeBytes(TableHash.init(tableName:))
        }
        let tables = try account.tables(hashes.map(\.tableName), of: reader.snapshot)
        var last: [TableHash: Int64] = [:]
        for hash in hashes {
            guard let table = try tables[hash.tableName] else { continue }
            do throws(PageFailure) {
                last[hash] = try TableCursor(PageCache(reader.snapshot, pages: 4), root: table.root).lastRowID()
            } catch {
                throw error.error
            }
        }
        return last
    }

    /// The usernames of a shard's `Name2Id`: every session that has a table in it, and the senders.
    ///
    /// - Throws: `.unavailable` where the database kept moving. Damaged pages cost the names on them.
    package static func usernames(of snapshot: PageSnapshot, in account: Account) throws(WeFlowError) -> [String] {
        guard let table = try account.tables(["name2id"], of: snapshot)["name2id"] else { return [] }
        let column = try table.column("user_name")
        var reader = TableReader(snapshot)
        var names: [String] = []
        try reader.rows(of: table) { _, record in names.append(record.text(column)) }
        return names
    }
}

/// What a row of a message table says of when and what it is.
package struct ArrivedRow: Sendable, Equatable {
    /// The row's id.
    package let localID: Int64
    /// Unix seconds.
    package let createTime: Int64
    /// What messages are ordered by.
    package let sortSeq: Int64
    /// Sub-type in the high half, type in the low.
    package let localType: Int64
}

extension MessageTable {
    /// The tables of these sessions in one snapshot of a shard; those that are not there are missing.
    ///
    /// - Throws: why the schema cannot be read.
    package static func open(
        _ hashes: [TableHash], in shard: Shard, ordinal: Int, of snapshot: PageSnapshot, _ account: Account
    ) throws(WeFlowError) -> [TableHash: MessageTable] {
        let tables = try account.tables(hashes.map(\.tableName) + ["name2id"], of: snapshot)
        var found: [TableHash: MessageTable] = [:]
        for hash in hashes {
            guard let schema = try tables[hash.tableName] else { continue }
            found[hash] = try MessageTable(shard, ordinal: ordinal, snapshot, schema, names: tables["name2id"])
        }
        return found
    }

    /// Walks the rows behind a row id, in the order of their ids.
    ///
    /// - Parameters:
    ///   - id: the last row that is not wanted; 0 walks all.
    ///   - body: takes each row.
    /// - Returns: pages that could not be read.
    /// - Throws: `.unavailable` where the database kept moving.
    package func rows(after id: Int64, _ body: (ArrivedRow) -> Void) throws(WeFlowError) -> [PageFailure] {
        let cursor = TableCursor(PageCache(snapshot, pages: 16), of: schema)
        do throws(PageFailure) {
            if id > 0 { try cursor.rewind(after: id) }
            while try cursor.next() {
                let time = cursor.record.int(columns.createTime)
                body(
                    ArrivedRow(
                        localID: cursor.rowID, createTime: time,
                        sortSeq: MessageRow.sequence(cursor.record.int(columns.sortSeq), createTime: time),
                        localType: cursor.record.int(columns.localType)))
            }
        } catch {
            throw error.error
        }
        return cursor.damage
    }
}
