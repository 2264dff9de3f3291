internal import WeFlowModel
public import WeFlowMoments
public import WeFlowParameters
import WeFlowQuery

/// Exported moments as one JSON document (<doc:ExportedMoments#json>).
///
/// - Parameters:
///   - export: what to write.
///   - zone: local time, for `createTimeStr`.
/// - Returns: the document, indented by two.
public func encodeMomentsDocument(_ export: MomentsExport, zone: LocalZone = .system) -> OutputBytes {
    var writer = JSONWriter(style: .pretty)
    writer.beginObject()
    writer.exportTime(export)
    writer.integer("totalPosts", export.posts.count)
    writer.filters(export.filter)
    writer.beginArray("posts")
    for post in export.posts {
        writer.beginObject()
        writer.postHead(post, author: nil, zone: zone)
        writer.media(of: post, withClips: false)
        writer.social(post.moment, likes: post.likeNames)
        writer.location(of: post.moment)
        writer.link(of: post.moment)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

/// Exported moments with the identity of everybody who took part, for ArkMe (<doc:ExportedMoments#arkmejson>).
///
/// - Parameters:
///   - export: what to write.
///   - zone: local time, for `createTimeStr`.
/// - Returns: the document, indented by two.
public func encodeArkmeDocument(_ export: MomentsExport, zone: LocalZone = .system) -> OutputBytes {
    var writer = JSONWriter(style: .pretty)
    writer.beginObject()
    writer.exportTime(export)
    writer.string("format", literal: "arkmejson")
    writer.string("schemaVersion", literal: "1.0.0")
    writer.key("recordOwner")
    writer.identityObject(export.owner ?? MomentIdentity(username: ""))
    writer.beginObject("mediaSelection")
    writer.bool("images", export.selection.images)
    writer.bool("livePhotos", export.selection.livePhotos)
    writer.bool("videos", export.selection.videos)
    writer.endObject()
    writer.integer("totalPosts", export.posts.count)
    writer.filters(export.filter)
    writer.beginArray("posts")
    for post in export.posts {
        writer.beginObject()
        writer.postHead(post, author: post.author, zone: zone)
        writer.media(of: post, withClips: true)
        writer.social(post.moment, likes: post.likeNames)
        writer.location(of: post.moment)
        writer.likesDetail(post)
        writer.commentsDetail(post)
        writer.link(of: post.moment)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

extension ExportedMoment {
    /// The names as the timeline gives them: the XML's, else what is known.
    fileprivate var likeNames: [String] {
        zip(moment.likes, likes).map { $0.nickname.isEmpty ? $1.displayName : $0.nickname }
    }
}

extension JSONWriter {
    fileprivate mutating func exportTime(_ export: MomentsExport) {
        string("exportTime", MomentTimes.iso(milliseconds: export.exportTime))
    }

    fileprivate mutating func filters(_ filter: MomentsFilter) {
        beginObject("filters")
        beginArray("usernames")
        for username in filter.usernames { string(username) }
        endArray()
        string("keyword", filter.keyword ?? "")
        endObject()
    }

    fileprivate mutating func postHead(_ post: ExportedMoment, author: MomentIdentity?, zone: LocalZone) {
        quoted("id", post.moment.id)
        string("username", post.moment.username)
        string("nickname", post.author.displayName)
        if let author {
            key("author")
            identityObject(author)
        }
        integer("createTime", post.moment.createTime)
        string("createTimeStr", MomentTimes.full(post.moment.createTime, zone: zone))
        string("contentDesc", post.moment.text)
        integer("type", post.moment.type)
    }

    fileprivate mutating func media(of post: ExportedMoment, withClips: Bool) {
        beginArray("media")
        for (addresses, files) in zip(post.media, post.files) {
            beginObject()
            file(addresses.item, at: files.file)
            if withClips, let live = addresses.live {
                beginObject("livePhoto")
                file(live, at: files.live)
                endObject()
            }
            endObject()
        }
        endArray()
    }

    private mutating func file(_ addresses: MomentMediaAddresses, at path: String?) {
        string("url", addresses.url)
        string("thumb", addresses.thumb)
        text("localPath", path)
    }

    /// Writes an identity as an object; username, wxid and displayName are there even where nothing is known.
    fileprivate mutating func identityObject(_ person: MomentIdentity) {
        beginObject()
        string("username", person.username)
        string("wxid", person.username)
        names(person)
        string("displayName", person.displayName)
        endObject()
    }

    private mutating func names(_ person: MomentIdentity) {
        text("alias", person.alias)
        text("wechatId", person.alias)
        text("remark", person.remark)
        text("nickName", person.nickname)
    }

    fileprivate mutating func likesDetail(_ post: ExportedMoment) {
        beginArray("likesDetail")
        var seen: Set<[String]> = []
        for (like, person) in zip(post.moment.likes, post.likes)
        where seen.insert([like.username, like.nickname]).inserted {
            beginObject()
            participant(person, written: like.nickname)
            string("displayName", person.displayName)
            source(person)
            endObject()
        }
        endArray()
    }

    fileprivate mutating func commentsDetail(_ post: ExportedMoment) {
        beginArray("commentsDetail")
        for (index, comment) in post.moment.comments.enumerated() {
            let person = post.commenters[index]
            beginObject()
            string("id", comment.id)
            participant(person, written: comment.nickname)
            string("displayName", person.displayName)
            string("content", comment.content)
            string("refCommentId", comment.refCommentID)
            text("refNickname", comment.refNickname)
            if let replied = post.repliedTo[index], !replied.username.isEmpty {
                text("refUsername", replied.username)
                text("refWxid", replied.username)
                text("refAlias", replied.alias)
                text("refWechatId", replied.alias)
                text("refRemark", replied.remark)
                text("refNickName", replied.nickname)
                text("refDisplayName", replied.displayName)
            }
            emojis(comment.stickers)
            images(comment.pictures)
            source(person)
            endObject()
        }
        endArray()
    }

    /// Writes who takes part: the name of the XML, then what the contact list knows.
    private mutating func participant(_ person: MomentIdentity, written: String) {
        string("nickname", written.isEmpty ? person.displayName : written)
        text("username", person.username)
        text("wxid", person.username)
        names(person)
    }

    /// Writes where it was read: a name without a username is from before the XML had one.
    private mutating func source(_ person: MomentIdentity) {
        string("source", literal: person.username.isEmpty ? "legacy" : "xml")
    }
}
