public import WeFlowPages

/// Which messages of each session are unread, as `session.db` lists them (<doc:SessionList#Unread-messages>).
public struct UnreadList: Sendable {
    /// A message that is listed as unread.
    public struct Row: Sendable, Equatable {
        /// The server's id of the message, as stored.
        public let serverID: Int64
        /// Unix seconds.
        public let createTime: Int64
    }

    /// The rows by session, in the order of the table; a session without rows is missing.
    public private(set) var rows: [String: [Row]] = [:]
    /// Whether the database has such a list at all.
    public private(set) var isThere = false
    /// Pages that could not be read.
    public private(set) var damage: [PageFailure] = []

    /// Reads the list. A database of before 4.1 has none, and no row then.
    ///
    /// - Throws: `.unavailable` where the database is missing or its key does not fit.
    public init(_ account: Account) throws(WeFlowError) {
        var reader = try TableReader(account.database(SessionTables.database))
        let tables = try account.tables(["sessionunreadlisttable_1", "name2id"], of: reader.snapshot)
        guard let table = try tables["sessionunreadlisttable_1"], let names = try tables["name2id"] else { return }
        let columns = (
            session: try table.column("username_id"), server: try table.column("server_id"),
            time: try table.column("create_time")
        )
        let name = try names.column("user_name")
        guard columns.session >= 0, columns.server >= 0, name >= 0 else { return }
        isThere = true
        var listed: [Int64: [Row]] = [:]
        try reader.rows(of: table) { _, record in
            let row = Row(serverID: record.int(columns.server), createTime: record.int(columns.time))
            listed[record.int(columns.session), default: []].append(row)
        }
        var rows: [String: [Row]] = [:]
        if !listed.isEmpty {
            try reader.rows(of: names) { id, record in
                if let found = listed[id] { rows[record.text(name)] = found }
            }
        }
        self.rows = rows
        damage = reader.damage
    }
}
