public import WeFlowPages

/// A row of `SessionTable` (<doc:SessionList>).
public struct SessionRow: Sendable, Equatable {
    /// The session's id: a username or a group.
    public let username: String
    /// WeChat's own number for the kind, 2 for groups.
    public let type: Int64
    /// Messages that were not seen yet.
    public let unreadCount: Int64
    /// Unix seconds of the last message.
    public let lastTimestamp: Int64
    /// What the client orders by.
    public let sortTimestamp: Int64
}

/// What `session.db` says of the conversations.
public struct SessionTables: Sendable {
    /// The rows of `SessionTable`, in the order of the table.
    public private(set) var sessions: [SessionRow] = []
    /// Titles that the client made for groups without a name, by username.
    public private(set) var titles: [String: String] = [:]
    /// Pages that could not be read.
    public private(set) var damage: [PageFailure] = []

    /// The database's path below `db_storage`.
    public static let database = "session/session.db"

    /// Reads the tables whole.
    ///
    /// - Throws: `.unavailable` where the database is missing or its key does not fit, or it has no `SessionTable`.
    public init(_ account: Account) throws(WeFlowError) {
        var reader = try TableReader(account.database(Self.database))
        let tables = try account.tables(["sessiontable", "sessionnocontactinfotable"], of: reader.snapshot)
        guard let table = try tables["sessiontable"], try table.column("username") >= 0 else {
            throw WeFlowError(
                .unavailable, "\(Self.database) has no table SessionTable of usernames; copy the account again")
        }
        let columns = (
            username: try table.column("username"), type: try table.column("type"),
            unread: try table.column("unread_count"), last: try table.column("last_timestamp"),
            sort: try table.column("sort_timestamp")
        )
        var sessions: [SessionRow] = []
        try reader.rows(of: table) { _, record in
            let last = record.int(columns.last)
            let sort = record.int(columns.sort)
            sessions.append(
                SessionRow(
                    username: record.text(columns.username), type: record.int(columns.type),
                    unreadCount: record.int(columns.unread), lastTimestamp: last != 0 ? last : sort,
                    sortTimestamp: sort != 0 ? sort : last))
        }
        self.sessions = sessions
        if let table = try tables["sessionnocontactinfotable"] {
            let (username, title) = (try table.column("username"), try table.column("session_title"))
            var titles: [String: String] = [:]
            try reader.rows(of: table) { _, record in titles[record.text(username)] = record.text(title) }
            self.titles = titles
        }
        damage = reader.damage
    }
}
