public import WeFlowCollections
internal import WeFlowModel
public import WeFlowParameters
import WeFlowQuery

/// Favourites as a table for people.
///
/// - Parameters:
///   - favorites: the favourites in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no favourite.
public func favoritesTable(
    _ favorites: [Favorite], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "TIME", role: .faint), .init(title: "TYPE"),
        .init(title: "TITLE", canShrink: true, role: .name), .init(title: "FROM", canShrink: true),
        .init(title: "TAGS", canShrink: true), .init(title: "ID"),
    ])
    table.rows = favorites.map { favorite in
        let content = favorite.content
        let title = content.title.isEmpty ? content.text.isEmpty ? content.url : content.text : content.title
        let chat = favorite.chat.id == favorite.from.id ? "" : " (\(favorite.chat.name))"
        return [
            MomentTimes.minute(favorite.time, zone: zone), favorite.type, String(title.prefix(mostCharacters)),
            favorite.from.name + (favorite.chat.id.isEmpty ? "" : chat), favorite.tags.joined(separator: ", "),
            favorite.id,
        ]
    }
    return table.text(width: width, style: style)
}

/// A cell of a table for people has no more characters; all of them are in the other forms.
private let mostCharacters = 200

/// Articles as a table for people.
///
/// - Parameters:
///   - articles: the articles in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no article.
public func articlesTable(
    _ articles: [Article], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "PUBLISHED", role: .faint), .init(title: "ACCOUNT", canShrink: true, role: .name),
        .init(title: "TITLE", canShrink: true), .init(title: "ADDRESS"),
    ])
    table.rows = articles.map { article in
        [
            MomentTimes.minute(article.publishedAt, zone: zone), article.accountName, article.content.title,
            article.content.url,
        ]
    }
    return table.text(width: width, style: style)
}

/// Labels as a table for people.
public func labelsTable(_ labels: [Label], width: Int?, style: TerminalStyle) -> String {
    var table = TextTable(columns: [
        .init(title: "FRIENDS", isNumber: true), .init(title: "NAME", canShrink: true, role: .name),
        .init(title: "ID", isNumber: true),
    ])
    table.rows = labels.map { [String($0.count), $0.name, String($0.id)] }
    return table.text(width: width, style: style)
}

/// Requests for friendship as a table for people.
///
/// - Parameters:
///   - requests: the requests in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no request.
public func friendRequestsTable(
    _ requests: [FriendshipRequest], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "TIME", role: .faint), .init(title: "DIRECTION"),
        .init(title: "NAME", canShrink: true, role: .name), .init(title: "TEXT", canShrink: true),
        .init(title: "FRIEND"), .init(title: "ID"),
    ])
    table.rows = requests.map { request in
        [
            MomentTimes.minute(request.time, zone: zone), "\(request.direction)", request.displayName, request.text,
            request.isFriend ? "yes" : "-", request.username,
        ]
    }
    return table.text(width: width, style: style)
}

/// Contacts with all that is known of them as a table for people.
public func contactsTable(_ contacts: [DetailedContact], width: Int?, style: TerminalStyle) -> String {
    var table = TextTable(columns: [
        .init(title: "TYPE"), .init(title: "NAME", canShrink: true, role: .name),
        .init(title: "LABELS", canShrink: true), .init(title: "REGION", canShrink: true),
        .init(title: "PHONES", canShrink: true), .init(title: "SIGNATURE", canShrink: true), .init(title: "ID"),
    ])
    table.rows = contacts.map { detailed in
        let (contact, detail) = (detailed.contact, detailed.detail)
        return [
            contact.type, contact.displayName, detail.labels.joined(separator: ", "), detail.region,
            detail.extra.phones.joined(separator: ", "), detail.extra.signature, contact.username,
        ]
    }
    return table.text(width: width, style: style)
}
