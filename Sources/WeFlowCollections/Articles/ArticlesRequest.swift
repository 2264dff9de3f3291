public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/articles` and `weflow articles` ask for.
public struct ArticlesRequest: Sendable, Equatable {
    /// The accounts. On the command line the option of that name means the account folder as well, so the command has one of
    /// its own.
    public static let account = Parameter.chats(
        "account", "Only articles of these official accounts.", .only([.http, .tools]), .example("gh_xxx"))
    static let keyword = Parameter.text(
        "keyword", "Only those with this in the title, the abstract or the account's name, in any case.",
        .value("text"), .group(.filters))
    static let unread = Parameter.flag("unread", "Only those of pushes that were not seen yet.", .group(.filters))
    static let limit = Parameter.limit(most: 10_000, default: 100)

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        account
        keyword
        unread
        CommonParameters.start
        CommonParameters.end
        limit
        CommonParameters.offset
        ListFormat.parameter
        CommonParameters.partial
    }

    /// The accounts; empty is all, unless there are names.
    public var accounts: [String]
    /// Names that accounts have in their pushes; of one that is in no contact list it is the only one.
    public var accountNames: Set<String> = []
    /// What title, abstract or name must hold.
    public var keyword: String?
    /// Whether only what was not seen yet is listed.
    public var unread: Bool
    /// First second of the push, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second of the push, Unix time; nil is no bound.
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
        accounts = try parameters[Self.account]
        keyword = try parameters.trimmed(Self.keyword)
        unread = try parameters[Self.unread]
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
    }

    /// Whether a push of this time is meant.
    func isInTime(_ time: Int64) -> Bool {
        start.map { $0 <= time } ?? true && end.map { time <= $0 } ?? true
    }
}
