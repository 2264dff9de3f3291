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

    /// Finds the pushes; their articles are read when each is asked for.
    ///
    /// - Throws: why no shard can be read. An account without messages of official accounts has no articles.
    public func open(on account: Account) throws(WeFlowError) -> ArticlesList {
        try WeFlowError.retrying { () throws(WeFlowError) in try ArticlesList(request, account) }
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:)``.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        try WeFlowError.retrying { () throws(WeFlowError) in
            let list = try open(on: account)
            var articles: [Article] = []
            while let article = try list.next() { articles.append(article) }
            return Result(
                articles: articles, hasMore: try list.hasMore(), losses: list.losses, notices: list.notices)
        }
    }
}

/// A page of articles, each read when it is asked for. For one thread.
public final class ArticlesList: ListItems {
    private let request: ArticlesRequest
    private let accounts: Set<String>
    private let rows: PushRows?
    private let reader: PushReader
    private let names: PushNames
    private let keyword: KeywordMatcher?
    private let unread: [String: Int64]?
    private var place: Place
    private var passed = 0
    private var given = 0
    private var noted: [WeFlowError] = []

    /// How far a walk over the pushes has come.
    private struct Place {
        /// The next push.
        var row = 0
        /// Articles of the push before it that are still to be given, the next one first.
        var articles: ArraySlice<Article> = []
        /// How many messages of each account were not seen yet, those behind the walk aside.
        var unread: [String: Int64]?
    }

    fileprivate init(_ request: ArticlesRequest, _ account: Account) throws(WeFlowError) {
        self.request = request
        accounts = Set(request.accounts)
        keyword = request.keyword.map { KeywordMatcher($0) }
        guard !account.messageShards().isEmpty else {
            (rows, unread, place) = (nil, nil, Place())
            reader = PushReader(nil)
            names = PushNames([], reader, LazyNames(account))
            noted = [account.withoutShards]
            return
        }
        let unread = request.unread ? Self.unread(account, &noted) : nil
        // What is unread is counted from the newest push on, whatever its time.
        let found = try PushRows(account, of: request.accountNames.isEmpty ? accounts : []) { time in
            unread != nil || request.isInTime(time)
        }
        (rows, self.unread, place) = (found, unread, Place(unread: unread))
        reader = PushReader(found)
        names = PushNames(found.rows, reader, LazyNames(account))
    }

    /// The next article of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where a database moved.
    public func next() throws(WeFlowError) -> Article? {
        while passed < request.offset {
            guard try step(&place) != nil else { return nil }
            passed += 1
        }
        guard given < request.limit, let article = try step(&place) else { return nil }
        given += 1
        return article
    }

    /// How many articles the page has; every push is read for it.
    ///
    /// - Throws: as ``next()``.
    public func count() throws(WeFlowError) -> Int {
        var place = Place(unread: unread)
        var count = 0
        while count - request.offset < request.limit, try step(&place) != nil { count += 1 }
        return max(0, count - request.offset)
    }

    /// Whether articles follow those that were given.
    ///
    /// - Throws: as ``next()``.
    public func hasMore() throws(WeFlowError) -> Bool {
        var place = place
        guard passed == request.offset else { return false }
        return try step(&place) != nil
    }

    /// What could not be read so far.
    public var losses: MessageLosses {
        MessageLosses(pages: (rows?.damage ?? []) + reader.damage, shards: rows?.lostShards ?? [])
    }

    /// What else the user should know so far.
    public var notices: [WeFlowError] {
        var notices = noted
        if let notice = names.notice { notices.append(notice) }
        if reader.cut > 0 {
            notices.append(
                WeFlowError(
                    .partial,
                    "\(reader.cut == 1 ? "a push has" : "\(reader.cut) pushes have") more articles than are taken in; the "
                        + "last ones are missing"))
        }
        return notices
    }

    /// Goes on to the next article that the filters let through; nil behind the last.
    private func step(_ place: inout Place) throws(WeFlowError) -> Article? {
        while true {
            if let article = place.articles.popFirst() { return article }
            guard let rows = rows?.rows, place.row < rows.count else { return nil }
            let row = rows[place.row]
            place.row += 1
            place.articles = try articles(of: row, &place.unread)[...]
        }
    }

    /// The articles of a push that the filters let through.
    private func articles(of row: PushRow, _ unread: inout [String: Int64]?) throws(WeFlowError) -> [Article] {
        let username = reader.account(of: row)
        if unread != nil {
            guard let count = unread?[username], count > 0 else { return [] }
            unread?[username] = count - 1
            guard request.isInTime(row.time) else { return [] }
        }
        guard let push = try reader.push(row) else { return [] }
        let name = try names.name(of: username, in: push)
        let isNamed = accounts.contains(username) || request.accountNames.contains(name)
        guard request.accountNames.isEmpty || isNamed else { return [] }
        return push.articles.enumerated().compactMap { place, content in
            if let keyword,
                !(keyword.matches(content.title) || keyword.matches(content.digest) || keyword.matches(name))
            {
                return nil
            }
            return Article(
                accountID: username, accountName: name, content: content,
                publishedAt: content.publishedAt ?? row.time, position: place + 1, serverID: row.serverID)
        }
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
