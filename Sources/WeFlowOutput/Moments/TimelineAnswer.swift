internal import WeFlowModel
public import WeFlowMoments
import WeFlowQuery

/// The answer to a query for the timeline.
///
/// - Parameters:
///   - items: the page.
///   - media: how addresses are given, as in the request.
///   - form: the form.
/// - Returns: the whole answer.
public func encodeTimeline(_ items: [TimelineItem], media: TimelineMedia, form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "timeline", count: items.count,
        columns: [
            "tid", "id", "username", "nickname", "createTime", "contentDesc", "type", "media", "likes", "comments",
            "rawXml", "avatarUrl", "location", "linkTitle", "linkUrl",
        ])
    for item in items {
        list.object { $0.fields(of: item, media: media) }
    }
    return list.finish()
}

/// The answer to a query for the authors. In lines and rows each is an object of its own.
public func encodeMomentUsernames(_ census: MomentsCensus, form: ListForm) -> OutputBytes {
    guard form.isDocument else {
        var list = ListWriter(form, "usernames", count: census.usernames.count, columns: ["username"])
        for username in census.usernames {
            list.object { writer in
                writer.string("username", username)
            }
        }
        return list.finish()
    }
    var writer = JSONWriter(style: form.style)
    writer.beginObject()
    writer.bool("success", true)
    writer.beginArray("usernames")
    for username in census.usernames { writer.string(username) }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

/// The answer to a query for the statistics.
public func encodeMomentStats(_ census: MomentsCensus, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.bool("success", true)
    writer.beginObject("data")
    writer.integer("totalPosts", census.posts)
    writer.integer("totalFriends", census.usernames.count)
    writer.key("myPosts")
    if let own = census.ownPosts { writer.integer(own) } else { writer.null() }
    writer.endObject()
    writer.endObject()
    return writer.finish()
}

extension JSONWriter {
    fileprivate mutating func fields(of item: TimelineItem, media: TimelineMedia) {
        let moment = item.moment
        quoted("tid", moment.tid)
        quoted("id", moment.id)
        string("username", moment.username)
        string("nickname", item.nickname)
        integer("createTime", moment.createTime)
        string("contentDesc", moment.text)
        integer("type", moment.type)
        beginArray("media")
        for (attachment, addresses) in zip(moment.media, item.media) {
            self.attachment(attachment, addresses, media: media)
        }
        endArray()
        social(moment, likes: item.likes)
        string("rawXml", utf8: moment.rawXML)
        text("avatarUrl", item.avatarURL)
        location(of: moment)
        link(of: moment)
    }

    private mutating func attachment(
        _ attachment: MomentAttachment, _ addresses: ResolvedMomentMedia, media: TimelineMedia
    ) {
        beginObject()
        resource(attachment.resource, key: attachment.key, addresses.item, media: media)
        if let live = attachment.livePhoto, let liveAddresses = addresses.live {
            beginObject("livePhoto")
            resource(live.resource, key: live.key, liveAddresses, media: media)
            enrichment(liveAddresses, media: media)
            endObject()
        }
        enrichment(addresses.item, media: media)
        endObject()
    }

    /// Writes what a media item and a clip have in common; what the XML does not say is left out.
    private mutating func resource(
        _ resource: MomentResource, key mediaKey: UInt64?, _ addresses: MomentMediaAddresses, media: TimelineMedia
    ) {
        string("url", media.isReplaced ? addresses.resolvedURL ?? addresses.url : addresses.url)
        string("thumb", media.isReplaced ? addresses.resolvedThumb ?? addresses.thumb : addresses.thumb)
        text("md5", resource.md5)
        text("token", resource.token)
        quoted("key", ifSome: mediaKey)
        text("encIdx", resource.encIdx)
    }

    /// Writes what `media=1` adds.
    private mutating func enrichment(_ addresses: MomentMediaAddresses, media: TimelineMedia) {
        guard media != .raw else { return }
        string("rawUrl", addresses.url)
        string("rawThumb", addresses.thumb)
        text("proxyUrl", addresses.proxyURL)
        text("proxyThumbUrl", addresses.proxyThumb)
        text("resolvedUrl", addresses.resolvedURL)
        text("resolvedThumbUrl", addresses.resolvedThumb)
    }
}

extension TimelineMedia {
    /// Whether `url` and `thumb` become the resolved addresses.
    fileprivate var isReplaced: Bool {
        if case .resolved(replace: true, inline: _) = self { return true }
        return false
    }
}

extension MomentMediaAddresses {
    fileprivate var resolvedURL: String? { inlineURL ?? proxyURL }
    fileprivate var resolvedThumb: String? { inlineThumb ?? proxyThumb }
}
