import WeFlowModel
import WeFlowQuery

/// One event as clients of push get it (<doc:PushEvents>).
public struct PushEvent: Sendable, Equatable {
    /// Position in the journal, the event's id; 0 for a message that was found by its time.
    public let id: UInt64
    /// `message.new` or `message.revoke`.
    public let event: String
    /// The session's id.
    public let sessionID: String
    /// The key by which clients tell messages apart.
    public let messageKey: String
    /// The server's id, of a revocation that of the message taken back; the `messageKey` where there is none.
    public let rawID: String
    /// Address of the session's picture, "" where it is not known.
    public let avatarURL: String
    /// Who speaks: in groups the name in the group, else the name to show.
    public let sourceName: String
    /// The group's name, nil in other sessions.
    public let groupName: String?
    /// The text.
    public let content: String
    /// Unix seconds of the row.
    public let timestamp: Int64
    /// Sub-type in the high half, type in the low.
    public let localType: Int64
    /// The sender's username, "" where it is not known.
    public let sender: String
    /// Whether the owner of the account did it.
    public let isOwn: Bool

    /// `group`, `official`, or `other`: private chats are `other`, as WeFlow's clients test.
    public var sessionType: String {
        if Username.isGroup(sessionID) { return "group" }
        return Username.isOfficial(sessionID) ? "official" : "other"
    }
}

/// Which events somebody wants.
public struct PushFilter: Sendable, Equatable {
    /// The sessions to follow; empty is all.
    public var talkers: [String]
    /// The sessions to leave out.
    public var exclude: [String]
    /// Whether own messages are wanted too.
    public var includesSelf: Bool

    /// Puts a filter together.
    public init(talkers: [String] = [], exclude: [String] = [], includesSelf: Bool = false) {
        (self.talkers, self.exclude, self.includesSelf) = (talkers, exclude, includesSelf)
    }

    /// Whether an event is wanted.
    public func admits(_ event: PushEvent) -> Bool {
        (includesSelf || !event.isOwn) && (talkers.isEmpty || talkers.contains(event.sessionID))
            && !exclude.contains(event.sessionID)
    }
}
