import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
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
    /// The path below `db_storage` of the database that they are in.
    public static let database = "favorite/favorite.db"

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

    /// Finds the items; what they say is read when each is asked for.
    ///
    /// - Throws: why `favorite.db` cannot be read. An account that has none has no favourites.
    public func open(on account: Account) throws(WeFlowError) -> FavoritesList {
        try FavoritesList(request, account)
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:)``.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        try WeFlowError.retrying { () throws(WeFlowError) in
            let list = try open(on: account)
            var favorites: [Favorite] = []
            while let favorite = try list.next() { favorites.append(favorite) }
            return Result(
                favorites: favorites, unlisted: try list.unlisted(), damage: list.damage, notices: list.notices)
        }
    }
}

/// A page of favourites, each read when it is asked for. For one thread.
public final class FavoritesList: ListItems {
    private let request: FavoritesRequest
    private let account: Account
    private let tables: FavoriteTables
    private let reader: FavoriteItems
    private let keyword: KeywordMatcher?
    /// The next item to look at.
    private var place = 0
    private var passed = 0
    private var given = 0
    /// Favourites of which not everything could be taken in.
    private var cut = 0

    fileprivate init(_ request: FavoritesRequest, _ account: Account) throws(WeFlowError) {
        (self.request, self.account) = (request, account)
        tables = try WeFlowError.retrying { () throws(WeFlowError) in
            try FavoriteTables(account) { type, time in
                request.wants(type: type) && request.start.map { $0 <= time } ?? true
                    && request.end.map { time <= $0 } ?? true
            }
        }
        reader = FavoriteItems(account)
        keyword = request.keyword.map { KeywordMatcher($0) }
    }

    /// The next favourite of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where the database moved.
    public func next() throws(WeFlowError) -> Favorite? {
        while passed < request.offset {
            guard try step(&place, reading: false) != nil else { return nil }
            passed += 1
        }
        guard given < request.limit, case .read(let favorite)? = try step(&place, reading: true) else { return nil }
        given += 1
        if favorite.content.isCut { cut += 1 }
        return favorite
    }

    /// How many favourites the page has.
    ///
    /// - Throws: as ``next()``.
    public func count() throws(WeFlowError) -> Int { min(request.limit, max(0, try total() - request.offset)) }

    /// How many favourites follow those that were given.
    ///
    /// - Throws: as ``next()``.
    public func unlisted() throws(WeFlowError) -> Int { max(0, try total() - request.offset - given) }

    /// Pages that could not be read so far.
    public var damage: [PageFailure] { tables.damage }

    /// What else the user should know so far.
    public var notices: [WeFlowError] {
        var notices = reader.notices
        if !account.hasDatabase(FavoritesQuery.database) {
            notices.append(
                WeFlowError(
                    .unavailable,
                    "\(FavoritesQuery.database) is missing, so there are no favourites; copy it too if the account has it"
                ))
        }
        if cut > 0 {
            notices.append(
                WeFlowError(
                    .partial,
                    "\(cut) \(cut == 1 ? "favourite is" : "favourites are") too long to be taken in whole and "
                        + "\(cut == 1 ? "ends" : "end") early"))
        }
        return notices
    }

    private func total() throws(WeFlowError) -> Int {
        var (place, count) = (0, 0)
        while try step(&place, reading: false) != nil { count += 1 }
        return count
    }

    /// An item that the filters let through.
    private enum Found {
        /// Its row says enough.
        case unread
        case read(Favorite)
    }

    /// Goes on to the next item that the filters let through; nil behind the last.
    private func step(_ place: inout Int, reading: Bool) throws(WeFlowError) -> Found? {
        let isJudged = keyword != nil || request.tag != nil && !tables.hasTags
        while place < tables.items.count {
            let item = tables.items[place]
            place += 1
            let tags = tables.hasTags ? tables.tags(of: item) : nil
            if let tag = request.tag, let tags, !tags.contains(tag) { continue }
            guard reading || isJudged else { return .unread }
            guard let row = try tables.row(of: item) else { continue }
            let favorite = reader.favorite(item, row, tags: tags)
            if let tag = request.tag, !favorite.tags.contains(tag) { continue }
            if let keyword, !favorite.matches(keyword) { continue }
            return .read(favorite)
        }
        return nil
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

    /// Makes a favourite.
    ///
    /// - Parameters:
    ///   - item: where it is.
    ///   - row: what its row holds.
    ///   - tags: its tags; nil where those of the XML are all there is.
    /// - Returns: the favourite.
    func favorite(_ item: FavoriteItem, _ row: FavoriteRow, tags: [String]?) -> Favorite {
        let kind = FavoriteKind(number: item.type)
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
            id: item.id, number: item.type, kind: kind, time: item.time, content: content,
            from: person(places.sender, content.publisher), chat: person(places.chat, content.publisher),
            tags: tags ?? content.tags,
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
