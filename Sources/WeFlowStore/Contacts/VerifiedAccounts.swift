import WeFlowPages

extension Account {
    /// The usernames whose row in the contacts has a `verify_flag`: accounts, whatever their id looks like.
    ///
    /// - Returns: the usernames; none where the contacts cannot be read, which says so elsewhere.
    package func verifiedUsernames() -> Set<String> {
        guard hasDatabase(ContactTables.database),
            let found = try? WeFlowError.retrying({ () throws(WeFlowError) in try readVerifiedUsernames() })
        else { return [] }
        return found
    }

    private func readVerifiedUsernames() throws(WeFlowError) -> Set<String> {
        var reader = try TableReader(database(ContactTables.database))
        let tables = try tables(["contact", "stranger"], of: reader.snapshot)
        var found: Set<String> = []
        for name in ["contact", "stranger"] {
            guard let table = try tables[name] else { continue }
            let (username, flag) = (try table.column("username"), try table.column("verify_flag"))
            try reader.rows(of: table) { _, row in
                if row.int(flag) != 0 { found.insert(row.text(username)) }
            }
        }
        return found
    }
}
