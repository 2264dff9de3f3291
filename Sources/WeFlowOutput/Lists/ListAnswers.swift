import WeFlowModel
public import WeFlowQuery

/// The answer to a query for sessions.
public func encodeSessions(
    _ sessions: [Session], format: SessionsRequest.Format, messageCounts: [String: Int] = [:], style: JSONWriter.Style
) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    if format != .chatlab {
        writer.begin(count: sessions.count)
    }
    writer.key("sessions")
    writer.beginArray()
    for session in sessions {
        writer.beginObject()
        switch format {
        case .json, .table:
            writer.key("username")
            writer.string(session.username)
            writer.key("displayName")
            writer.string(session.displayName)
            writer.key("type")
            writer.integer(session.type)
            writer.key("sessionType")
            writer.string(session.sessionType)
            writer.key("lastTimestamp")
            writer.integer(session.lastTimestamp)
            writer.key("unreadCount")
            writer.integer(session.unreadCount)
        case .chatlab:
            writer.key("id")
            writer.string(session.username)
            writer.key("name")
            writer.string(session.displayName)
            writer.key("platform")
            writer.string(literal: "wechat")
            writer.key("type")
            writer.string(session.sessionType)
            if let count = messageCounts[session.username] {
                writer.key("messageCount")
                writer.integer(count)
            }
            writer.key("lastMessageAt")
            writer.integer(session.lastTimestamp)
        }
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

/// The answer to a query for contacts.
public func encodeContacts(_ contacts: ContactList, style: JSONWriter.Style) -> OutputBytes {
    // Most contacts take less; to grow costs more than room that is never touched.
    var writer = JSONWriter(style: style, capacity: 4096 + 320 * contacts.count)
    writer.beginObject()
    writer.begin(count: contacts.count)
    writer.key("contacts")
    writer.beginArray()
    contacts.forEachTexts { contact in
        writer.beginObject()
        writer.key("username")
        writer.string(contact.username, isPlain: contact.isPlain)
        writer.key("displayName")
        writer.string(utf8: contact.displayName)
        writer.key("remark")
        writer.string(contact.remark, isPlain: contact.isPlain)
        writer.key("nickname")
        writer.string(contact.nickname, isPlain: contact.isPlain)
        writer.key("alias")
        writer.string(contact.alias, isPlain: contact.isPlain)
        writer.key("avatarUrl")
        writer.string(contact.avatarURL, isPlain: contact.isPlain)
        writer.key("type")
        writer.string(literal: contact.type)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

/// The answer to a query for the members of a group.
///
/// - Parameters:
///   - members: the members in order.
///   - chatroomID: the group's id as it was given.
///   - fromCache: whether the list was kept from an earlier question.
///   - updatedAt: Unix milliseconds at which the list was read.
///   - style: how the JSON is laid out.
/// - Returns: the whole answer.
public func encodeGroupMembers(
    _ members: [GroupMember], chatroomID: String, fromCache: Bool, updatedAt: Int64, style: JSONWriter.Style
) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.key("success")
    writer.bool(true)
    writer.key("chatroomId")
    writer.string(chatroomID)
    writer.key("count")
    writer.integer(members.count)
    writer.key("fromCache")
    writer.bool(fromCache)
    writer.key("updatedAt")
    writer.integer(updatedAt)
    writer.key("members")
    writer.beginArray()
    for member in members {
        writer.beginObject()
        writer.key("wxid")
        writer.string(member.wxid)
        writer.key("displayName")
        writer.string(member.displayName)
        writer.key("nickname")
        writer.string(member.nickname)
        writer.key("remark")
        writer.string(member.remark)
        writer.key("alias")
        writer.string(member.alias)
        writer.key("groupNickname")
        writer.string(member.groupNickname)
        writer.key("avatarUrl")
        writer.string(member.avatarURL)
        writer.key("isOwner")
        writer.bool(member.isOwner)
        writer.key("isFriend")
        writer.bool(member.isFriend)
        writer.key("messageCount")
        writer.integer(member.messageCount)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

extension JSONWriter {
    /// Writes a text that may be known to hold nothing to escape.
    @inline(__always)
    fileprivate mutating func string(_ text: UnsafeRawBufferPointer, isPlain: Bool) {
        if isPlain { string(utf8: text, []) } else { string(utf8: text) }
    }

    /// Writes the beginning that list answers share.
    fileprivate mutating func begin(count: Int) {
        key("success")
        bool(true)
        key("count")
        integer(count)
    }
}
