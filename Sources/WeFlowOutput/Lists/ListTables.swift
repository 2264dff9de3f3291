internal import WeFlowModel
public import WeFlowMoments
public import WeFlowParameters
public import WeFlowQuery

/// Sessions as a table for people: the columns of the JSON that tell sessions apart.
///
/// - Parameters:
///   - sessions: the sessions in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no session.
public func sessionsTable(
    _ sessions: [Session], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "LAST", role: .faint), .init(title: "UNREAD", isNumber: true), .init(title: "TYPE"),
        .init(title: "NAME", canShrink: true, role: .name), .init(title: "ID"),
    ])
    table.rows = sessions.map { session in
        [
            session.lastTimestamp > 0 ? MomentTimes.minute(session.lastTimestamp, zone: zone) : "-",
            session.unreadCount == 0 ? "-" : String(session.unreadCount), session.sessionType, session.displayName,
            session.username,
        ]
    }
    return table.text(width: width, style: style)
}

/// Posts of the moments as a table for people.
///
/// - Parameters:
///   - items: the posts in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no post.
public func timelineTable(
    _ items: [TimelineItem], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "TIME", role: .faint), .init(title: "NAME", canShrink: true, role: .name),
        .init(title: "TEXT", canShrink: true), .init(title: "MEDIA", isNumber: true),
        .init(title: "LIKES", isNumber: true), .init(title: "COMMENTS", isNumber: true), .init(title: "ID"),
    ])
    table.rows = items.map { item in
        let moment = item.moment
        return [
            MomentTimes.minute(moment.createTime, zone: zone), item.nickname,
            moment.text.isEmpty ? moment.link?.title ?? "" : moment.text, dash(moment.media.count),
            dash(item.likes.count), dash(moment.comments.count), String(moment.id),
        ]
    }
    return table.text(width: width, style: style)
}

/// The authors of posts as a table for people.
public func momentUsernamesTable(_ census: MomentsCensus, width: Int?, style: TerminalStyle) -> String {
    var table = TextTable(columns: [.init(title: "ID")])
    table.rows = census.usernames.map { [$0] }
    return table.text(width: width, style: style)
}

/// A number, or that there is none.
private func dash(_ number: Int) -> String { number == 0 ? "-" : String(number) }

/// Contacts as a table for people.
///
/// - Parameters:
///   - contacts: the contacts in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
/// - Returns: the lines with their ends, nothing where there is no contact.
public func contactsTable(_ contacts: ContactList, width: Int?, style: TerminalStyle) -> String {
    var table = TextTable(columns: [
        .init(title: "TYPE"), .init(title: "NAME", canShrink: true, role: .name),
        .init(title: "NICKNAME", canShrink: true), .init(title: "ALIAS", canShrink: true), .init(title: "ID"),
    ])
    table.rows = contacts.map { [$0.type, $0.displayName, $0.nickname, $0.alias, $0.username] }
    return table.text(width: width, style: style)
}

/// The members of a group as a table for people.
///
/// - Parameters:
///   - members: the members in order.
///   - hasCounts: whether their messages were counted.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
/// - Returns: the lines with their ends, nothing where there is no member.
public func groupMembersTable(
    _ members: [GroupMember], hasCounts: Bool, width: Int?, style: TerminalStyle
) -> String {
    var columns: [TextTable.Column] = [
        .init(title: "NAME", canShrink: true, role: .name), .init(title: "IN THE GROUP", canShrink: true),
        .init(title: "IS"), .init(title: "ID"),
    ]
    if hasCounts { columns.insert(.init(title: "MESSAGES", isNumber: true), at: 0) }
    var table = TextTable(columns: columns)
    table.rows = members.map { member in
        let standing = [member.isOwner ? "owner" : nil, member.isFriend ? "friend" : nil].compactMap(\.self)
        let cells = [member.displayName, member.groupNickname, standing.joined(separator: ", "), member.wxid]
        return hasCounts ? [String(member.messageCount)] + cells : cells
    }
    return table.text(width: width, style: style)
}
