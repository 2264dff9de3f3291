/// What the XML of a favourite says (<doc:Favourites>). Text that is unknown is empty.
public struct FavoriteContent: Sendable, Equatable {
    /// What it is called.
    public var title = ""
    /// What there is to read.
    public var text = ""
    /// Where it leads.
    public var url = ""
    /// What it consists of, in order.
    public var parts: [FavoritePart] = []
    /// Who sent it to whom, where it came from a chat.
    public var source = FavoriteSource()
    /// The official account that published it, with its name.
    public var publisher = FavoritePerson()
    /// Tags that stand in the XML; those of the tables are newer.
    public var tags: [String] = []
    /// Whether the document was longer than what is taken in of one.
    public var isCut = false

    /// Nothing known.
    public init() {}
}

/// Somebody, or a chat.
public struct FavoritePerson: Sendable, Equatable {
    /// The username.
    public var id = ""
    /// The name to show.
    public var name = ""

    /// Puts it together.
    public init(id: String = "", name: String = "") { (self.id, self.name) = (id, name) }
}

/// Where something came from, as it is written: who is the chat and who the sender is told by
/// ``FavoriteSource/places(owner:isGroup:)``.
public struct FavoriteSource: Sendable, Equatable {
    /// The username it came from: a person, a group, an account; "" for what the owner wrote.
    public var fromUser = ""
    /// The username it was sent to.
    public var toUser = ""
    /// Who sent it, in a group.
    public var realChatName = ""
    /// The server's id of the message, decimal; "" for none.
    public var messageID = ""

    /// Nothing known.
    public init() {}

    /// Who sent it and in which chat; "" for each that is unknown.
    ///
    /// - Parameters:
    ///   - owner: the owner's username.
    ///   - isGroup: whether a username is a group.
    /// - Returns: the sender and the chat.
    public func places(owner: String, isGroup: (String) -> Bool) -> (sender: String, chat: String) {
        if isGroup(fromUser) { return (realChatName.isEmpty ? fromUser : realChatName, fromUser) }
        if isGroup(toUser) { return (fromUser, toUser) }
        return (fromUser, fromUser == owner ? toUser : fromUser)
    }
}

/// A part of a favourite. Text that is unknown is empty.
public struct FavoritePart: Sendable, Equatable {
    /// What it is.
    public var kind: FavoritePartKind
    /// The file's name, or what it is called.
    public var title = ""
    /// What there is to read.
    public var text = ""
    /// The extension without its dot, lower case.
    public var format = ""
    /// Bytes of the file, nil where they are not told.
    public var size: Int64?
    /// How long it plays, nil where that is not told.
    public var seconds: Double?
    /// The MD5 of the file, 32 hex digits in lower case.
    public var md5 = ""
    /// The MD5 of its first 256 bytes.
    public var headMD5 = ""
    /// Where it leads.
    public var url = ""
    /// Who said it.
    public var speaker = ""
    /// The server's id of the message it was, decimal; "" for none.
    public var messageID = ""

    /// A part of which nothing but the kind is known.
    public init(kind: FavoritePartKind) { self.kind = kind }
}
