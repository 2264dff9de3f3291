/// How the client calls its databases: each lies in a folder of its own subject.
enum DatabaseName {
    /// The databases of messages that have no number.
    private static let messages = [
        "message_fts", "message_resource", "message_revoke", "biz_message_fts", "biz_message_resource", "weclaw",
    ]
    /// Those of which there are several, by the beginning of their names.
    private static let numbered = ["message_", "biz_message_", "media_", "message_fts_", "message_resource_"]

    /// Whether a folder of `db_storage` may be one of the client's.
    static func isFolder(_ name: String) -> Bool { isWord(name) }

    /// Whether a file is called as a database of the client is.
    ///
    /// - Parameters:
    ///   - name: the file's name.
    ///   - folder: the name of the folder that it lies in.
    /// - Returns: false for copies and neighbours of databases, too.
    static func isDatabase(_ name: String, in folder: String) -> Bool {
        guard name.hasSuffix(".db") else { return false }
        let stem = String(name.dropLast(3))
        guard folder == "message" else { return isWord(stem) }
        return messages.contains(stem) || numbered.contains { Shard.number(in: name, prefix: $0) != nil }
    }

    /// Whether a name is of small letters, digits and underscores.
    private static func isWord(_ name: String) -> Bool {
        guard let first = name.utf8.first, 0x61...0x7A ~= first else { return false }
        return name.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") }
    }
}
