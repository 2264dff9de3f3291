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
    public static let databases = ["general/general.db", "contact/fmessage_new.db"]

    /// What is asked for.
    public let request: FriendRequestsRequest

    /// Makes a query.
    public init(_ request: FriendRequestsRequest) {
        self.request = request
    }

    /// Finds the requests; each is read when it is asked for.
    ///
    /// - Throws: why the database cannot be read. An account that has none, or none with such a table, has no requests.
    public func open(on account: Account) throws(WeFlowError) -> FriendRequestsList {
        try WeFlowError.retrying { () throws(WeFlowError) in try FriendRequestsList(request, account) }
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:)``.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        try WeFlowError.retrying { () throws(WeFlowError) in
            let list = try open(on: account)
            var requests: [FriendshipRequest] = []
            while let request = try list.next() { requests.append(request) }
            return Result(
                requests: requests, unlisted: list.unlisted, damage: list.damage, notices: list.notices)
        }
    }
}

/// A page of requests for friendship, each read when it is asked for. For one thread.
public final class FriendRequestsList: ListItems {
    private let request: FriendRequestsRequest
    private let names: LazyNames
    private let tables: [Table]
    private let rows: [Row]
    private var friends: Set<String>?
    private let account: Account
    private var noted: [WeFlowError] = []
    private var place: Int
    private var given = 0
    /// Pages that could not be read so far.
    public private(set) var damage: [PageFailure] = []

    fileprivate init(_ request: FriendRequestsRequest, _ account: Account) throws(WeFlowError) {
        (self.request, self.account) = (request, account)
        names = LazyNames(account)
        let databases = FriendRequestsQuery.databases.filter(account.hasDatabase)
        if databases.isEmpty {
            noted.append(
                WeFlowError(
                    .unavailable,
                    "\(FriendRequestsQuery.databases[0]) is missing, so there are no friend requests; copy it too if the "
                        + "account has it"))
        }
        var tables: [Table] = []
        var rows: [Row] = []
        for name in databases {
            var reader = try TableReader(account.database(name))
            if let schema = try account.tables(["fmessagetable"], of: reader.snapshot)["fmessagetable"] {
                let table = try Table(schema, reader.snapshot)
                let number = tables.count
                try reader.rows(of: schema) { rowID, record in
                    let time = record.int(table.time)
                    guard request.start.map({ $0 <= time }) ?? true, request.end.map({ time <= $0 }) ?? true else {
                        return
                    }
                    rows.append(Row(rowID: rowID, time: time, table: number))
                }
                tables.append(table)
            }
            damage += reader.damage
        }
        self.tables = tables
        self.rows = rows.sorted { ($0.time, $0.rowID) > ($1.time, $1.rowID) }
        place = min(request.offset, rows.count)
    }

    /// The next request of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where the database moved.
    public func next() throws(WeFlowError) -> FriendshipRequest? {
        while place < rows.count, given < request.limit {
            let row = rows[place]
            place += 1
            given += 1
            let table = tables[row.table]
            do throws(PageFailure) {
                try table.cursor.load(row.rowID)
            } catch {
                if error.reason == .moved { throw error.error }
                if !damage.contains(error) { damage.append(error) }
                continue
            }
            let record = table.cursor.record
            let username = record.text(table.username)
            return FriendshipRequest(
                username: username, displayName: names.book.displayName(of: username),
                isOutgoing: record.int(table.isSender) != 0, time: row.time, text: record.text(table.text),
                source: record.int(table.scene), isFriend: isFriend(username))
        }
        return nil
    }

    /// How many requests the page has.
    public func count() -> Int { min(request.limit, max(0, rows.count - request.offset)) }

    /// How many requests follow those that were given.
    public var unlisted: Int { max(0, rows.count - place) }

    /// What else the user should know so far.
    public var notices: [WeFlowError] { noted + (names.notice.map { [$0] } ?? []) }

    /// Without contacts nobody is known to be a friend; the names say why.
    private func isFriend(_ username: String) -> Bool {
        if friends == nil { friends = (try? Friends(account).usernames) ?? [] }
        return friends?.contains(username) == true
    }

    /// Where a request is.
    private struct Row {
        let rowID: Int64
        /// Unix seconds.
        let time: Int64
        let table: Int
    }

    /// A table of requests; only the columns that are asked for are touched, for one is declared as text and is none.
    private struct Table {
        let username, time, text, isSender, scene: Int
        let cursor: TableCursor

        init(_ table: TableSchema, _ snapshot: PageSnapshot) throws(WeFlowError) {
            username = try table.column("user_name_")
            time = try table.column("timestamp_")
            text = try table.column("content_")
            isSender = try table.column("is_sender_")
            scene = try table.column("scene_")
            cursor = TableCursor(PageCache(snapshot, pages: 16), of: table)
        }
    }
}
