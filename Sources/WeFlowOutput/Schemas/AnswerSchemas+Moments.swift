import WeFlowParameters
import WeFlowQuery

/// The schemas of the moments.
extension AnswerSchemas {
    package static let timeline = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many posts are in this answer."),
        .always("timeline", .list(of: moment), "The newest first."),
    ])

    private static let moment = Schema.object([
        .always("tid", .text(pattern: "^-?[0-9]+$"), "The id as the database stores it: signed."),
        .always("id", .digits, "The same, unsigned."),
        .always("username", .text, "Whose it is, by id."),
        .always("nickname", .text, "Whose it is, by name."),
        .always("createTime", .integer, "When it was posted; Unix seconds."),
        .always("contentDesc", .text, "What was written."),
        .always("type", .integer, "WeChat's number of the kind of post."),
        .always(
            "media", .list(of: .object(file + [.sometimes("livePhoto", .object(file), "The video of a live photo.")])),
            "Its pictures and videos."),
        .always("likes", .list(of: .text), "Who liked it, by name."),
        .always("comments", .list(of: comment), "The comments, the oldest first."),
        .always("rawXml", .text, "As stored."),
        .sometimes("avatarUrl", .text),
        .sometimes("location", location),
        .sometimes("linkTitle", .text, "The title of what it links to."),
        .sometimes("linkUrl", .text, "The address of what it links to."),
    ])

    private static let file: [Schema.Field] = [
        .always("url", .text),
        .always("thumb", .text, "The address of a small picture of it."),
        .sometimes("md5", .text),
        .sometimes("token", .text, "What the network wants to see with the address."),
        .sometimes("key", .digits, "For the proxy; larger than JavaScript's numbers."),
        .sometimes("encIdx", .text, "Whether the network gives it encrypted."),
        .sometimes("rawUrl", .text, "With media: the network's address."),
        .sometimes("rawThumb", .text, "The same of the small picture."),
        .sometimes("proxyUrl", .text, "Where the server gives it decrypted."),
        .sometimes("proxyThumbUrl", .text, "The same of the small picture."),
        .sometimes("resolvedUrl", .text, "The proxy's address, or with inline a data: address."),
        .sometimes("resolvedThumbUrl", .text, "The same of the small picture."),
    ]

    private static let comment = Schema.object([
        .always("id", .text, "Its number within the post."),
        .always("nickname", .text, "Who wrote it, by name."),
        .always("content", .text),
        .always("refCommentId", .text, "Empty where it is no reply."),
        .always("refNickname", .text, "Whom it answers, by name."),
        .sometimes("emojis", .list(of: sticker), "Its stickers."),
        .sometimes("images", .list(of: commentPicture), "Its pictures."),
        .always("username", .text, "Who wrote it, by id."),
        .always("refUsername", .text, "Whom it answers, by id."),
        .always("createTime", .integer, "Unix seconds, 0 where unknown."),
    ])

    private static let sticker = Schema.object([
        .always("url", .text),
        .always("md5", .text),
        .always("width", .count),
        .always("height", .count),
        .sometimes("encryptUrl", .text, "The address of the encrypted sticker."),
        .sometimes("aesKey", .text, "The key of the encrypted sticker."),
    ])

    private static let commentPicture = Schema.object([
        .always("url", .text),
        .always("width", .count, "Pixels, 0 where unknown."),
        .always("height", .count),
        .always("size", .count, "Bytes, 0 where unknown."),
    ])

    private static let location = Schema.object([
        .sometimes("latitude", .number),
        .sometimes("longitude", .number),
        .sometimes("city", .text, "The city."),
        .sometimes("country", .text, "The country."),
        .sometimes("poiName", .text),
        .sometimes("poiAddress", .text, "The address of the place."),
        .sometimes("poiAddressName", .text, "The name that stands with the address."),
        .sometimes("label", .text),
    ])

    package static let momentUsernames = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("usernames", .list(of: .text), "Whose posts there are; those with the most first."),
    ])

    package static let momentStats = Schema.object([
        .always("success", .constant(.bool(true))),
        .always(
            "data",
            .object([
                .always("totalPosts", .count, "How many posts there are."),
                .always("totalFriends", .count, "Authors, the owner among them."),
                .always(
                    "myPosts", .any(of: [.count, .null]),
                    "How many of them are the owner's; null where nobody is known to be."),
            ]), "The numbers."),
    ])

    package static let momentExport = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("filePath", .text, "The document; empty where no post matches."),
        .always("postCount", .count, "How many posts are in it."),
        .always("mediaCount", .count, "How many files lie beside it."),
        .sometimes("stopped", .constant(.bool(true)), "It was stopped; the same request goes on where it was."),
        .sometimes("missingCount", .count, "Files that could not be had."),
        .sometimes("missingPath", .text, "A report of them."),
    ])
    package static let protectionStatus = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("installed", .boolean, "Whether moments are protected."),
    ])

    package static let protectionInstalled = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("alreadyInstalled", .boolean, "Whether there was nothing to do."),
    ])

    package static let momentsChanged = Schema.object([.always("success", .constant(.bool(true)))])
}
