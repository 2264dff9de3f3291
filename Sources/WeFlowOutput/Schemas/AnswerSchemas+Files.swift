import WeFlowFiles
import WeFlowParameters
import WeFlowQuery

/// Files, pictures of people, what is unread.
extension AnswerSchemas {
    package static let files = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count),
        .always("files", .list(of: file), "The newest first."),
    ])

    private static let file = Schema.object([
        .always("sessionId", .text),
        .always("sessionName", .text),
        .always("serverId", .digits, "Of the message; 0 where the store has none."),
        .always("localId", .integer),
        .always("createTime", .integer, "Unix seconds."),
        .always("senderUsername", .text),
        .always("senderName", .text),
        .always("fileName", .text, "As the sender called it, else as it is called on the disk."),
        .always("fileExt", .text, "In lower case, without a dot."),
        .always("fileSize", .count, "Bytes as the message says it; 0 where nobody does."),
        .always("fileMd5", .text, "As the message says it; empty where it does not."),
        .always("state", .one(of: FileState.allCases.map(\.rawValue)), "Whether it is in the account."),
        .sometimes("path", .text, "Where it lies; left out where it is absent."),
        .sometimes("recordPath", .text, "In a forwarded record: the places of the items that lead to it, from 0."),
    ])

    package static let avatars = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count),
        .always(
            "avatars",
            .list(
                of: .object([
                    .always("username", .text),
                    .always("displayName", .text),
                    .always("size", .count, "Bytes."),
                    .always("contentType", .text),
                    .always("updateTime", .integer, "When it was fetched; Unix seconds."),
                ])), "By id."),
    ])

    package static let unread = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many chats are in this answer."),
        .always(
            "sessions",
            .list(
                of: .object([
                    .always("sessionId", .text),
                    .always("sessionName", .text),
                    .always("sessionType", .one(of: ChatKind.allCases.map(\.rawValue))),
                    .always("unreadCount", .integer, "As the client shows it."),
                    .always("mentioned", .boolean, "Whether an unread message mentions the owner, or everybody."),
                    .always("basis", .one(of: ["list", "count"]), "What tells which messages are unread."),
                    .sometimes(
                        "messages", .list(of: .reference("Message")), "Oldest first; left out with messages=0."),
                ])), "The newest first."),
    ])
}
