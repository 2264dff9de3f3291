import WeFlowParameters
import WeFlowQuery

/// The schemas of the moments.
extension AnswerSchemas {
    package static let timeline = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("count", .count, "How many posts are in this answer."),
        .always("timeline", .list(of: moment)),
    ])

    private static let moment = Schema.object([
        .always("tid", .text(pattern: "^-?[0-9]+$"), "The id as the database stores it: signed."),
        .always("id", .digits),
        .always("username", .text),
        .always("nickname", .text),
        .always("createTime", .integer, "Unix seconds."),
        .always("contentDesc", .text),
        .always("type", .integer),
        .always("media", .list(of: .object(file + [.sometimes("livePhoto", .object(file))]))),
        .always("likes", .list(of: .text)),
        .always("comments", .list(of: comment)),
        .always("rawXml", .text, "As stored."),
        .sometimes("avatarUrl", .text),
        .sometimes("location", location),
        .sometimes("linkTitle", .text),
        .sometimes("linkUrl", .text),
    ])

    private static let file: [Schema.Field] = [
        .always("url", .text),
        .always("thumb", .text),
        .sometimes("md5", .text),
        .sometimes("token", .text),
        .sometimes("key", .digits, "For the proxy; larger than JavaScript's numbers."),
        .sometimes("encIdx", .text),
        .sometimes("rawUrl", .text, "With media: the network's address."),
        .sometimes("rawThumb", .text),
        .sometimes("proxyUrl", .text),
        .sometimes("proxyThumbUrl", .text),
        .sometimes("resolvedUrl", .text, "The proxy's address, or with inline a data: address."),
        .sometimes("resolvedThumbUrl", .text),
    ]

    private static let comment = Schema.object([
        .always("id", .text),
        .always("nickname", .text),
        .always("content", .text),
        .always("refCommentId", .text, "Empty where it is no reply."),
        .always("refNickname", .text),
        .sometimes("emojis", .list(of: sticker)),
        .sometimes("images", .list(of: commentPicture)),
        .always("username", .text),
        .always("refUsername", .text),
        .always("createTime", .integer, "Unix seconds, 0 where unknown."),
    ])

    private static let sticker = Schema.object([
        .always("url", .text),
        .always("md5", .text),
        .always("width", .count),
        .always("height", .count),
        .sometimes("encryptUrl", .text),
        .sometimes("aesKey", .text),
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
        .sometimes("city", .text),
        .sometimes("country", .text),
        .sometimes("poiName", .text),
        .sometimes("poiAddress", .text),
        .sometimes("poiAddressName", .text),
        .sometimes("label", .text),
    ])

    package static let momentUsernames = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("usernames", .list(of: .text)),
    ])

    package static let momentStats = Schema.object([
        .always("success", .constant(.bool(true))),
        .always(
            "data",
            .object([
                .always("totalPosts", .count),
                .always("totalFriends", .count, "Authors, the owner among them."),
                .always("myPosts", .any(of: [.count, .null])),
            ])),
    ])

    package static let momentExport = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("filePath", .text, "The document; empty where no post matches."),
        .always("postCount", .count),
        .always("mediaCount", .count),
        .sometimes("stopped", .constant(.bool(true)), "It was stopped; the same request goes on where it was."),
        .sometimes("missingCount", .count, "Files that could not be had."),
        .sometimes("missingPath", .text, "A report of them."),
    ])
    package static let protectionStatus = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("installed", .boolean),
    ])

    package static let protectionInstalled = Schema.object([
        .always("success", .constant(.bool(true))),
        .always("alreadyInstalled", .boolean, "Whether there was nothing to do."),
    ])

    package static let momentsChanged = Schema.object([.always("success", .constant(.bool(true)))])
}
