package import WeFlowPages

/// How far a shard's message tables were filled, by the shard's own `sqlite_sequence`: every insert raises it, whatever
/// time the message bears. A table that it does not have, or all where it is damaged, is told by its last row.
package struct ShardCounters: Sendable {
    /// A table's counter.
    package struct Counter: Sendable, Equatable {
        /// The highest `local_id` that the table ever gave, or has.
        package let last: Int64
        /// Where the table stands in `sqlite_sequence`, which is another place when it is made anew; 0 where it does not.
        package let slot: Int64

        /// Puts a counter together.
        package init(last: Int64, slot: Int64) { (self.last, self.slot) = (last, slot) }
    }

    /// The counters of all message tables.
    package private(set) var counters: [TableHash: Counter] = [:]
    /// The tables that `sqlite_sequence` does not have, or did not have when they were given.
    package private(set) var uncounted: [TableHash]

    /// Reads the counters of a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: of the shard.
    ///   - account: the account.
    ///   - known: the tables that `sqlite_sequence` did not have when the schema was what it is; nil where that is not
    ///     known, and all tables have to be looked through for them.
    /// - Throws: why neither they nor the last rows can be read.
    package init(
        _ snapshot: PageSnapshot, in account: Account, uncounted known: [TableHash]? = nil
    ) throws(WeFlowError) {
        var reader = TableReader(snapshot)
        var counters: [TableHash: Counter] = [:]
        if let table = try account.tables(["sqlite_sequence"], of: snapshot)["sqlite_sequence"] {
            let (name, sequence) = (try table.column("name"), try table.column("seq"))
            try reader.rows(of: table) { slot, record in
                if let hash = record.bytes(name).withUnsafeBytes(TableHash.init(tableName:)) {
                    counters[hash] = Counter(last: record.int(sequence), slot: slot)
                }
            }
        }
        if !reader.damage.isEmpty {
            // A counter that is not seen must not pass for one that is gone.
            reader = TableReader(snapshot)
            counters = [:]
        }
        if let known, reader.damage.isEmpty, !counters.isEmpty {
            uncounted = known
        } else {
            uncounted = try reader.tableNames()
                .compactMap { name in Array(name.utf8).withUnsafeBytes(TableHash.init(tableName:)) }
                .filter { counters[$0] == nil }
            if let failure = reader.damage.first { throw failure.error }
        }
        let missing = uncounted.filter { counters[$0] == nil }
        if !missing.isEmpty {
            for (hash, last) in try Self.lastRows(missing, snapshot, in: account) {
                counters[hash] = Counter(last: last, slot: 0)
            }
        }
        self.counters = counters
    }

    /// The last row of each of these tables, 0 where it has none.
    private static func lastRows(
        _ hashes: [TableHash], _ snapshot: PageSnapshot, in account: Account
    ) throws(WeFlowError) -> [TableHash: Int64] {
        let tables = try account.tables(hashes.map(\.tableName), of: snapshot)
        let cache = PageCache(snapshot, pages: 16)
        var last: [TableHash: Int64] = [:]
        for hash in hashes {
            guard let table = try tables[hash.tableName] else { continue }
            do throws(PageFailure) {
                last[hash] = try TableCursor(cache, of: table).lastRowID() ?? 0
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
        return try usernames(in: table, column: table.column("user_name"), of: snapshot)
    }

    /// The same where the table was found already.
    static func usernames(
        in table: TableSchema, column: Int, of snapshot: PageSnapshot
    ) throws(WeFlowError) -> [String] {
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
    /// The server's id, 0 where there is none.
    package let serverID: Int64
    /// Unix seconds.
    package let createTime: Int64
    /// What messages are ordered by.
    package let sortSeq: Int64
    /// Sub-type in the high half, type in the low.
    package let localType: Int64

    /// Puts a row together.
    package init(localID: Int64, serverID: Int64, createTime: Int64, sortSeq: Int64, localType: Int64) {
        (self.localID, self.serverID, self.createTime) = (localID, serverID, createTime)
        (self.sortSeq, self.localType) = (sortSeq, localType)
    }
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
        let senders = hashes.count > 1 ? SharedSenders() : nil
        for hash in hashes {
            guard let schema = try tables[hash.tableName] else { continue }
            found[hash] = try MessageTable(
                shard, ordinal: ordinal, snapshot, schema, names: tables["name2id"], senders: senders)
        }
        return found
    }

    /// Walks the rows behind a row id, in the order of their ids.
    ///
    /// - Parameters:
    ///   - id: the last row that is not wanted; 0 and less walks all.
    ///   - body: takes each row; false ends the walk.
    /// - Returns: pages that could not be read.
    /// - Throws: `.unavailable` where the database kept moving.
    package func rows(after id: Int64, while body: (ArrivedRow) -> Bool) throws(WeFlowError) -> [PageFailure] {
        let cursor = TableCursor(PageCache(snapshot, pages: 16), of: schema)
        do throws(PageFailure) {
            if id > 0 { try cursor.rewind(after: id) }
            while try cursor.next(), body(arrived(cursor)) {}
        } catch {
            throw error.error
        }
        return cursor.damage
    }

    /// One row, nil where it is not there.
    ///
    /// - Throws: why it cannot be read.
    package func row(_ id: Int64) throws(PageFailure) -> ArrivedRow? {
        let cursor = TableCursor(PageCache(snapshot, pages: 16), of: schema)
        return try cursor.seek(id) ? arrived(cursor) : nil
    }

    fileprivate func arrived(_ cursor: TableCursor) -> ArrivedRow {
        let time = cursor.record.int(columns.createTime)
        return ArrivedRow(
            localID: cursor.rowID, serverID: cursor.record.int(columns.serverID), createTime: time,
            sortSeq: MessageRow.sequence(cursor.record.int(columns.sortSeq), createTime: time),
            localType: cursor.record.int(columns.localType))
    }
}
