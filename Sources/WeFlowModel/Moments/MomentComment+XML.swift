extension XMLDocument {
    /// Who liked a post, in the spellings that clients have used (<doc:Posts#Likes-and-comments>).
    func likes(in extra: Element?) -> [MomentLike] {
        entries(of: list("like_user_list", "LikeUserList", "likeList", in: extra)).compactMap { entry in
            guard !isDeleted(entry) else { return nil }
            let like = MomentLike(username: text("username", in: entry), nickname: text("nickname", in: entry))
            return like.username.isEmpty && like.nickname.isEmpty ? nil : like
        }
    }

    /// The comments of a post, replies led back to whom they answer.
    func comments(in extra: Element?) -> [MomentComment] {
        let entries = entries(of: list("comment_user_list", "CommentUserList", "commentList", in: extra))
        let all = entries.map { (entry: $0, shortID: id($0, "comment_id"), comment: comment(of: $0)) }
        // Replies name a comment by its short id, also where it has a long one; deleted comments still have a name.
        var byID: [String: Int] = [:]
        for (index, item) in all.enumerated() {
            for id in [item.shortID, item.comment.id] where !id.isEmpty && byID[id] == nil { byID[id] = index }
        }
        return all.compactMap { item in
            guard !isDeleted(item.entry) else { return nil }
            var comment = item.comment
            let hasContent = !comment.content.isEmpty || !comment.stickers.isEmpty || !comment.pictures.isEmpty
            // What remains of a comment that the document breaks off in says nothing.
            guard hasContent || !isCutOff(item.entry) else { return nil }
            if let target = byID[comment.refCommentID].map({ all[$0].comment }) {
                comment.refCommentID = target.id
                if comment.refUsername.isEmpty { comment.refUsername = target.username }
                if comment.refNickname.isEmpty { comment.refNickname = target.nickname }
            } else if comment.refNickname.isEmpty, !comment.refUsername.isEmpty {
                comment.refNickname = all.first { $0.comment.username == comment.refUsername }?.comment.nickname ?? ""
            }
            return comment
        }
    }

    private func comment(of entry: Element) -> MomentComment {
        var comment = MomentComment()
        comment.id = id(entry, "comment_64id", "comment_id", "cmtid", "commentId", "id")
        comment.username = text("username", in: entry)
        comment.nickname = text("nickname", in: entry)
        comment.content = text("content", in: entry)
        comment.createTime = max(0, integer("create_time", in: entry) ?? integer("createTime", in: entry) ?? 0)
        comment.refCommentID = id(entry, "ref_comment_id", "refCommentId", "replyCommentId")
        comment.refUsername = text(entry, "ref_username", "refUsername", "replyUsername")
        comment.refNickname = text(entry, "ref_nickname", "refNickname", "replyNickname")
        comment.stickers = children(of: find("emojilist", in: entry), named: "emojiinfo").compactMap(sticker)
        comment.pictures = commentPictures(of: find("imagelist", in: entry))
        return comment
    }

    private func sticker(of info: Element) -> MomentSticker? {
        let data = find("sns_emoji_data", in: info) ?? info
        var sticker = MomentSticker()
        sticker.url = text(data, "url", "cdn_url", "extern_url")
        sticker.md5 = text("md5", in: info)
        sticker.width = pixels(text("width", in: info))
        sticker.height = pixels(text("height", in: info))
        sticker.encryptURL = text("encrypt_url", in: data)
        sticker.aesKey = text("aes_key", in: data)
        return sticker == MomentSticker() ? nil : sticker
    }

    private func list(_ names: StaticString..., in extra: Element?) -> Element? {
        for name in names {
            if let list = first(name, in: extra) { return list }
        }
        return nil
    }

    /// The entries of a list: every child that holds something of its own.
    private func entries(of list: Element?) -> [Element] {
        children(of: list).filter { !children(of: $0).isEmpty }
    }

    private func isDeleted(_ entry: Element) -> Bool { integer("b_deleted", in: entry) == 1 }

    private func text(_ entry: Element, _ names: StaticString...) -> String {
        for name in names {
            let found = text(name, in: entry)
            if !found.isEmpty { return found }
        }
        return ""
    }

    /// The first id that is not zero, as it is written.
    private func id(_ entry: Element, _ names: StaticString...) -> String {
        for name in names {
            let found = text(name, in: entry)
            if !found.isEmpty, found != "0" { return found }
        }
        return ""
    }
}
