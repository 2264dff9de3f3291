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
    writer.key("accountId")
    writer.string(article.accountID)
    writer.key("accountName")
    writer.string(article.accountName)
    writer.key("title")
    writer.string(article.content.title)
    writer.key("digest")
    writer.string(article.content.digest)
    writer.key("url")
    writer.string(article.content.url)
    writer.key("cover")
    writer.string(article.content.cover)
    writer.key("publishedAt")
    writer.integer(article.publishedAt)
    writer.key("position")
    writer.integer(article.position)
    writer.key("serverId")
    writer.quoted(article.serverID)
}

/// Labels.
public let labelsLayout = ListLayout<Label>("labels", columns: ["id", "name", "count"]) { label, writer in
    writer.key("id")
    writer.integer(label.id)
    writer.key("name")
    writer.string(label.name)
    writer.key("count")
    writer.integer(label.count)
}

/// Requests for friendship.
public let friendRequestsLayout = ListLayout<FriendshipRequest>(
    "requests", columns: ["username", "displayName", "direction", "time", "text", "source", "isFriend"]
) { request, writer in
    writer.key("username")
    writer.string(request.username)
    writer.key("displayName")
    writer.string(request.displayName)
    writer.key("direction")
    writer.string(literal: request.direction)
    writer.key("time")
    writer.integer(request.time)
    writer.key("text")
    writer.string(request.text)
    writer.key("source")
    writer.integer(request.source)
    writer.key("isFriend")
    writer.bool(request.isFriend)
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
        if !detail.extra.signature.isEmpty {
            key("signature")
            string(detail.extra.signature)
        }
        if !detail.region.isEmpty {
            key("region")
            string(detail.region)
        }
        if let gender = detail.extra.gender {
            key("gender")
            string(literal: gender.name)
        }
        key("phones")
        texts(detail.extra.phones)
        if let scene = detail.extra.scene {
            key("source")
            integer(scene)
            if let text = detail.sourceText {
                key("sourceText")
                string(text)
            }
        }
        if let time = detail.extra.addedAt {
            key("addedAt")
            integer(time)
        }
        key("pinned")
        bool(detail.isPinned)
        key("muted")
        bool(detail.extra.isMuted)
        key("blocked")
        bool(detail.isBlocked)
    }

    private mutating func texts(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
