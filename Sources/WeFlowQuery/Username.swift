/// What a username says of its owner (facts: store 5, 7).
public enum Username {
    /// Whether it is a group: `…@chatroom`, or an enterprise group in either spelling.
    public static func isGroup(_ username: String) -> Bool {
        username.hasSuffix("@chatroom") || username.hasSuffix("@im.chatroom") || username.hasSuffix("@im_chatroom")
    }

    /// Whether it is an official account.
    public static func isOfficial(_ username: String) -> Bool { username.hasPrefix("gh_") }

    /// `sessionType` of the sessions endpoint: `group`, `channel`, `other` or `private`.
    public static func sessionType(_ username: String) -> String {
        if isGroup(username) { return "group" }
        if isOfficial(username) || username.contains("@openim") { return "channel" }
        if username.hasPrefix("weixin"), username != "weixin" { return "channel" }
        return username.isEmpty ? "other" : "private"
    }

    /// Names that stand for a function of the client, not for a person.
    static let functions: Set<String> = ["medianote", "floatbottle", "qmessage", "qqmail", "fmessage"]
}

extension String {
    /// The contract's order of names, by Unicode scalar: the same on every machine.
    func precedesByScalar(_ other: String) -> Bool {
        unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
    }
}
