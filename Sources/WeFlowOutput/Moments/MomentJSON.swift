internal import WeFlowModel
internal import WeFlowQuery

/// The parts of a post that the timeline and the exported documents share.
extension JSONWriter {
    /// Writes `likes` and `comments`.
    mutating func social(_ moment: Moment, likes names: [String]) {
        key("likes")
        beginArray()
        for name in names { string(name) }
        endArray()
        key("comments")
        beginArray()
        for comment in moment.comments { self.comment(comment) }
        endArray()
    }

    private mutating func comment(_ comment: MomentComment) {
        beginObject()
        key("id")
        string(comment.id)
        key("nickname")
        string(comment.nickname.isEmpty ? comment.username : comment.nickname)
        key("content")
        string(comment.content)
        key("refCommentId")
        string(comment.refCommentID)
        key("refNickname")
        string(comment.refNickname)
        emojis(comment.stickers)
        images(comment.pictures)
        key("username")
        string(comment.username)
        key("refUsername")
        string(comment.refUsername)
        key("createTime")
        integer(comment.createTime)
        endObject()
    }

    /// Writes `emojis`, where there are any.
    mutating func emojis(_ stickers: [MomentSticker]) {
        guard !stickers.isEmpty else { return }
        key("emojis")
        beginArray()
        for sticker in stickers {
            beginObject()
            key("url")
            string(sticker.url)
            key("md5")
            string(sticker.md5)
            key("width")
            integer(sticker.width)
            key("height")
            integer(sticker.height)
            text("encryptUrl", sticker.encryptURL)
            text("aesKey", sticker.aesKey)
            endObject()
        }
        endArray()
    }

    /// Writes `images`, the pictures of a comment, where there are any; what is not known of one is 0.
    mutating func images(_ pictures: [MomentAttachment]) {
        guard !pictures.isEmpty else { return }
        key("images")
        beginArray()
        for picture in pictures {
            beginObject()
            key("url")
            string(picture.resource.url)
            key("width")
            integer(picture.width)
            key("height")
            integer(picture.height)
            key("size")
            integer(picture.size)
            endObject()
        }
        endArray()
    }

    /// Writes `location`, where there is one; in it only what is known.
    mutating func location(of moment: Moment) {
        guard let location = moment.location else { return }
        key("location")
        beginObject()
        if let latitude = location.latitude, let longitude = location.longitude {
            key("latitude")
            double(latitude)
            key("longitude")
            double(longitude)
        }
        text("city", location.city)
        text("country", location.country)
        text("poiName", location.poiName)
        text("poiAddress", location.poiAddress)
        text("poiAddressName", location.poiAddressName)
        text("label", location.label)
        endObject()
    }

    /// Writes `linkTitle` and `linkUrl`, where there is a link.
    mutating func link(of moment: Moment) {
        guard let link = moment.link else { return }
        text("linkTitle", link.title)
        text("linkUrl", link.url)
    }

    /// Writes a key with its text, where there is one.
    mutating func text(_ name: StaticString, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        key(name)
        string(value)
    }
}
