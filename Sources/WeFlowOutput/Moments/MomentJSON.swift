internal import WeFlowModel
internal import WeFlowQuery

/// The parts of a post that the timeline and the exported documents share.
extension JSONWriter {
    /// Writes `likes` and `comments`.
    mutating func social(_ moment: Moment, likes names: [String]) {
        beginArray("likes")
        for name in names { string(name) }
        endArray()
        beginArray("comments")
        for comment in moment.comments { self.comment(comment) }
        endArray()
    }

    private mutating func comment(_ comment: MomentComment) {
        beginObject()
        string("id", comment.id)
        string("nickname", comment.nickname.isEmpty ? comment.username : comment.nickname)
        string("content", comment.content)
        string("refCommentId", comment.refCommentID)
        string("refNickname", comment.refNickname)
        emojis(comment.stickers)
        images(comment.pictures)
        string("username", comment.username)
        string("refUsername", comment.refUsername)
        integer("createTime", comment.createTime)
        endObject()
    }

    /// Writes `emojis`, where there are any.
    mutating func emojis(_ stickers: [MomentSticker]) {
        guard !stickers.isEmpty else { return }
        beginArray("emojis")
        for sticker in stickers {
            beginObject()
            string("url", sticker.url)
            string("md5", sticker.md5)
            integer("width", sticker.width)
            integer("height", sticker.height)
            text("encryptUrl", sticker.encryptURL)
            text("aesKey", sticker.aesKey)
            endObject()
        }
        endArray()
    }

    /// Writes `images`, the pictures of a comment, where there are any; what is not known of one is 0.
    mutating func images(_ pictures: [MomentAttachment]) {
        guard !pictures.isEmpty else { return }
        beginArray("images")
        for picture in pictures {
            beginObject()
            string("url", picture.resource.url)
            integer("width", picture.width)
            integer("height", picture.height)
            integer("size", picture.size)
            endObject()
        }
        endArray()
    }

    /// Writes `location`, where there is one; in it only what is known.
    mutating func location(of moment: Moment) {
        guard let location = moment.location else { return }
        beginObject("location")
        if let latitude = location.latitude, let longitude = location.longitude {
            double("latitude", latitude)
            double("longitude", longitude)
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
