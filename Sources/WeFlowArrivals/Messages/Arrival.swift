public import WeFlowModel
internal import WeFlowPages
internal import WeFlowQuery

/// What stands around a message that arrived. The message itself is lent along with it.
public struct Arrival: Sendable, Equatable {
    /// Its position in the journal, which grows over restarts; 0 for a message that was found by its time.
    public let position: UInt64
    /// The session's id.
    public let talker: String
    /// The session's name to show.
    public let sessionName: String
    /// The key by which clients tell messages apart.
    public let messageKey: String
    /// What was taken back, nil for a message that is new.
    public let revoke: RevokeContent?
    /// The server's id, of a revocation that of the message taken back; the `messageKey` where there is none.
    public let rawID: String

    /// The owner's username.
    let owner: String

    /// `message.new` or `message.revoke`.
    public var event: String { revoke == nil ? "message.new" : "message.revoke" }

    init(_ message: borrowing Message, talker: String, sessionName: String, owner: String, position: UInt64) {
        self.position = position
        self.owner = owner
        self.talker = talker
        self.sessionName = sessionName
        messageKey = message.key(in: talker)
        var rawID = message.serverID == 0 ? messageKey : "\(message.serverID)"
        if case .revoke(let content) = message.content {
            revoke = content
            if !content.revokedServerId.isEmpty { rawID = content.revokedServerId }
        } else {
            revoke = nil
        }
        self.rawID = rawID
    }

    /// Whether the owner of the account sent the message, or took one back.
    func isOwn(_ isSend: Bool) -> Bool {
        guard let revoke else { return isSend }
        return revoke.isOwn || (!revoke.revoker.isEmpty && revoke.revoker == owner)
    }
}
