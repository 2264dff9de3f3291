public import WeFlowModel
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// A post as the timeline gives it (<doc:MomentsQueries#A-post>).
public struct TimelineItem: Sendable, Equatable {
    /// The post.
    public var moment: Moment
    /// The author's name: the owner's contact list first, then the XML, then the username.
    public var nickname: String
    /// The names of those who like it, in the order of the XML.
    public var likes: [String]
    /// Address of the author's picture; empty where unknown.
    public var avatarURL: String
    /// The addresses of its media, one for each.
    public var media: [ResolvedMomentMedia]

    /// Puts an item together.
    public init(
        moment: Moment, nickname: String, likes: [String], avatarURL: String, media: [ResolvedMomentMedia]
    ) {
        self.moment = moment
        self.nickname = nickname
        self.likes = likes
        self.avatarURL = avatarURL
        self.media = media
    }
}

/// A page of the timeline (<doc:MomentsQueries>).
public struct TimelineQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page, newest first.
        public var items: [TimelineItem]
        /// Whether older posts follow.
        public let hasMore: Bool
        /// What is missing, and why.
        public let damage: [PageFailure]
        /// Why names are missing, where they are.
        public let notice: WeFlowError?
    }

    /// What is asked for.
    public let request: TimelineRequest
    private let addressing: MomentAddressing

    /// Makes a query.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - hosts: the media network.
    ///   - proxyBase: scheme, host and port of the server whose proxy is named, as of ``MomentAddressing``.
    public init(_ request: TimelineRequest, hosts: MediaHosts, proxyBase: String) {
        self.request = request
        addressing = MomentAddressing(hosts: hosts, proxyBase: request.media == .raw ? nil : proxyBase)
    }

    /// Reads the page.
    ///
    /// - Throws: `.unavailable` where `sns.db` is missing or cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let names = LazyNames(account)
        let (moments, hasMore, damage) = try WeFlowError.retrying { () throws(WeFlowError) in
            let scan = try MomentsScan(MomentsTable(account), filter: request.filter, keepsXML: true)
            try scan.skip(request.offset)
            var moments: [Moment] = []
            while moments.count < request.limit, let moment = try scan.next() { moments.append(moment) }
            let damage = scan.damage
            let hasMore = moments.count == request.limit ? try scan.next() != nil : false
            return (moments, hasMore, damage)
        }
        let items = moments.map { item($0, names: names.book) }
        return Result(items: items, hasMore: hasMore, damage: damage, notice: names.notice)
    }

    private func item(_ moment: Moment, names: NameBook) -> TimelineItem {
        TimelineItem(
            moment: addressing.mended(moment), nickname: names.identity(of: moment).displayName,
            likes: moment.likes.map { names.shownName(of: $0.username, written: $0.nickname) },
            avatarURL: names.row(of: moment.username)?.avatarURL ?? "", media: addressing.media(of: moment))
    }
}

extension NameBook {
    /// The author of a post: the contact list's name, else the XML's, else the username (`NamesOfPeople` of WeFlowQuery).
    func identity(of moment: Moment) -> MomentIdentity {
        identity(of: moment.username, displayName: known(moment.username) ?? moment.nickname)
    }

    /// Who somebody is.
    ///
    /// - Parameters:
    ///   - username: whom; may be empty where only a name is known.
    ///   - displayName: the name to show; empty leaves it to the contact list.
    /// - Returns: what the contact list knows.
    func identity(of username: String, displayName: String) -> MomentIdentity {
        let row = username.isEmpty ? nil : row(of: username)
        return MomentIdentity(
            username: username, alias: row?.alias ?? "", remark: row?.remark ?? "", nickname: row?.nickname ?? "",
            displayName: displayName)
    }

    /// The name of somebody in a post: as the XML writes it, else from the contact list, else the username.
    func shownName(of username: String, written: String) -> String {
        written.isEmpty ? displayName(of: username) : written
    }
}
