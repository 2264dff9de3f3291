import WeFlowMedia
import WeFlowModel
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// A picture of a person, a group or an account, as the API lists it.
public struct AvatarEntry: Sendable, Equatable {
    /// Whose it is.
    public let username: String
    /// The name to show.
    public let displayName: String
    /// How many bytes it has.
    public let size: Int
    /// What its first bytes say that it is.
    public let contentType: String
    /// Unix seconds of the last change.
    public let updateTime: Int64
}

/// The pictures that the client keeps of people, groups and accounts, by username (<doc:FilesAndUnread#Avatars>).
public struct AvatarsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let avatars: [AvatarEntry]
        /// How many follow the page.
        public let unlisted: Int
        /// What is missing, and why.
        public let damage: [PageFailure]
        /// Why names are missing, where they are.
        public let notice: WeFlowError?
    }

    /// What is asked for.
    public let request: AvatarsRequest

    /// Makes a query.
    public init(_ request: AvatarsRequest) { self.request = request }

    /// Reads the list. An account without the database has no pictures.
    ///
    /// - Throws: why the database cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        guard account.hasDatabase(HeadImages.database) else {
            return Result(avatars: [], unlisted: 0, damage: [], notice: nil)
        }
        let (all, damage) = try WeFlowError.retrying { () throws(WeFlowError) in try HeadImages(account).all() }
        let names = LazyNames(account)
        let keyword = request.keyword.map { KeywordMatcher($0) }
        let meant = all.filter { entry in
            guard let keyword else { return true }
            return keyword.matches(entry.username) || keyword.matches(names.book.displayName(of: entry.username))
        }.sorted { $0.username.utf8.lexicographicallyPrecedes($1.username.utf8) }
        let page = meant.dropFirst(request.offset).prefix(request.limit)
        let avatars = page.map { entry in
            AvatarEntry(
                username: entry.username, displayName: names.book.displayName(of: entry.username), size: entry.size,
                contentType: AvatarPicture.contentType(of: entry.head), updateTime: entry.updateTime)
        }
        return Result(
            avatars: avatars, unlisted: max(0, meant.count - request.offset - page.count), damage: damage,
            notice: names.notice)
    }
}

/// One picture.
public struct AvatarPicture: Sendable {
    /// Its bytes.
    public let bytes: [UInt8]
    /// What they say that it is.
    public var contentType: String { Self.contentType(of: bytes) }

    /// Reads the picture of a person, a group or an account.
    ///
    /// - Throws: `.notFound` where there is none; why the database cannot be read.
    public init(of username: String, in account: Account) throws(WeFlowError) {
        guard account.hasDatabase(HeadImages.database) else { throw Self.missing(username) }
        bytes = try WeFlowError.retrying { () throws(WeFlowError) in
            try HeadImages(account).picture(of: username)
        }
        guard !bytes.isEmpty else { throw Self.missing(username) }
    }

    private static func missing(_ username: String) -> WeFlowError {
        WeFlowError(
            .notFound, "there is no picture of \(username) in this account; the list of avatars says what there is")
    }

    /// The type that the first bytes of a picture tell; of what no viewer shows, the type of any bytes.
    static func contentType(of head: [UInt8]) -> String {
        guard let format = MediaFormat(of: head), format.isDisplayable else { return "application/octet-stream" }
        return format.contentType
    }

    /// The extension of a file of these bytes, without a dot.
    package static func ending(of head: [UInt8]) -> String {
        guard let format = MediaFormat(of: head), format.isDisplayable else { return "bin" }
        return format.fileExtension
    }
}
