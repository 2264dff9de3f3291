internal import WeFlowModel
public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// Which posts are meant: the filters that the timeline and the export share.
public struct MomentsFilter: Sendable, Equatable {
    static let usernames = Parameter.people(
        "usernames", "Only posts of these people.", .example("wxid_a,wxid_b"))
    static let keyword = Parameter.text(
        "keyword", "Only posts whose text or link holds this, in any case.", .value("text"), .group(.filters))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        usernames
        keyword
        CommonParameters.start
        CommonParameters.end
    }

    /// Authors; empty is all.
    public var usernames: [String]
    /// What the text or the card must hold.
    public var keyword: String?
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?

    /// Everything.
    public init() {
        usernames = []
        keyword = nil
        start = nil
        end = nil
    }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        usernames = try parameters[Self.usernames].reduce(into: []) { known, name in
            if !known.contains(name) { known.append(name) }
        }
        keyword = try parameters.trimmed(Self.keyword)
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
    }

    /// Whether no post can match, because the range ends before it begins.
    var isEmptyRange: Bool {
        guard let start, let end else { return false }
        return start > end
    }
}

/// How a timeline gives the addresses of its media.
public enum TimelineMedia: Sendable, Equatable {
    /// The network's own addresses and nothing else.
    case raw
    /// With proxy addresses beside them.
    ///
    /// - Parameters:
    ///   - replace: whether `url` and `thumb` become the resolved address.
    ///   - inline: whether pictures are fetched into `data:` addresses.
    case resolved(replace: Bool, inline: Bool)
}

/// What `/api/v1/sns/timeline` and `weflow sns timeline` ask for.
public struct TimelineRequest: Sendable, Equatable {
    static let limit = Parameter.limit(most: 200, default: 20)
    static let media = Parameter.flag(
        "media", aliases: ["resolveMedia", "meiti"], default: true,
        "Add the addresses of a server's proxy to those of the network.")
    static let replace = Parameter.flag(
        "replace", default: true, "Put those addresses in place of the network's.")
    static let inline = Parameter.flag("inline", "Fetch pictures and put them into the answer as data: addresses.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        limit
        CommonParameters.offset
        MomentsFilter.parameters
        media
        replace
        inline
        ListFormat.parameter
        CommonParameters.partial
    }

    /// Which posts.
    public var filter: MomentsFilter
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip after the filters, from 0.
    public var offset: Int
    /// How media addresses are given.
    public var media: TimelineMedia
    /// The form of the answer.
    public var format: ListFormat

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        filter = try MomentsFilter(parameters)
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        let replace = try parameters[Self.replace]
        let inline = try parameters[Self.inline]
        let isResolved = try parameters[Self.media]
        media = isResolved ? .resolved(replace: replace, inline: inline) : .raw
        format = try parameters[ListFormat.parameter]
    }
}

/// What `/api/v1/sns/export/stats` and `weflow sns stats` ask for.
public struct MomentsStatsRequest: Sendable, Equatable {
    static let fast = Parameter.flag("fast", "Let a server answer from memory; the command line always counts.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        fast
        CommonParameters.partial
    }

    /// Whether a number counted lately is good enough.
    public var fast: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage` where `fast` is not a switch.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        fast = try parameters[Self.fast]
    }
}

/// What `/api/v1/sns/media/proxy` and `weflow sns media` ask for.
public struct MomentsMediaRequest: Sendable, Equatable {
    static let url = Parameter.required(
        "url", .formed { TextPattern.mediaURL }, "The address in the media network.",
        missing: .init("give a media address of the timeline", http: "Missing required parameter: url"), .orArgument,
        .example("https://shmmsns.qpic.cn/mmsns/xxx/0?token=xxx&idx=1"))
    static let key = Parameter.formed(
        "key", as: { TextPattern.momentKey }, "The decimal key of the post's media.", .value("number"))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        url
        key
    }

    /// The address in the media network.
    public var url: MediaURL
    /// The key of the stream over it; nil where none was given.
    public var key: UInt64?

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        url = try MediaURL(parsing: parameters[Self.url], parameter: parameters.label(Self.url))
        if let text = try parameters[Self.key] {
            guard let key = MomentKey.parse(text) else {
                throw WeFlowError(
                    .usage,
                    "\(parameters.label(Self.key)) must be a decimal number below 2^64; leave it out where there is none"
                )
            }
            self.key = key.value
        }
    }
}
