import WeFlowModel
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// A favourite as the API lists it. Text that is unknown is empty.
public struct Favorite: Sendable, Equatable {
    /// The server's id, or the one on this machine behind `local:`.
    public var id: String
    /// The number of its type.
    public var number: Int64
    /// What it is; nil for a number that nobody has a name for.
    public var kind: FavoriteKind?
    /// Unix seconds at which it was collected or changed last.
    public var time: Int64
    /// What it says.
    public var content: FavoriteContent
    /// Who sent it.
    public var from: FavoritePerson
    /// In which chat.
    public var chat: FavoritePerson
    /// Names of its tags, in their order.
    public var tags: [String]
    /// The server's id of the message that it was, "" where it was none.
    public var sourceServerID: String
    /// What became of the files of its parts, one for each, where they were asked for.
    public var files: [FavoriteFile] = []

    /// The type as an answer names it.
    public var type: String { kind?.rawValue ?? String(number) }
}

/// Favourites, newest first.
public struct FavoritesQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public var favorites: [Favorite]
        /// How many follow the page.
        public let unlisted: Int
        /// Pages that could not be read.
        public let damage: [PageFailure]
        /// What else the user should know: names that are missing, a database that is not there.
        public var notices: [WeFlowError]
    }

    /// What is asked for.
    public let request: FavoritesRequest

    /// Makes a query.
    public init(_ request: FavoritesRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: why `favorite.db` cannot be read. An account that has none has no favourites.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let tables = try WeFlowError.retrying { () throws(WeFlowError) in
            try FavoriteTables(account) { type, time in
                request.wants(type: type) && request.start.map { $0 <= time } ?? true
                    && request.end.map { time <= $0 } ?? true
            }
        }
        let reader = FavoriteItems(account)
        let keyword = request.keyword.map { KeywordMatcher($0) }
        var page: [Favorite] = []
        var found = 0
        for row in tables.items {
            if let tag = request.tag, row.hasTagTables, !row.tags.contains(tag) { continue }
            let isOnPage = found >= request.offset && found - request.offset < request.limit
            let isJudged = keyword != nil || request.tag != nil && !row.hasTagTables
            guard isOnPage || isJudged else {
                found += 1
                continue
            }
            let favorite = reader.favorite(row)
            if let tag = request.tag, !favorite.tags.contains(tag) { continue }
            if let keyword, !favorite.matches(keyword) { continue }
            if isOnPage { page.append(favorite) }
            found += 1
        }
        var notices = reader.notices
        if !account.hasDatabase(FavoriteTables.database) {
            notices.append(
                WeFlowError(
                    .unavailable,
                    "\(FavoriteTables.database) is missing, so there are no favourites; copy it too if the account has it"
                ))
        }
        return Result(
            favorites: page, unlisted: max(0, found - request.offset - page.count), damage: tables.damage,
            notices: notices)
    }
}

extension Favorite {
    /// Whether a keyword occurs in what a person reads of it.
    fileprivate func matches(_ keyword: KeywordMatcher) -> Bool {
        let texts = [content.title, content.text, from.name, chat.name] + tags
        return texts.contains { keyword.matches($0) }
            || content.parts.contains { keyword.matches($0.title) || keyword.matches($0.text) }
    }
}

/// Makes favourites of rows. For one thread.
private final class FavoriteItems {
    private let account: Account
    private let names: LazyNames
    private let decoder = ContentDecoder()
    private lazy var owner = account.owner.username

    init(_ account: Account) {
        self.account = account
        names = LazyNames(account)
    }

    /// Why names are missing, where they are.
    var notices: [WeFlowError] { names.notice.map { [$0] } ?? [] }

    func favorite(_ row: FavoriteRow) -> Favorite {
        let kind = FavoriteKind(number: row.type)
        let content = row.content.withUnsafeBytes { column in
            decoder.withText(of: column) { text in
                // What cannot be decompressed is listed with what its row says.
                if case .success(let text) = text { FavoriteContent(kind, xml: text) } else { FavoriteContent() }
            }
        }
        var source = content.source
        // The columns go before the XML.
        if !row.fromUser.isEmpty {
            source.fromUser = row.fromUser
            source.realChatName = row.realChatName.isEmpty ? source.realChatName : row.realChatName
        }
        let places = source.places(owner: owner) { Username.isGroup($0) }
        let message = serverID(row.sourceID)
        return Favorite(
            id: row.id, number: row.type, kind: kind, time: row.time, content: content,
            from: person(places.sender, content.publisher), chat: person(places.chat, content.publisher),
            tags: row.hasTagTables ? row.tags : content.tags,
            sourceServerID: message.isEmpty ? source.messageID : message)
    }

    /// Somebody with a name: that of the contact list, of an account that is not in it the one that it published under.
    private func person(_ id: String, _ publisher: FavoritePerson) -> FavoritePerson {
        guard !id.isEmpty else { return FavoritePerson() }
        if let name = names.book.known(id) { return FavoritePerson(id: id, name: name) }
        let isPublisher =
            Username.isOfficial(id) && !publisher.name.isEmpty
            && (publisher.id.isEmpty || publisher.id == id)
        return FavoritePerson(id: id, name: isPublisher ? publisher.name : id)
    }
}
