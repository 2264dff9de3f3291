package import WeFlowPages

extension Account {
    /// Bytes of a database's file, nil where there is none, and of the log beside it.
    package func sizes(of name: String) -> (file: Int64?, log: Int64) {
        let path = "\(folder.store)/\(name)"
        return (fileSize(path), fileSize(path + "-wal") ?? 0)
    }

    /// Whether the account has a folder at a path below its own.
    package func hasFolder(_ path: String) -> Bool {
        AccountFolder.isFolder("\(folder.path)/\(path)")
    }

    /// The usernames that a shard's `Name2Id` has, on the pages that can be read.
    ///
    /// - Throws: why it cannot be read at all.
    package func usernames(in shard: Shard) throws(WeFlowError) -> [String] {
        var reader = try TableReader(shard.database)
        guard let names = try tables(["name2id"], of: reader.snapshot)["name2id"] else { return [] }
        let column = try names.column("user_name")
        var usernames: [String] = []
        try reader.rows(of: names) { _, record in usernames.append(record.text(column)) }
        return usernames
    }
}
