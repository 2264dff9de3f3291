import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// An article that an official account pushed.
public struct Article: Sendable, Equatable {
    /// The account's username.
    public var accountID: String
    /// Its name: that of the contact list, else what it called itself.
    public var accountName: String
    /// Title, abstract, address and picture.
    public var content: Push.Article
    /// Unix seconds of publication, else of the push.
    public var publishedAt: Int64
    /// Its place in the push, from 1.
    public var position: Int
    /// The server's id of the push.
    public var serverID: UInt64
}

/// Articles of official accounts: by push, the newest first, then as they stand in it.
public struct ArticlesQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let articles: [Article]
        /// Whether more follow the page.
        public let hasMore: Bool
        /// What could not be read.
        public let losses: MessageLosses
        /// What else the user should know.
        public let notices: [WeFlowError]
    }

    /// What is asked for.
    public let request: ArticlesRequest

    /// Makes a query.
    public init(_ request: ArticlesRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: why no shard can be read. An account without messages of official accounts has no articles.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        try WeFlowError.retrying { () throws(WeFlowError) in try runOnce(on: account) }
    }

    private func runOnce(on account: Account) throws(WeFlowError) -> Result {
        guard !account.messageShards().isEmpty else {
            return Result(articles: [], hasMore: false, losses: MessageLosses(), notices: [account.withoutShards])
        }
        var notices: [WeFlowError] = []
        let unread = request.unread ? Self.unread(account, &notices) : nil
        // What is unread is counted from the newest push on, whatever its time.
        let isCounted = unread != nil
        let accounts = Set(request.accounts)
        let hasNames = !request.accountNames.isEmpty
        let rows = try PushRows(account, of: hasNames ? [] : accounts) { isCounted || isInTime($0) }
        let reader = PushReader(rows)
        let names = PushNames(rows.rows, reader, LazyNames(account))
        let keyword = request.keyword.map { KeywordMatcher($0) }
        var left = unread
        var page: [Article] = []
        var passed = 0
        var hasMore = false
        search: for row in rows.rows {
            let username = reader.account(of: row)
            if left != nil {
                guard let count = left?[username], count > 0 else { continue }
                left?[username] = count - 1
                guard isInTime(row.time) else { continue }
            }
            guard let push = try reader.push(row) else { continue }
            let name = try names.name(of: username, in: push)
            if hasNames, !accounts.contains(username), !request.accountNames.contains(name) { continue }
            for (place, content) in push.articles.enumerated() {
                if let keyword,
                    !(keyword.matches(content.title) || keyword.matches(content.digest)
                        || keyword.matches(name))
                {
                    continue
                }
                if passed < request.offset {
                    passed += 1
                    continue
                }
                guard page.count < request.limit else {
                    hasMore = true
                    break search
                }
                page.append(
                    Article(
                        accountID: username, accountName: name, content: content,
                        publishedAt: content.publishedAt ?? row.time, position: place + 1, serverID: row.serverID))
            }
        }
        if let notice = names.notice { notices.append(notice) }
        return Result(
            articles: page, hasMore: hasMore,
            losses: MessageLosses(pages: rows.damage + reader.damage, shards: rows.lostShards), notices: notices)
    }

    private func isInTime(_ time: Int64) -> Bool {
        request.start.map { $0 <= time } ?? true && request.end.map { time <= $0 } ?? true
    }

    /// How many messages of each account were not seen yet.
    private static func unread(_ account: Account, _ notices: inout [WeFlowError]) -> [String: Int64] {
        do throws(WeFlowError) {
            let tables = try WeFlowError.retrying { () throws(WeFlowError) in try SessionTables(account) }
            // By the first row of each username.
            return Dictionary(tables.sessions.map { ($0.username, $0.unreadCount) }) { first, _ in first }
        } catch {
            notices.append(error)
            return [:]
        }
    }
}

/// Names of official accounts. One that is not in the contact list has the name that is in its pushes: in this one, else in
/// its newest that tells one. For one thread.
private final class PushNames {
    private let rows: [PushRow]
    private let reader: PushReader
    private let names: LazyNames
    private var told: [String: String] = [:]
    /// As many pushes of an account are looked through for its name.
    private static let mostPushes = 50

    init(_ rows: [PushRow], _ reader: PushReader, _ names: LazyNames) {
        (self.rows, self.reader, self.names) = (rows, reader, names)
    }

    /// Why names are missing, where they are.
    var notice: WeFlowError? { names.notice }

    func name(of username: String, in push: Push) throws(WeFlowError) -> String {
        if let name = names.book.known(username) { return name }
        if !push.accountName.isEmpty { return push.accountName }
        if let name = told[username] { return name }
        var name = username
        var looked = 0
        for row in rows where reader.account(of: row) == username {
            guard looked < Self.mostPushes else { break }
            looked += 1
            guard let other = try reader.push(row), !other.accountName.isEmpty else { continue }
            name = other.accountName
            break
        }
        told[username] = name
        return name
    }
}
