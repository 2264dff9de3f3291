public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery
public import WeFlowStore

/// A request for friendship, or what was said about one.
public struct FriendshipRequest: Sendable, Equatable {
    /// The other side's username.
    public var username: String
    /// The name to show.
    public var displayName: String
    /// Whether the owner sent it.
    public var isOutgoing: Bool
    /// Unix seconds.
    public var time: Int64
    /// What was written.
    public var text: String
    /// The number for how the two met.
    public var source: Int64
    /// Whether the other side is in the address book now.
    public var isFriend: Bool

    /// `outgoing` or `incoming`.
    public var direction: StaticString { isOutgoing ? "outgoing" : "incoming" }
}

/// What `/api/v1/friend-requests` and `weflow friend-requests` ask for.
public struct FriendRequestsRequest: Sendable, Equatable {
    static let limit = Parameter.limit(most: 10_000, default: 100)

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        CommonParameters.start
        CommonParameters.end
        limit
        CommonParameters.offset
        ListFormat.parameter
        CommonParameters.partial
    }

    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
    }
}

/// Requests for friendship, newest first (<doc:FriendRequests>).
public struct FriendRequestsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let requests: [FriendshipRequest]
        /// How many follow the page.
        public let unlisted: Int
        /// Pages that could not be read.
        public let damage: [PageFailure]
        /// What else the user should know.
        public let notices: [WeFlowError]
    }

    /// The databases that may have the table: that of newer clients, that of older ones.
    static let databases = ["general/general.db", "contact/fmessage_new.db"]

    /// What is asked for.
    public let request: FriendRequestsRequest

    /// Makes a query.
    public init(_ request: FriendRequestsRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: why the database cannot be read. An account that has none, or none with such a table, has no requests.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        var notices: [WeFlowError] = []
        var rows: [Row] = []
        var damage: [PageFailure] = []
        let databases = Self.databases.filter(account.hasDatabase)
        if databases.isEmpty {
            notices.append(
                WeFlowError(
                    .unavailable,
                    "\(Self.databases[0]) is missing, so there are no friend requests; copy it too if the account has it"
                ))
        }
        for name in databases {
            let found = try WeFlowError.retrying { () throws(WeFlowError) in try Self.rows(in: name, of: account) }
            rows += found.rows
            damage += found.damage
        }
        rows.removeAll { row in
            request.start.map { row.time < $0 } ?? false || request.end.map { row.time > $0 } ?? false
        }
        rows.sort { ($0.time, $0.rowID) > ($1.time, $1.rowID) }
        let page = rows.dropFirst(request.offset).prefix(request.limit)
        let names = LazyNames(account)
        // Without contacts nobody is known to be a friend; the names say why.
        let friends = page.isEmpty ? [] : (try? Friends(account).usernames) ?? []
        let requests = page.map { row in
            FriendshipRequest(
                username: row.username, displayName: names.book.displayName(of: row.username),
                isOutgoing: row.isOutgoing, time: row.time, text: row.text, source: row.scene,
                isFriend: friends.contains(row.username))
        }
        if let notice = names.notice { notices.append(notice) }
        return Result(
            requests: requests, unlisted: max(0, rows.count - request.offset - requests.count), damage: damage,
            notices: notices)
    }

    private struct Row {
        let rowID: Int64
        let username: String
        let isOutgoing: Bool
        let time: Int64
        let text: String
        let scene: Int64
    }

    /// All rows of a database that has the table; only the columns that are asked for are touched, for one is declared as
    /// text and is none.
    private static func rows(
        in name: String, of account: Account
    ) throws(WeFlowError) -> (rows: [Row], damage: [PageFailure]) {
        var reader = try TableReader(account.database(name))
        guard let table = try account.tables(["fmessagetable"], of: reader.snapshot)["fmessagetable"] else {
            return ([], reader.damage)
        }
        let columns = (
            username: try table.column("user_name_"), time: try table.column("timestamp_"),
            text: try table.column("content_"), isSender: try table.column("is_sender_"),
            scene: try table.column("scene_")
        )
        var rows: [Row] = []
        try reader.rows(of: table) { rowID, record in
            rows.append(
                Row(
                    rowID: rowID, username: record.text(columns.username),
                    isOutgoing: record.int(columns.isSender) != 0,
                    time: record.int(columns.time), text: record.text(columns.text), scene: record.int(columns.scene)))
        }
        return (rows, reader.damage)
    }
}
