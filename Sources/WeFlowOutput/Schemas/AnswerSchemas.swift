import WeFlowParameters
import WeFlowQuery

/// The schemas of the answers (the article HTTPInterface of the server).
package enum AnswerSchemas {
    /// Those that the document names.
    package static let named: [(String, Schema)] =
        [
            ("Error", error), ("Message", message), ("FoundMessage", foundMessage), ("NewMessage", newMessage),
            ("Quote", quote), ("Detail", detail),
            ("RecordItem", recordItem), ("Media", media), ("ChatLab", chatLab),
            ("ChatLabHeader", chatLabHeader), ("ChatLabMeta", chatLabMeta), ("ChatLabMember", chatLabMember),
            ("ChatLabMessage", chatLabMessage), ("Session", session), ("ChatLabSession", chatLabSession),
            ("Contact", contact), ("GroupMember", groupMember),
        ] + collections

    private static let error = Schema.object([
        .always("error", .text, "A sentence that names what is wrong and what to do.")
    ])

    package static let health = Schema.object([.always("status", .constant(.string("ok")), "Always ok.")])

    // MARK: Messages

    package static let messages = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("talker", .text, "As it was given."),
        .always("count", .count, "How many messages are in this answer."),
        .always("hasMore", .boolean, "Whether a further offset would give something; around a message: older ones."),
        .sometimes("hasNewer", .boolean, "Around a message: whether there are newer ones."),
        .always("media", .reference("Media")),
        .always("messages", .list(of: .reference("Message"))),
    ])

    package static let search = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many messages are in this answer."),
        .always("hasMore", .boolean, "Whether the cursor leads on to more."),
        .sometimes("cursor", .text, "To go on behind the last message; there wherever there is one."),
        .always("messages", .list(of: .reference("FoundMessage"))),
    ])

    private static let foundMessage = Schema.object(
        [
            .always("sessionId", .text),
            .always("sessionName", .text),
            .always("sessionType", chatKind),
            .always("messageKey", .text),
        ] + messageFields + [
            .always(
                "matches", .list(of: .list(of: .integer)),
                "Where the words are: start and length, Unicode scalars of parsedContent."),
            .sometimes("matchesIn", .constant(.string("transcript")), "They are places in the transcript."),
            .sometimes("before", .list(of: .reference("Message")), "With context: what was said before it."),
            .sometimes("after", .list(of: .reference("Message")), "With context: what was said behind it."),
        ])

    private static let chatKind = Schema.one(of: ["private", "group", "official", "other"] as [String])

    package static let searchCounts = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many chats there are."),
        .always("total", .count, "How many messages."),
        .always(
            "sessions",
            .list(
                of: .object([
                    .always("sessionId", .text),
                    .always("sessionName", .text),
                    .always("sessionType", chatKind),
                    .always("count", .count, "How many messages match in it."),
                    .always("firstTime", .integer, "When the first of them was sent; Unix seconds."),
                    .always("lastTime", .integer, "When the last of them was sent; Unix seconds."),
                ])), "Those with the most first."),
    ])

    package static let stats = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("by", .list(of: .text), "What was counted by."),
        .always("total", .count, "How many messages were counted."),
        .always(
            "rows",
            .list(
                of: .object([
                    .always("keys", .list(of: .text), "One for each of by."),
                    .always("names", .list(of: .text), "What people call them."),
                    .always("count", .count, "How many messages."),
                    .always("sent", .count, "Own ones."),
                    .always("received", .count, "Those of others; notices are neither."),
                    .always("characters", .count, "Unicode scalars of texts and replies."),
                    .always("firstTime", .integer, "When the first of them was sent; Unix seconds."),
                    .always("lastTime", .integer, "When the last of them was sent; Unix seconds."),
                ])), "One for each pair of keys."),
    ])

    private static let media = Schema.object([
        .always("enabled", .boolean, "Whether media was asked for."),
        .always("exportPath", .text, "The folder of exported media."),
        .always("count", .count, "How many messages carry media."),
    ])

    package static let newMessages = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many messages are in this answer."),
        .always("hasMore", .boolean, "Whether more are there already."),
        .always("cursor", .text, "To be given back next time."),
        .always("resync", .boolean, "Whether some messages may have been given before."),
        .always("messages", .list(of: .reference("NewMessage"))),
    ])

    private static let newMessage = Schema.object(
        [
            .always("sessionId", .text),
            .always("sessionName", .text),
            .always("messageKey", .text),
            .always("event", .one(of: ["message.new", "message.revoke"])),
            .sometimes("rawid", .text, "Of a revocation: the message that was taken back."),
        ] + messageFields)

    /// The data of an event of push (`EventStreams` of WeFlowServer).
    package static let pushEvent = Schema.object([
        .always("event", .one(of: ["message.new", "message.revoke"])),
        .always("sessionId", .text),
        .always("sessionType", .one(of: ["group", "official", "other"]), "Private chats are other."),
        .always("messageKey", .text),
        .always("rawid", .text, "The server's id, of a revocation that of the message taken back; else messageKey."),
        .sometimes("avatarUrl", .text, "The chat's picture."),
        .always("sourceName", .text, "Who speaks."),
        .sometimes("groupName", .text, "Groups only."),
        .always("content", .text),
        .always("timestamp", .integer, "Unix seconds."),
        .sometimes("eventId", .digits, "The id of the event."),
        .always("platformMessageId", .text, "The same as rawid."),
        .always("localType", .integer),
        .sometimes("senderUsername", .text),
    ])

    private static let message = Schema.object(messageFields)

    private static let messageFields: [Schema.Field] = [
        .always("localId", .integer),
        .always("serverId", .digits, "The server's id, the same on every machine; 0 where the store has none."),
        .always("localType", .integer),
        .always("createTime", .integer, "When it was sent; Unix seconds."),
        .always("sortSeq", .integer),
        .always("isSend", .one(of: [.number("0"), .number("1")])),
        .always("senderUsername", .text),
        .sometimes("senderName", .text, "With names=1: the name to show."),
        .always("content", .text, "What a person would read."),
        .always("rawContent", .text, "As stored, decompressed, with a group's sender prefix."),
        .always("parsedContent", .text, "The display text."),
        .sometimes("detail", .reference("Detail"), "With detail=1: what the kind carries."),
        .sometimes("replyToMessageId", .digits, "The server id of the quoted message."),
        .sometimes("quote", .reference("Quote")),
        .sometimes("mediaType", .one(of: ["image", "voice", "video", "emoji", "file"])),
        .sometimes("mediaFileName", .text),
        .sometimes("mediaUrl", .text),
        .sometimes("mediaLocalPath", .text),
        .sometimes("mediaRendition", .one(of: ["hd", "normal", "thumb"]), "Pictures only."),
        .sometimes(
            "mediaError", .text, "Why media that was asked for could not be had; \"unreachable\" may be asked again."),
    ]

    private static let quote = Schema.object([
        .always("platformMessageId", .text, "The server id of the quoted message."),
        .always("sender", .text, "Who wrote it, by id."),
        .always("accountName", .text, "Who wrote it, by name."),
        .always("content", .text),
        .always("type", .integer, "ChatLab's number of the kind."),
    ])

    private static let detail = Schema.object([
        .sometimes("voiceSeconds", .number, "How long the voice is."),
        .sometimes("transcript", .text, "The text that the client itself made of a voice."),
        .sometimes("videoSeconds", .integer, "How long the video is."),
        .sometimes("fileName", .text),
        .sometimes("fileSize", .integer, "Bytes."),
        .sometimes("fileExt", .text),
        .sometimes("url", .text),
        .sometimes("description", .text, "What stands below a card's title."),
        .sometimes("location", location),
        .sometimes(
            "card", .object([.always("username", .text), .always("nickname", .text)]),
            "Whom a card of a person shows."),
        .sometimes(
            "transfer",
            .object([
                .always("amount", .text, "The sum as it is shown, the currency's sign among it."),
                .always("memo", .text, "What the sender wrote with it."),
                .always("state", .text, "sent, received, returned, expired or unknown."),
            ]), "What a transfer says."),
        .sometimes(
            "record",
            .object([
                .always("title", .text),
                .always("items", .list(of: .reference("RecordItem")), "What was forwarded, in its order."),
            ]), "Messages that were forwarded together."),
        .sometimes("mentions", .list(of: .text), "Whom it mentions, by id; notify@all is everybody."),
    ])

    private static let location = Schema.object([
        .sometimes("latitude", .number),
        .sometimes("longitude", .number),
        .always("label", .text),
        .always("poiName", .text),
    ])

    private static let recordItem = Schema.object([
        .always("dataType", .integer, "WeChat's number of the kind of a forwarded message."),
        .always("senderName", .text),
        .sometimes("createTime", .integer, "Unix seconds."),
        .sometimes("time", .text, "The time as the record has it, in words."),
        .always("text", .text),
        .sometimes("title", .text),
        .sometimes("url", .text),
        .sometimes("fileExt", .text),
        .sometimes("fileSize", .integer, "Bytes."),
        .sometimes("md5", .text),
        .sometimes("location", location),
        .sometimes("items", .list(of: .reference("RecordItem")), "Of a record within the record."),
    ])

    // MARK: ChatLab

    private static let chatLabFields: [Schema.Field] = [
        .always("chatlab", .reference("ChatLabHeader"), "What the document is."),
        .always("meta", .reference("ChatLabMeta"), "Which chat it is."),
        .always("members", .list(of: .reference("ChatLabMember"))),
        .always("messages", .list(of: .reference("ChatLabMessage"))),
    ]

    private static let chatLab = Schema.object(chatLabFields + [.always("media", .reference("Media"))])

    package static let pull = Schema.object(
        chatLabFields + [
            .always(
                "sync",
                .object([
                    .always("hasMore", .boolean, "Whether there are further pages."),
                    .always("nextSince", .integer, "The request's since, 0 where there was none."),
                    .always("nextOffset", .count, "The offset of the next page."),
                    .always("watermark", .integer, "Unix seconds; the end of the pages to come."),
                ]), "How to go on.")
        ])

    private static let chatLabHeader = Schema.object([
        .always("version", .constant(.string("0.0.2")), "The version of ChatLab's format."),
        .always("exportedAt", .integer, "Unix seconds."),
        .always("generator", .text, "Which program wrote it."),
    ])

    private static let chatLabMeta = Schema.object([
        .always("name", .text),
        .always("platform", .constant(.string("wechat"))),
        .always("type", .one(of: ["group", "private", "channel", "other"]), "What sort of chat it is."),
        .sometimes("groupId", .text, "The group's id."),
        .sometimes("groupAvatar", .text, "The address of the group's picture."),
        .sometimes("ownerId", .text, "The owner of the account, by id."),
    ])

    private static let chatLabMember = Schema.object([
        .always("platformId", .text, "The id."),
        .always("accountName", .text, "The name to show."),
        .sometimes("groupNickname", .text),
        .sometimes("avatar", .text, "The address of the picture."),
    ])

    private static let chatLabMessage = Schema.object([
        .always("sender", .text, "Who sent it, by id; of a notice the chat, or SYSTEM."),
        .always("accountName", .text, "Who sent it, by name."),
        .sometimes("groupNickname", .text),
        .always("timestamp", .integer, "Unix seconds."),
        .always("type", .integer, "ChatLab's number of the kind."),
        .always("content", .any(of: [.text, .null])),
        .sometimes("platformMessageId", .digits, "The server id."),
        .sometimes("replyToMessageId", .digits, "The server id of the quoted message."),
        .sometimes("mediaPath", .text, "Where the exported file is."),
    ])

    // MARK: Sessions, contacts, members

    package static let sessions = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count),
        .always("sessions", .list(of: .reference("Session")), "The newest first."),
    ])

    package static let chatLabSessions = Schema.object([
        .always("sessions", .list(of: .reference("ChatLabSession")), "The newest first.")
    ])

    private static let session = Schema.object([
        .always("username", .text),
        .always("displayName", .text),
        .always("type", .integer, "2 for groups."),
        .always("sessionType", .text, "`group` for groups."),
        .always("lastTimestamp", .integer, "Unix seconds."),
        .always("unreadCount", .integer, "How many messages the client shows as unread."),
    ])

    private static let chatLabSession = Schema.object([
        .always("id", .text, "The chat's id."),
        .always("name", .text),
        .always("platform", .constant(.string("wechat"))),
        .always("type", .one(of: ["group", "private", "channel", "other"]), "What sort of chat it is."),
        .sometimes("messageCount", .count, "How many messages it has."),
        .always("lastMessageAt", .integer, "Unix seconds."),
    ])

    package static let contacts = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count),
        .always("contacts", .list(of: .reference("Contact")), "Those with the newest chats first."),
    ])

    private static let contact = Schema.object(
        [
            .always("username", .text),
            .always("displayName", .text),
            .always("remark", .text),
            .always("nickname", .text),
            .always("alias", .text),
            .always("avatarUrl", .text),
            .always("type", .text, "friend, group, official or former_friend."),
        ] + contactDetail)

    package static let groupMembers = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("chatroomId", .text, "The group, as it was given."),
        .always("count", .count),
        .always("fromCache", .boolean, "Whether the list was read for an earlier request."),
        .always("updatedAt", .integer, "Unix milliseconds."),
        .always("members", .list(of: .reference("GroupMember")), "The owner and friends first."),
    ])

    private static let groupMember = Schema.object([
        .always("wxid", .text, "The id."),
        .always("displayName", .text),
        .always("nickname", .text),
        .always("remark", .text),
        .always("alias", .text),
        .always("groupNickname", .text),
        .always("avatarUrl", .text),
        .always("isOwner", .boolean, "Whether the group is theirs."),
        .always("isFriend", .boolean, "Whether they are in the address book."),
        .always("messageCount", .count, "How many messages they wrote here; 0 where they were not counted."),
    ])
}
