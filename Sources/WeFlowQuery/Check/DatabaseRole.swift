/// What a database of the account is for, by its path below `db_storage`.
public enum DatabaseRole: String, Sendable, Equatable, CaseIterable {
    /// People and groups.
    case contacts
    /// The list of conversations.
    case sessions
    /// Private chats and groups.
    case messages
    /// Messages of official accounts.
    case officialMessages
    /// Voices.
    case voices
    /// Which files belong to which message.
    case resources
    /// Where files lie, by md5.
    case hardlinks
    /// Avatars as pictures.
    case avatars
    /// Addresses of stickers.
    case stickers
    /// Moments.
    case moments
    /// Favourites and their tags.
    case favorites
    /// Requests for friendship, among other small tables.
    case friendRequests
    /// Nothing that is read here.
    case other

    /// The role of the database with this name.
    public init(database name: String) {
        switch name {
        case "contact/contact.db": self = .contacts
        case "session/session.db": self = .sessions
        case "message/message_resource.db": self = .resources
        case "hardlink/hardlink.db": self = .hardlinks
        case "head_image/head_image.db": self = .avatars
        case "emoticon/emoticon.db": self = .stickers
        case "sns/sns.db": self = .moments
        case "favorite/favorite.db": self = .favorites
        // What newer clients have in one database, older ones have in six.
        case "general/general.db", "contact/fmessage_new.db": self = .friendRequests
        default:
            if Self.isNumbered(name, "message/message_") {
                self = .messages
            } else if Self.isNumbered(name, "message/biz_message_") {
                self = .officialMessages
            } else if Self.isNumbered(name, "message/media_") {
                self = .voices
            } else {
                self = .other
            }
        }
    }

    /// The database that a complete account has for the role, as an error names it; nil where it may have none.
    var expected: String? {
        switch self {
        case .contacts: "contact/contact.db"
        case .sessions: "session/session.db"
        case .messages: "message/message_0.db"
        case .voices: "message/media_0.db"
        case .resources: "message/message_resource.db"
        case .hardlinks: "hardlink/hardlink.db"
        case .avatars: "head_image/head_image.db"
        case .stickers: "emoticon/emoticon.db"
        case .moments: "sns/sns.db"
        case .favorites: "favorite/favorite.db"
        case .friendRequests: "general/general.db"
        case .officialMessages, .other: nil
        }
    }

    /// The tables that are read of it, in lower case; of a message shard there are more.
    var tables: [String] {
        switch self {
        case .contacts: ["contact", "stranger", "chat_room", "chatroom_member", "name2id", "contact_label"]
        case .sessions: ["sessiontable", "sessionnocontactinfotable"]
        case .messages, .officialMessages: ["name2id"]
        case .moments: ["snstimeline"]
        case .resources: ["chatname2id", "messageresourceinfo"]
        case .favorites: ["fav_db_item", "fav_tag_db_item", "fav_bind_tag_db_item"]
        case .friendRequests: ["fmessagetable"]
        case .voices, .hardlinks, .avatars, .stickers, .other: []
        }
    }

    /// Whether an account without it is not complete, rather than one that never used it.
    var isEssential: Bool {
        switch self {
        case .contacts, .sessions, .messages: true
        default: false
        }
    }

    /// Whether its tables are read row by row, so that a damaged index costs nothing.
    var isReadByRow: Bool {
        switch self {
        case .contacts, .sessions, .messages, .officialMessages: true
        default: false
        }
    }

    /// What does not work without any database of this role.
    var costWhenMissing: String {
        switch self {
        case .contacts: "contacts, labels and group-members answer 503, and ids stand for names everywhere"
        case .sessions: "sessions and unread answer 503, and messages new without a cursor cannot tell what is unread"
        case .messages: "messages, messages new, pull and push have no private chat and no group to read"
        case .officialMessages: "messages of official accounts are not found, and articles is an empty list"
        case .voices: "voices are not exported"
        case .resources: "pictures, videos and files are found by what their message says alone"
        case .hardlinks: "pictures and videos are found by their folder alone, files by their name"
        case .avatars: "avatars is an empty list, and an avatar without an address stays empty"
        case .stickers: "a sticker is found only where its message has the address"
        case .moments: "this account has no moments: sns timeline, usernames, stats and export answer 503"
        case .favorites: "favorites is an empty list"
        case .friendRequests: "friend-requests is an empty list"
        case .other: "nothing"
        }
    }

    /// What does not work where a database of this role cannot be opened.
    var costWhenUnreadable: String {
        switch self {
        case .messages, .officialMessages:
            "messages, messages new, pull and push lack what this shard holds, of every chat (exit 75; HTTP 500, or partial=1)"
        case .voices: "voices that lie in it are not exported"
        case .moments: "sns timeline, usernames, stats and export answer 503"
        case .favorites: "favorites answers 503"
        case .friendRequests: "friend-requests answers 503"
        default: costWhenMissing
        }
    }

    /// What does not work where some of its pages are damaged.
    var costWhenDamaged: String {
        switch self {
        case .contacts: "contacts, labels, group-members and names lack the rows on them"
        case .sessions: "sessions and unread lack the rows on them"
        case .messages, .officialMessages:
            "messages, messages new, pull and push lack the rows on them, of the chats they touch (exit 75; HTTP 500, or partial=1)"
        case .voices: "voices on them are not exported"
        case .resources, .hardlinks: "some pictures, videos and files are not found"
        case .avatars: "avatars lacks the pictures on them, and some avatars stay empty"
        case .stickers: "some stickers are not found"
        case .moments: "sns timeline and export lack the posts on them"
        case .favorites: "favorites lacks the items on them"
        case .friendRequests: "friend-requests lacks the rows on them"
        case .other: "nothing"
        }
    }

    private static func isNumbered(_ name: String, _ prefix: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix(".db"), name.utf8.count > prefix.utf8.count + 3 else {
            return false
        }
        return name.dropFirst(prefix.count).dropLast(3).utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
