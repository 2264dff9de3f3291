import WeFlowCollections
import WeFlowParameters
import WeFlowQuery

extension AnswerSchemas {
    /// Those of the lists beside messages that the document names.
    package static let collections: [(String, Schema)] = [
        ("Favorite", favorite), ("FavoritePart", favoritePart), ("Person", person), ("Article", article),
        ("Label", label), ("FriendRequest", friendRequest),
    ]

    /// An answer that is a list.
    private static func list(_ name: String, of element: String) -> Schema {
        .object([
            .always("success", .constant(.bool(true))),
            .always("count", .count, "How many are in this answer."),
            .always(name, .list(of: .reference(element)), "The list."),
        ])
    }

    package static let favorites = list("favorites", of: "Favorite")
    package static let articles = list("articles", of: "Article")
    package static let labels = list("labels", of: "Label")
    package static let friendRequests = list("requests", of: "FriendRequest")

    private static let favorite = Schema.object([
        .always("id", .text, "The server's id, or `local:` and the one on this machine."),
        .always("type", .text, "Its name, or its number where it has none."),
        .always("kind", .integer, "The number of its type."),
        .always("time", .integer, "Unix seconds of collecting or of the last change."),
        .always("title", .text),
        .always("text", .text),
        .always("url", .text),
        .always("from", .reference("Person"), "Who sent it."),
        .always("chat", .reference("Person"), "In which chat."),
        .always("tags", .list(of: .text), "The tags that the owner gave it."),
        .always(
            "parts", .list(of: .reference("FavoritePart")),
            "Of pictures, voices, videos, files, records and notes."),
        .always("sourceServerId", .text, "The server id of the message that it was."),
    ])

    private static let person = Schema.object([.always("id", .text, "The id."), .always("name", .text)])

    private static let favoritePart = Schema.object([
        .always("kind", .text, "What sort of part it is."),
        .always("title", .text),
        .always("text", .text),
        .always("format", .text, "The extension, lower case."),
        .sometimes("size", .integer, "Bytes."),
        .sometimes("seconds", .number),
        .always("md5", .text),
        .always("url", .text),
        .sometimes("mediaUrl", .text),
        .sometimes("mediaLocalPath", .text),
        .sometimes("mediaError", .text, "Why the file that was asked for could not be had."),
    ])

    private static let article = Schema.object([
        .always("accountId", .text, "The official account, by id."),
        .always("accountName", .text, "The official account, by name."),
        .always("title", .text),
        .always("digest", .text, "What the account says of it in a sentence."),
        .always("url", .text),
        .always("cover", .text, "The address of its picture."),
        .always("publishedAt", .integer, "Unix seconds."),
        .always("position", .integer, "Its place in the push, from 1."),
        .always("serverId", .digits, "The server's id of the push."),
    ])

    private static let label = Schema.object([
        .always("id", .integer, "The number."),
        .always("name", .text, "The name."),
        .always("count", .count, "How many friends bear it."),
    ])

    private static let friendRequest = Schema.object([
        .always("username", .text),
        .always("displayName", .text),
        .always("direction", .one(of: ["incoming", "outgoing"]), "Who asked: the other side, or the owner."),
        .always("time", .integer, "Unix seconds."),
        .always("text", .text),
        .always("source", .integer, "The number for how the two met."),
        .always("isFriend", .boolean, "Whether the other side is in the address book now."),
    ])

    /// What `detail` adds to a contact.
    package static let contactDetail: [Schema.Field] = [
        .sometimes("labels", .list(of: .text), "The names of their labels."),
        .sometimes("signature", .text, "What they say of themselves."),
        .sometimes("region", .text, "Where they say that they live."),
        .sometimes("gender", .one(of: ["male", "female"]), "As they say it."),
        .sometimes("phones", .list(of: .text), "The numbers that the owner noted."),
        .sometimes("source", .count, "The number for how the contact was added."),
        .sometimes("sourceText", .text, "The same in words, where all who know these numbers agree."),
        .sometimes("addedAt", .integer, "When they became a contact; Unix seconds."),
        .sometimes("pinned", .boolean, "Whether the chat is kept on top."),
        .sometimes("muted", .boolean, "Whether the chat makes no sound."),
        .sometimes("blocked", .boolean, "Whether the owner blocked them."),
    ]
}
