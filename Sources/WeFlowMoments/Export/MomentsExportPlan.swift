internal import WeFlowModel
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// A file that an export wants from the media network (<doc:MomentsQueries#Exports>).
public struct MomentsExportTask: Sendable, Equatable {
    /// What the file is for.
    public enum Purpose: Sendable, Equatable {
        /// The picture or video at this place of a post's media.
        case media(post: Int, index: Int)
        /// The Live Photo clip of the picture at this place.
        case live(post: Int, index: Int)
        /// The picture of an author.
        case avatar(username: String)
        /// A sticker or picture in comments, by its address.
        case comment(address: String)
    }

    /// What the file is for.
    public let purpose: Purpose
    /// The address.
    public let url: String
    /// The key of the stream over it.
    public let key: UInt64?
    /// The file's name without extension.
    public let stem: String

    /// The word for it in reports.
    public var kind: String {
        switch purpose {
        case .media: "media"
        case .live: "livePhoto"
        case .avatar: "avatar"
        case .comment: "comment"
        }
    }

    /// Whether it counts as one of the post's own media.
    public var isMedia: Bool {
        switch purpose {
        case .media, .live: true
        case .avatar, .comment: false
        }
    }
}

/// What an export is made of before anything is fetched: the posts, with everybody's names, and the files they want.
public struct MomentsExportPlan: Sendable {
    /// The document's content so far.
    public private(set) var export: MomentsExport
    /// The files, each once.
    public private(set) var tasks: [MomentsExportTask]
    /// What could not be read.
    public let damage: [PageFailure]
    /// Why names are missing, where they are.
    public let notice: WeFlowError?

    /// Reads the posts.
    ///
    /// - Parameters:
    ///   - request: which posts and files.
    ///   - account: the account.
    ///   - hosts: the media network.
    ///   - now: Unix milliseconds.
    ///   - progress: told how many posts were read, and asked whether to go on.
    /// - Throws: `.unavailable` where `sns.db` is missing or cannot be read; what `progress` throws.
    public init(
        _ request: MomentsExportRequest, on account: Account, hosts: MediaHosts, now: Int64,
        progress: (Int) throws -> Void
    ) throws {
        let (moments, damage) = try Self.moments(request.filter, account, progress)
        let names = LazyNames(account)
        let owner = try MomentsCensus.owner(of: account)
        let addressing = MomentAddressing(hosts: hosts, proxyBase: nil)
        let posts = moments.map { ExportedMoment(addressing.mended($0), names: names.book, addressing: addressing) }
        self.damage = damage
        notice = posts.isEmpty ? nil : names.notice
        export = MomentsExport(
            exportTime: now, filter: request.filter, selection: request.selection,
            owner: owner.isEmpty ? nil : names.book.identity(of: owner, displayName: ""), posts: posts)
        tasks = []
        tasks = mediaTasks()
        if request.format == .html, request.selection.images {
            tasks += avatarTasks(names.book) + commentTasks()
        }
    }

    /// Puts the path of a file that was had where it belongs.
    ///
    /// - Parameters:
    ///   - path: relative to the document.
    ///   - task: what it was wanted for.
    public mutating func set(_ path: String, for task: MomentsExportTask) {
        switch task.purpose {
        case .media(let post, let index): export.posts[post].files[index].file = path
        case .live(let post, let index): export.posts[post].files[index].live = path
        case .avatar(let username):
            for post in export.posts.indices where export.posts[post].author.username == username {
                export.posts[post].avatar = path
            }
        case .comment(let address):
            for post in export.posts.indices where export.posts[post].mentions(address) {
                export.posts[post].commentFiles[address] = path
            }
        }
    }

    private static func moments(
        _ filter: MomentsFilter, _ account: Account, _ progress: (Int) throws -> Void
    ) throws -> ([Moment], [PageFailure]) {
        for attempt in 0... {
            do {
                let scan = try MomentsScan(MomentsTable(account), filter: filter, keepsXML: false)
                var moments: [Moment] = []
                while let moment = try scan.next() {
                    moments.append(moment)
                    if moments.count.isMultiple(of: 50) { try progress(moments.count) }
                }
                try progress(moments.count)
                return (moments, scan.damage)
            } catch let error as WeFlowError where error.isTransient && attempt < 4 {
                continue
            }
        }
        return ([], [])
    }

    private func mediaTasks() -> [MomentsExportTask] {
        let selection = export.selection
        var tasks: [MomentsExportTask] = []
        for (post, exported) in export.posts.enumerated() {
            for (index, addresses) in exported.media.enumerated() {
                let isVideo = exported.moment.isVideoPost || exported.moment.media[index].isVideo
                let stem = "\(exported.moment.id)_\(index)"
                if isVideo ? selection.videos : selection.images, !addresses.item.url.isEmpty {
                    tasks.append(
                        MomentsExportTask(
                            purpose: .media(post: post, index: index), url: addresses.item.url,
                            key: addresses.item.key, stem: stem))
                }
                if selection.livePhotos, let live = addresses.live, !live.url.isEmpty {
                    tasks.append(
                        MomentsExportTask(
                            purpose: .live(post: post, index: index), url: live.url, key: live.key,
                            stem: stem + "_live"))
                }
            }
        }
        return tasks
    }

    private func avatarTasks(_ names: NameBook) -> [MomentsExportTask] {
        var seen: Set<String> = []
        return export.posts.compactMap { post in
            let username = post.author.username
            guard seen.insert(username).inserted, let url = names.row(of: username)?.avatarURL, !url.isEmpty else {
                return nil
            }
            return MomentsExportTask(
                purpose: .avatar(username: username), url: url, key: nil, stem: "avatar_\(md5Hex(username).prefix(8))")
        }
    }

    private func commentTasks() -> [MomentsExportTask] {
        var seen: Set<String> = []
        return export.posts.flatMap(\.moment.comments).flatMap { comment in
            comment.stickers.map { (url: $0.url, key: nil as UInt64?) }
                + comment.pictures.map { (url: $0.resource.url, key: $0.key) }
        }.compactMap { url, key in
            guard !url.isEmpty, seen.insert(url).inserted else { return nil }
            return MomentsExportTask(
                purpose: .comment(address: url), url: url, key: key, stem: "comment_\(md5Hex(url).prefix(16))")
        }
    }
}

extension ExportedMoment {
    /// A post with the names of everybody in it.
    fileprivate init(_ moment: Moment, names: NameBook, addressing: MomentAddressing) {
        self.init(moment: moment, author: names.identity(of: moment))
        likes = moment.likes.map { names.participant($0.username, written: $0.nickname) }
        commenters = moment.comments.map { names.participant($0.username, written: $0.nickname) }
        repliedTo = moment.comments.map { comment in
            comment.isReply ? names.participant(comment.refUsername, written: comment.refNickname) : nil
        }
        media = addressing.media(of: moment)
    }

    /// Whether a comment has a sticker or picture with this address.
    fileprivate func mentions(_ address: String) -> Bool {
        moment.comments.contains { comment in
            comment.stickers.contains { $0.url == address } || comment.pictures.contains { $0.resource.url == address }
        }
    }
}

extension NameBook {
    /// Somebody in a post: the contact list's name, else the one that the XML writes.
    fileprivate func participant(_ username: String, written: String) -> MomentIdentity {
        identity(of: username, displayName: (username.isEmpty ? nil : known(username)) ?? written)
    }
}
