public import WeFlowCollections
internal import WeFlowModel
public import WeFlowQuery

/// The answer to a query for articles.
public func encodeArticles(_ articles: [Article], form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "articles", count: articles.count,
        columns: [
            "accountId", "accountName", "title", "digest", "url", "cover", "publishedAt", "position", "serverId",
        ], capacity: 4096 + 512 * articles.count)
    for article in articles {
        list.object { writer in
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
    }
    return list.finish()
}

/// The answer to a query for labels.
public func encodeLabels(_ labels: [Label], form: ListForm) -> OutputBytes {
    var list = ListWriter(form, "labels", count: labels.count, columns: ["id", "name", "count"])
    for label in labels {
        list.object { writer in
            writer.key("id")
            writer.integer(label.id)
            writer.key("name")
            writer.string(label.name)
            writer.key("count")
            writer.integer(label.count)
        }
    }
    return list.finish()
}

/// The answer to a query for requests for friendship.
public func encodeFriendRequests(_ requests: [FriendshipRequest], form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "requests", count: requests.count,
        columns: ["username", "displayName", "direction", "time", "text", "source", "isFriend"])
    for request in requests {
        list.object { writer in
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
    }
    return list.finish()
}

/// The answer to a query for contacts with all that is known of them.
public func encodeContacts(_ contacts: ContactList, _ details: ContactDetails, form: ListForm) -> OutputBytes {
    let more: [StaticString] = [
        "labels", "signature", "region", "gender", "phones", "source", "sourceText", "addedAt", "pinned", "muted",
        "blocked",
    ]
    var list = ListWriter(
        form, "contacts", count: contacts.count, columns: contactColumns + more,
        capacity: 4096 + 512 * contacts.count)
    contacts.forEachTexts { contact in
        let detail = details.detail(of: String(decoding: contact.username, as: UTF8.self))
        list.object { writer in
            writer.fields(of: contact)
            writer.fields(of: detail)
        }
    }
    return list.finish()
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
