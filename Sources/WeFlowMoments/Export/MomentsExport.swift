public import WeFlowModel

/// Everything a document of exported moments shows: the posts with names and the files that lie beside it
/// (<doc:MomentsQueries#Exports>).
public struct MomentsExport: Sendable {
    /// When it was made, Unix milliseconds.
    public var exportTime: Int64
    /// Which posts were asked for.
    public var filter: MomentsFilter
    /// Which files were asked for.
    public var selection: MomentsExportRequest.Selection
    /// The account's owner; `nil` where unknown.
    public var owner: MomentIdentity?
    /// The posts, newest first.
    public var posts: [ExportedMoment]

    /// An export of `posts`.
    public init(
        exportTime: Int64, filter: MomentsFilter, selection: MomentsExportRequest.Selection, owner: MomentIdentity?,
        posts: [ExportedMoment]
    ) {
        self.exportTime = exportTime
        self.filter = filter
        self.selection = selection
        self.owner = owner
        self.posts = posts
    }
}

/// Who somebody is, as the contact database knows; texts are empty where it does not.
public struct MomentIdentity: Sendable, Equatable {
    /// The username.
    public var username: String
    /// The name chosen by the person, WeChat's own id.
    public var alias: String
    /// The owner's name for the person.
    public var remark: String
    /// The person's own name.
    public var nickname: String
    /// `remark`, else `nickname`, else `alias`, else a name from elsewhere, else `username`.
    public var displayName: String

    /// An identity; an empty `displayName` becomes the first of the others that is not.
    public init(
        username: String, alias: String = "", remark: String = "", nickname: String = "", displayName: String = ""
    ) {
        self.username = username
        self.alias = alias
        self.remark = remark
        self.nickname = nickname
        self.displayName = [displayName, remark, nickname, alias, username].first { !$0.isEmpty } ?? ""
    }
}

/// A post in an export.
public struct ExportedMoment: Sendable {
    /// The post.
    public var moment: Moment
    /// The author.
    public var author: MomentIdentity
    /// The names of those who like it, as shown, one for each of the post's likes.
    public var likes: [MomentIdentity]
    /// Who wrote each of the post's comments.
    public var commenters: [MomentIdentity]
    /// To whom each of them replies; `nil` for one that is no reply.
    public var repliedTo: [MomentIdentity?]
    /// The addresses of the post's media, one for each.
    public var media: [ResolvedMomentMedia]
    /// The files of the post's media, one for each.
    public var files: [MomentFiles]
    /// The author's picture, relative to the document; `nil` where there is none.
    public var avatar: String?
    /// Files of the stickers and pictures in comments, by their address, relative to the document.
    public var commentFiles: [String: String]

    /// A post of which nothing but its author is known.
    public init(moment: Moment, author: MomentIdentity) {
        self.moment = moment
        self.author = author
        likes = moment.likes.map { MomentIdentity(username: $0.username, displayName: $0.nickname) }
        commenters = moment.comments.map { MomentIdentity(username: $0.username, displayName: $0.nickname) }
        repliedTo = moment.comments.map { comment in
            comment.isReply ? MomentIdentity(username: comment.refUsername, displayName: comment.refNickname) : nil
        }
        media = []
        files = moment.media.map { _ in MomentFiles() }
        avatar = nil
        commentFiles = [:]
    }
}

/// The files of one media item, relative to the document; `nil` where it was not asked for or could not be had.
public struct MomentFiles: Sendable, Equatable {
    /// The picture or video.
    public var file: String?
    /// The clip of a Live Photo.
    public var live: String?

    /// No file yet.
    public init() {
        file = nil
        live = nil
    }
}
