/// What names a picture. The name on disk is in `packed_info_data`; see ``PackedInfo``.
public struct ImageContent: Sendable, Equatable {
    /// The md5 of the XML, "" where it has none.
    public var md5 = ""
}

/// A voice message.
public struct VoiceContent: Sendable, Equatable {
    /// Its length, nil where the XML does not say.
    public var milliseconds: Int64?
}

/// What names a video; each md5 may be "".
public struct VideoContent: Sendable, Equatable {
    /// The attribute `md5`.
    public var md5 = ""
    /// The attribute `rawmd5`, all that own videos may have.
    public var rawMD5 = ""
    /// The attribute `newmd5`.
    public var newMD5 = ""
    /// Its length, nil where the XML does not say.
    public var seconds: Int64?
}

/// What names a sticker and leads to its bytes.
public struct StickerContent: Sendable, Equatable {
    /// Its md5, the key in `emoticon.db` too.
    public var md5 = ""
    /// Where its bytes lie in the clear.
    public var cdnURL = ""
    /// Where they lie encrypted with ``aesKey``.
    public var encryptURL = ""
    /// 32 hex digits.
    public var aesKey = ""
    /// A second place.
    public var externURL = ""
    /// Its size in pixels, nil where the XML does not say.
    public var width: Int64?
    /// Its size in pixels, nil where the XML does not say.
    public var height: Int64?
}

/// A place.
public struct LocationContent: Sendable, Equatable {
    /// Degrees north, the attribute `x`.
    public var latitude: Double?
    /// Degrees east, the attribute `y`.
    public var longitude: Double?
    /// The address.
    public var label = ""
    /// The name of the place.
    public var poiName = ""
}

/// A person or an official account that was recommended.
public struct CardContent: Sendable, Equatable {
    /// Its username.
    public var username = ""
    /// Its nickname.
    public var nickname = ""
    /// Its WeChat id.
    public var alias = ""
    /// True for an official account.
    public var isOfficial = false
}

/// A request of friendship.
public struct FriendRequest: Sendable, Equatable {
    /// Who asks.
    public var username = ""
    /// The asker's nickname.
    public var nickname = ""
    /// The greeting that came with it.
    public var greeting = ""

    /// What is shown behind the label.
    var line: String {
        nickname.isEmpty ? greeting : greeting.isEmpty ? nickname : "\(nickname): \(greeting)"
    }
}

/// A call's bubble.
public struct CallContent: Sendable, Equatable {
    /// What a call was made with.
    public enum Medium: Sendable, Equatable {
        case voice, video, unknown
    }

    /// Voice or video.
    public var medium = Medium.unknown
    /// The client's own words, in its language.
    public var text = ""

    /// The kind, by what it was made with.
    var kind: MessageKind {
        switch medium {
        case .voice: .voiceCall
        case .video: .videoCall
        case .unknown: .call
        }
    }
}

/// An app message that is a title with a link behind it.
public struct AppCard: Sendable, Equatable {
    /// Which sub-type it is.
    public var type: AppType
    /// Its title, or the name of what it shows where the title only tells old clients to upgrade.
    public var title = ""
    /// Where it leads.
    public var url = ""
    /// What stands below the title; of a payment slip all that it says.
    public var description = ""
}

/// A file.
public struct FileContent: Sendable, Equatable {
    /// Its name.
    public var name = ""
    /// Its size in bytes, nil where the XML does not say.
    public var size: Int64?
    /// The extension without a dot.
    public var fileExtension = ""
    /// Its md5, "" while it is being sent.
    public var md5 = ""
    /// Whether it is still being sent: there is no file of it yet.
    public var isUploading = false
}

/// A post, profile or live broadcast of Channels.
public struct ChannelsContent: Sendable, Equatable {
    /// 50 profile, 51 post, 63 and 88 live.
    public var type: AppType
    /// Its author.
    public var nickname = ""
    /// What the author wrote.
    public var description = ""
    /// The message's title, mostly a sentence about upgrading.
    public var title = ""

    /// What is shown behind the label.
    var line: String {
        let preferred = type.kind == .channelsProfile || description.isEmpty ? nickname : description
        return preferred.isEmpty ? title : preferred
    }
}

/// A reply (<doc:RepliesAndRecords#Replies>).
public struct ReplyContent: Sendable, Equatable {
    /// The reply alone.
    public var text = ""
    /// What it answers, nil where the XML has no such part.
    public var quote: Quote?
}

/// The quoted message of a reply, with the keys that the API gives it.
public struct Quote: Sendable, Equatable {
    /// Its `serverId` in decimal, "" where it is not told.
    public var platformMessageId = ""
    /// The username of who said it.
    public var sender = ""
    /// That person's name as the client wrote it.
    public var accountName = ""
    /// Its display text, or the part of it that was quoted.
    public var content = ""
    /// What it is.
    public var type = ChatLabType.other
}

/// A pat (<doc:NoticesAndRevocations#Templates>).
public struct PatContent: Sendable, Equatable {
    /// The sentence, "" where there is none.
    public var text = ""
    /// Who patted.
    public var from = ""
    /// Who was patted.
    public var patted = ""
}

/// A transfer of money (<doc:MessageBodies#States-of-a-transfer>).
public struct TransferContent: Sendable, Equatable {
    /// Where the money is.
    public enum State: String, Sendable, Equatable {
        case sent, received, returned, expired, unknown
    }

    /// The amount as the client wrote it, with its currency.
    public var amount = ""
    /// What the payer wrote.
    public var memo = ""
    /// From the element `paysubtype`.
    public var state = State.unknown

    /// What is shown behind the label.
    var line: String {
        amount.isEmpty ? memo : memo.isEmpty ? amount : "\(amount) \(memo)"
    }
}

/// A message was taken back (<doc:NoticesAndRevocations#Revocations>).
public struct RevokeContent: Sendable, Equatable {
    /// The sentence of the notice.
    public var text = ""
    /// The server id of the message in question, "" where the XML does not say; then it is the row's own.
    public var revokedServerId = ""
    /// Who took it back, "" where the XML does not say.
    public var revoker = ""
    /// True where the sentence says that the account's owner did.
    public var isOwn = false
}

/// The media of a message, for export.
public enum MediaReference: Sendable, Equatable {
    case image(ImageContent)
    case voice(VoiceContent)
    case video(VideoContent)
    case sticker(StickerContent)
    case file(FileContent)
}
