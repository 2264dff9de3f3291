/// A comment below a post, or a reply to one (<doc:Posts>).
public struct MomentComment: Sendable, Equatable {
    /// `comment_64id` where it is not zero, else `comment_id`; empty where the XML has neither.
    public var id: String
    /// Who wrote it.
    public var username: String
    /// The writer's name as the XML has it.
    public var nickname: String
    /// The text, entities decoded.
    public var content: String
    /// Unix seconds; 0 where unknown.
    public var createTime: Int64
    /// The id of the comment it replies to; empty where it is no reply.
    public var refCommentID: String
    /// Whom it replies to; empty where it is no reply, or where nobody can tell.
    public var refUsername: String
    /// The name of whom it replies to, from the XML or from that person's own comment.
    public var refNickname: String
    /// Stickers in it.
    public var stickers: [MomentSticker]
    /// Pictures in it.
    public var pictures: [MomentAttachment]

    /// A comment of which nothing is known yet.
    public init() {
        id = ""
        username = ""
        nickname = ""
        content = ""
        createTime = 0
        refCommentID = ""
        refUsername = ""
        refNickname = ""
        stickers = []
        pictures = []
    }

    /// Whether it answers another comment or person.
    public var isReply: Bool { !refCommentID.isEmpty || !refUsername.isEmpty }
}

/// A sticker in a comment: its plain address is enough, the encrypted one is a fallback (<doc:Posts>).
public struct MomentSticker: Sendable, Equatable {
    /// The plain file's address.
    public var url: String
    /// MD5 of the file.
    public var md5: String
    /// Size in pixels; 0 where unknown.
    public var width: Int
    /// Size in pixels; 0 where unknown.
    public var height: Int
    /// The encrypted file's address; empty where there is none.
    public var encryptURL: String
    /// Its AES key in hex; empty where there is none.
    public var aesKey: String

    /// A sticker of which nothing is known yet.
    public init() {
        url = ""
        md5 = ""
        width = 0
        height = 0
        encryptURL = ""
        aesKey = ""
    }
}
