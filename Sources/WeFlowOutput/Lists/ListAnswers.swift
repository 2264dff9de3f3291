import WeFlowModel
public import WeFlowQuery

/// The answer to a query for sessions.
public func encodeSessions(_ sessions: [Session], form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "sessions", count: sessions.count,
        columns: ["username", "displayName", "type", "sessionType", "lastTimestamp", "unreadCount"])
    for session in sessions {
        list.object { writer in
            writer.string("username", session.username)
            writer.string("displayName", session.displayName)
            writer.integer("type", session.type)
            writer.string("sessionType", session.sessionType)
            writer.integer("lastTimestamp", session.lastTimestamp)
            writer.integer("unreadCount", session.unreadCount)
        }
    }
    return list.finish()
}

/// The answer to a query for sessions as ChatLab wants it.
public func encodeChatLabSessions(_ sessions: [Session], style: JSONWriter.Style) -> OutputBytes {
    var list = ListWriter(.json(style), "sessions", columns: []) { _ in }
    for session in sessions {
        list.object { writer in
            writer.string("id", session.username)
            writer.string("name", session.displayName)
            writer.string("platform", literal: "wechat")
            writer.string("type", session.sessionType)
            writer.integer("lastMessageAt", session.lastTimestamp)
        }
    }
    return list.finish()
}

/// The answer to a query for contacts.
public func encodeContacts(_ contacts: ContactList, form: ListForm) -> OutputBytes {
    // Most contacts take less; to grow costs more than room that is never touched.
    var list = ListWriter(
        form, "contacts", count: contacts.count, columns: contactColumns, capacity: 4096 + 320 * contacts.count)
    contacts.forEachTexts { contact in
        list.object { $0.fields(of: contact) }
    }
    return list.finish()
}

/// The keys that every contact has.
let contactColumns: [StaticString] = [
    "username", "displayName", "remark", "nickname", "alias", "avatarUrl", "type",
]

/// The answer to a query for the members of a group.
///
/// - Parameters:
///   - members: the members in order.
///   - chatroomID: the group's id as it was given.
///   - fromCache: whether the list was kept from an earlier question.
///   - updatedAt: Unix milliseconds at which the list was read.
///   - form: the form.
/// - Returns: the whole answer.
public func encodeGroupMembers(
    _ members: [GroupMember], chatroomID: String, fromCache: Bool, updatedAt: Int64, form: ListForm
) -> OutputBytes {
    let columns: [StaticString] = [
        "wxid", "displayName", "nickname", "remark", "alias", "groupNickname", "avatarUrl", "isOwner", "isFriend",
        "messageCount",
    ]
    var list = ListWriter(form, "members", columns: columns) { writer in
        writer.bool("success", true)
        writer.string("chatroomId", chatroomID)
        writer.integer("count", members.count)
        writer.bool("fromCache", fromCache)
        writer.integer("updatedAt", updatedAt)
    }
    for member in members {
        list.object { writer in
            writer.string("wxid", member.wxid)
            writer.string("displayName", member.displayName)
            writer.string("nickname", member.nickname)
            writer.string("remark", member.remark)
            writer.string("alias", member.alias)
            writer.string("groupNickname", member.groupNickname)
            writer.string("avatarUrl", member.avatarURL)
            writer.bool("isOwner", member.isOwner)
            writer.bool("isFriend", member.isFriend)
            writer.integer("messageCount", member.messageCount)
        }
    }
    return list.finish()
}

extension JSONWriter {
    /// Writes what every contact has into an object that is open.
    @inline(__always)
    mutating func fields(of contact: ContactList.Texts) {
        string("username", contact.username, isPlain: contact.isPlain)
        string("displayName", utf8: contact.displayName)
        string("remark", contact.remark, isPlain: contact.isPlain)
        string("nickname", contact.nickname, isPlain: contact.isPlain)
        string("alias", contact.alias, isPlain: contact.isPlain)
        string("avatarUrl", contact.avatarURL, isPlain: contact.isPlain)
        string("type", literal: contact.type)
    }

    /// Writes what every contact has into an object that is open.
    mutating func fields(of contact: Contact) {
        string("username", contact.username)
        string("displayName", contact.displayName)
        string("remark", contact.remark)
        string("nickname", contact.nickname)
        string("alias", contact.alias)
        string("avatarUrl", contact.avatarURL)
        string("type", contact.type)
    }

    /// Writes a key and a text that may be known to hold nothing to escape.
    @inline(__always)
    private mutating func string(_ name: StaticString, _ text: UnsafeRawBufferPointer, isPlain: Bool) {
        key(name)
        if isPlain { string(utf8: text, []) } else { string(utf8: text) }
    }
}
