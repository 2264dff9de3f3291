internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery

/// The pictures of the people and groups of an archive.
struct People {
    /// By username, where the picture lies below the archive.
    private(set) var avatars: [String: String] = [:]
    /// What the owner is called, "" where the contacts do not say.
    private(set) var ownerName = ""
    /// By group, whose picture may be shown on its pages.
    private var members: [String: [String]] = [:]

    /// Reads the rows of contacts and members.
    ///
    /// - Throws: `.damaged` where a file is not what the manifest says.
    init(_ source: ArchiveSource) throws {
        for name in source.files.keys {
            guard let username = Self.username(ofAvatar: name) else { continue }
            avatars[username] = name
        }
        try source.lines(of: "contacts.jsonl") { row in
            let username = row.text("username")
            take(row, username: username, of: source)
            if username == source.account { ownerName = row.text("displayName") }
        }
        try source.lines(of: "members.jsonl") { row in
            let username = row["wxid"]?.string ?? row.text("username")
            take(row, username: username, of: source)
            guard let group = row["chatroomId"]?.string ?? row["chat"]?.string, !username.isEmpty else { return }
            members[group, default: []].append(username)
        }
    }

    private mutating func take(_ row: JSONValue, username: String, of source: ArchiveSource) {
        let path = row["avatar"]?.string ?? row["avatar"]?["path"]?.string ?? row.text("avatarPath")
        guard !username.isEmpty, source.files[path] != nil else { return }
        avatars[username] = path
    }

    /// The person whose picture a file is, as far as its name says so.
    private static func username(ofAvatar path: String) -> String? {
        guard ArchiveSource.components(of: path).first == "avatars",
            let dot = path.utf8.lastIndex(of: UInt8(ascii: "."))
        else { return nil }
        return String(path[path.utf8.index(path.startIndex, offsetBy: 8)..<dot])
    }

    /// The pictures that may stand on the pages of a chat: those of its members, of the other side, and of the owner.
    func avatars(in chat: ArchiveSource.Chat, owner: String) -> [String: String] {
        var shown: [String: String] = [:]
        for username in (members[chat.id] ?? []) + [chat.id, owner] { shown[username] = avatars[username] }
        return shown
    }
}

extension ArchiveSource {
    /// Lends the rows of a file that an archive may lack.
    ///
    /// - Throws: `.damaged` where it is not what the manifest says; what `body` throws.
    func lines(of name: String, _ body: (JSONValue) throws -> Void) throws {
        guard let file = files[name] else { return }
        try ArchiveLines(file, in: self).read(body)
    }
}
