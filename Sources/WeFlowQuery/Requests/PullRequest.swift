public import WeFlowPages

/// What ChatLab's pull, `/api/v1/sessions/{id}/messages`, and `weflow pull` ask for. The answer is ChatLab whatever
/// `format` says, as ChatLab itself sends it.
public struct PullRequest: Sendable, Equatable {
    /// Session id, echoed as given.
    public var talker: String
    /// First second, Unix time, 0 where there is none: `sync.nextSince` repeats it.
    public var since: Int64
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// 1…5000.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int

    /// Reads and checks the parameters.
    ///
    /// - Parameters:
    ///   - parameters: the request's; on the command line they hold the session id as `talker`.
    ///   - id: the session id of an endpoint's path, percent-decoded.
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters, id: String? = nil) throws(WeFlowError) {
        if let id {
            talker = id
        } else {
            talker = try parameters.required("talker", remedy: "give the id of a session")
        }
        since = try parameters.time("since", as: .start) ?? 0
        end = try parameters.time("end", as: .end)
        limit = try parameters.int("limit", default: 5000, in: 1...5000)
        offset = try parameters.offset()
    }
}

extension MessagesRequest {
    /// The messages that a pull means: oldest first, all kinds, without media.
    ///
    /// - Parameters:
    ///   - pull: what is pulled.
    ///   - format: ``MessageFormat/chatlab``, or its line form.
    public init(_ pull: PullRequest, format: MessageFormat = .chatlab) {
        talker = pull.talker
        limit = pull.limit
        offset = pull.offset
        order = .oldestFirst
        start = pull.since == 0 ? nil : pull.since
        end = pull.end
        keyword = nil
        self.format = format
        detail = false
        partial = false
        media = .none
    }
}
