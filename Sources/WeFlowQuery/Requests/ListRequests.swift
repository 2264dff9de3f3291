public import WeFlowPages
public import WeFlowParameters

/// What `/api/v1/sessions` and `weflow sessions` ask for.
public struct SessionsRequest: Sendable, Equatable {
    /// The forms in which sessions are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// ChatLab's list of sessions.
        case chatlab
        /// One object a line; command line only.
        case jsonl
        /// Comma-separated values; command line only.
        case csv
        /// For reading; command line only.
        case table

        /// Where it can be asked for.
        public var scope: ParameterDeclaration.Scope { self == .json || self == .chatlab ? .everywhere : .commandLine }
        /// What is said of it where the words are listed.
        public var note: String { self == .table ? ListFormat.tableNote : "" }

        /// The form that other lists have, too; nil for ChatLab's.
        public var list: ListFormat? { ListFormat(rawValue: rawValue) }
    }

    static let keyword = Parameter.text(
        "keyword", "Only those whose id or one of whose names holds this text, in any case.", .value("text"),
        .group(.filters))
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let format = Parameter.choice("format", default: Format.json, "", .only([.commandLine, .http]))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        keyword
        limit
        CommonParameters.offset
        format
        CommonParameters.partial
    }

    /// What the username or the display name must hold.
    public var keyword: String?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: Format

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        keyword = try parameters.trimmed(Self.keyword)
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[Self.format]
    }
}

/// The forms of a list that only the command line has a choice of: as the endpoint gives it, for other programs, or for
/// reading.
public enum ListFormat: String, ParameterChoice {
    /// One object with an envelope.
    case json
    /// One object a line.
    case jsonl
    /// Comma-separated values.
    case csv
    /// Aligned columns for reading.
    case table

    /// What is said of it where the words are listed.
    public var note: String { self == .table ? Self.tableNote : "" }

    static let tableNote = ", which is for reading"

    /// The form of a list.
    public static let parameter = Parameter.choice("format", default: ListFormat.json, "", .only(.commandLine))
}

/// What `/api/v1/contacts` and `weflow contacts` ask for.
public struct ContactsRequest: Sendable, Equatable {
    /// The forms in which contacts are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// One object a line.
        case jsonl
        /// Comma-separated values.
        case csv
        /// Cards that phones and address books take in.
        case vcf
        /// Aligned columns for reading.
        case table

        /// What is said of it where the words are listed.
        public var note: String {
            switch self {
            case .vcf: ", which is vCard 4.0 of friends"
            case .table: ListFormat.tableNote
            default: ""
            }
        }

        /// The form that other lists have, too; nil for cards.
        public var list: ListFormat? { ListFormat(rawValue: rawValue) }
    }

    /// The kinds of contacts.
    public enum Kind: String, CaseIterable, Sendable {
        /// Somebody in the address book, or of an enterprise.
        case friend
        /// A group.
        case group
        /// An official account.
        case official
        /// Somebody who was in the address book once.
        case formerFriend = "former_friend"
    }

    static let detail = Parameter.flag(
        "detail", "Add labels, signature, region, gender, phone numbers and how and when they became contacts.")
    static let label = Parameter.text(
        "label", "Only those with the label of this name or number.", .value("name"), .group(.filters))
    static let type = Parameter.list(
        "type", "Only these kinds: friend, group, official or former_friend.", .value("kind,…"), .group(.filters),
        .pattern { TextPattern.words(Kind.self) }, .example("friend"))
    static let format = Parameter.choice("format", default: Format.json, "", .only(.commandLine))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        SessionsRequest.keyword
        type
        label
        SessionsRequest.limit
        CommonParameters.offset
        detail
        format
        CommonParameters.partial
    }

    /// What the username, the alias or one of the names must hold.
    public var keyword: String?
    /// The kinds to list; empty is all. Cards are of friends unless it is said.
    public var types: Set<Kind>
    /// The name or the number of a label that they must have.
    public var label: String?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// Whether all that is known of each is added.
    public var detail: Bool
    /// The form of the answer.
    public var format: Format

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        keyword = try parameters.trimmed(SessionsRequest.keyword)
        types = Set(try parameters.words(Self.type, of: Kind.self))
        label = try parameters.trimmed(Self.label)
        limit = try parameters[SessionsRequest.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        detail = try parameters[Self.detail]
        format = try parameters[Self.format]
        if format == .vcf, types.isEmpty { types = [.friend] }
    }
}

/// What `/api/v1/group-members` and `weflow group-members` ask for.
public struct GroupMembersRequest: Sendable, Equatable {
    static let chatroomID = Parameter.required(
        "chatroomId", aliases: ["talker"], .groupChat, "The group.",
        missing: .init("give the id of a group, which ends in @chatroom"), .orArgument, .example("xxx@chatroom"))
    static let includeMessageCounts = Parameter.flag(
        "includeMessageCounts", aliases: ["withCounts"], "Count each member's messages in the group.")
    static let forceRefresh = Parameter.flag(
        "forceRefresh", "Read the list anew, as the command line always does; a server may remember it.",
        .only([.commandLine, .http]))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        chatroomID
        includeMessageCounts
        forceRefresh
        ListFormat.parameter
        CommonParameters.partial
    }

    /// The group's id, echoed as given.
    public var chatroomID: String
    /// Whether each member's messages are counted.
    public var includeMessageCounts: Bool
    /// Whether a server's cached list is dropped first.
    public var forceRefresh: Bool
    /// The form of the answer.
    public var format: ListFormat

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        chatroomID = try parameters[Self.chatroomID]
        includeMessageCounts = try parameters[Self.includeMessageCounts]
        forceRefresh = try parameters[Self.forceRefresh]
        format = try parameters[ListFormat.parameter]
    }
}
