/// What the id of a chat says of it.
public enum ChatID {
    /// How the ids of groups end: the client's own, and those of enterprises in either spelling.
    private static let groupEndings: [StaticString] = ["@chatroom", "@im.chatroom", "@im_chatroom"]

    /// Whether it is a group, as the bytes of its id say.
    public static func isGroup(_ id: UnsafeRawBufferPointer) -> Bool {
        groupEndings.contains { id.matches($0, at: id.count - $0.utf8CodeUnitCount) }
    }

    /// Whether it is a group.
    public static func isGroup(_ id: some StringProtocol) -> Bool {
        var id = String(id)
        return id.withUTF8 { isGroup(UnsafeRawBufferPointer($0)) }
    }
}
