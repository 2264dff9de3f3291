public import WeFlowPages
public import WeFlowParameters

/// What ChatLab's pull, `/api/v1/sessions/{id}/messages`, and `weflow pull` ask for. Over HTTP
/// the answer is ChatLab whatever `format` says, as ChatLab itself sends it.
public struct PullRequest: Sendable, Equatable {
    static let talker = CommonParameters.talker.with(.place("id"))
    static let since = Parameter.time(
        "since", as: .start, "Only from this time on.", .group(.filters), .example("20260101"))
    static let limit = Parameter.limit(most: 5000, default: 5000)
    static let format = Parameter.choice(
        "format", of: [MessageFormat.chatlab, .chatlabLines], default: .chatlab, "", .only(.commandLine))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        talker
        since
        CommonParameters.end
        limit
        CommonParameters.offset
        format
        CommonParameters.partial
    }

    /// Session id, echoed as given.
    public var talker: String
    /// First second, Unix time, 0 where there is none: `sync.nextSince` repeats it.
    public var since: Int64
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// How many at most, from 1; nil is all of them, which only the command line can ask for.
    public var limit: Int?
    /// How many to skip, from 0.
    public var offset: Int
    /// ``MessageFormat/chatlab``, or its line form.
    public var format: MessageFormat

    /// Reads and checks the parameters.
    ///
    /// - Parameters:
    ///   - parameters: the request's; on the command line they hold the session id as `talker`.
    ///   - id: the session id of an endpoint's path, percent-decoded.
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters, id: String? = nil) throws(WeFlowError) {
        talker = if let id { id } else { try parameters[Self.talker] }
        since = try parameters[Self.since] ?? 0
        end = try parameters[CommonParameters.end]
        limit = try parameters[Self.limit]
        offset = try parameters[CommonParameters.offset]
        format = try parameters[Self.format]
    }
}

extension MessagesRequest {
    /// The messages that a pull means: oldest first, all kinds, without media.
    public init(_ pull: PullRequest) {
        talker = pull.talker
        around = nil
        limit = pull.limit
        offset = pull.offset
        order = .oldestFirst
        start = pull.since == 0 ? nil : pull.since
        end = pull.end
        keyword = nil
        format = pull.format
        detail = false
        names = false
        partial = false
        media = .none
    }
}
