public import WeFlowCollections
internal import WeFlowModel
import WeFlowQuery

/// Articles.
public let articlesLayout = ListLayout<Article>(
    "articles",
    columns: [
        "accountId", "accountName", "title", "digest", "url", "cover", "publishedAt", "position", "serverId",
    ]
) { article, writer in
    writer.string("accountId", article.accountID)
    writer.string("accountName", article.accountName)
    writer.string("title", article.content.title)
    writer.string("digest", article.content.digest)
    writer.string("url", article.content.url)
    writer.string("cover", article.content.cover)
    writer.integer("publishedAt", article.publishedAt)
    writer.integer("position", article.position)
    writer.quoted("serverId", article.serverID)
}

/// Labels.
public let labelsLayout = ListLayout<Label>("labels", columns: ["id", "name", "count"]) { label, writer in
    writer.integer("id", label.id)
    writer.string("name", label.name)
    writer.integer("count", label.count)
}

/// Requests for friendship.
public let friendRequestsLayout = ListLayout<FriendshipRequest>(
    "requests", columns: ["username", "displayName", "direction", "time", "text", "source", "isFriend"]
) { request, writer in
    writer.string("username", request.username)
    writer.string("displayName", request.displayName)
    writer.string("direction", literal: request.direction)
    writer.integer("time", request.time)
    writer.string("text", request.text)
    writer.integer("source", request.source)
    writer.bool("isFriend", request.isFriend)
}

/// Contacts with all that is known of them.
public let detailedContactsLayout = ListLayout<DetailedContact>(
    "contacts",
    columns: contactColumns + [
        "labels", "signature", "region", "gender", "phones", "source", "sourceText", "addedAt", "pinned", "muted",
        "blocked",
    ]
) { contact, writer in
    writer.fields(of: contact.contact)
    writer.fields(of: contact.detail)
}

extension ContactExtra.Gender {
    /// As an answer names it.
    fileprivate var name: StaticString {
        switch self {
        case .male: "male"
        case .female: "female"
        }
    }
}

extension JSONWriter {
    /// Writes what is known of a contact into an object that is open; what is not known is left out.
    fileprivate mutating func fields(of detail: ContactDetail) {
        key("labels")
        texts(detail.labels)
        string("signature", unlessEmpty: detail.extra.signature)
        string("region", unlessEmpty: detail.region)
        if let gender = detail.extra.gender {
            string("gender", literal: gender.name)
        }
        key("phones")
        texts(detail.extra.phones)
        if let scene = detail.extra.scene {
            integer("source", scene)
            string("sourceText", ifSome: detail.sourceText)
        }
        integer("addedAt", ifSome: detail.extra.addedAt)
        bool("pinned", detail.isPinned)
        bool("muted", detail.extra.isMuted)
        bool("blocked", detail.isBlocked)
    }

    private mutating func texts(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
