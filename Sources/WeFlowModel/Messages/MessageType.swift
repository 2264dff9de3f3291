/// The message numbers of ChatLab (<doc:MessageKinds>).
public enum ChatLabType: Int, Sendable, Equatable, CaseIterable {
    case text = 0
    case image = 1
    case voice = 2
    case video = 3
    case file = 4
    case sticker = 5
    case link = 7
    case location = 8
    case redPacket = 20
    case transfer = 21
    case poke = 22
    case call = 23
    case share = 24
    case reply = 25
    case forward = 26
    case contact = 27
    case system = 80
    case recall = 81
    case other = 99
}

/// The `local_type` of a row, split into its halves (<doc:MessageKinds>).
public struct MessageType: Sendable, Hashable {
    /// The low 32 bits: what the client calls the type.
    public let base: UInt32
    /// The high 32 bits: for app messages (base 49) the `<appmsg><type>`, else 0.
    public let subtype: UInt32

    /// Splits the column's value.
    public init(localType: Int64) {
        base = UInt32(truncatingIfNeeded: localType)
        subtype = UInt32(truncatingIfNeeded: localType >> 32)
    }

    /// A type from its halves.
    public init(base: UInt32, subtype: UInt32 = 0) {
        self.base = base
        self.subtype = subtype
    }

    /// The base type of app messages.
    public static let appBase: UInt32 = 49

    /// True for plain text, whose display text is its body.
    public var isText: Bool { base == 1 || base == 2 }

    /// True for notices and the system's XML, which carry no group prefix and whose sender is nobody.
    public var isNotice: Bool { base == 10000 || base == 10002 }

    /// The display text of a type that shows the same for every message, so that its content need not be read for it.
    public var fixedDisplayText: String? {
        switch base {
        case 3: "[图片]"
        case 34: "[语音]"
        case 43, 62: "[视频]"
        case 47: "[表情]"
        default: nil
        }
    }

    /// What stands for a message of which nothing can be read (<doc:MessageKinds>).
    public var label: String {
        switch base {
        case 1, 2: "[文本]"
        case 37, 40: "[好友请求]"
        case 42, 66, 67: "[名片]"
        case 48: "[位置]"
        case 50: "[通话]"
        case 10000, 10002: "[系统消息]"
        case Self.appBase where subtype == 0: "[链接]"
        case Self.appBase where subtype == 57: "[引用消息]"
        case Self.appBase where subtype == 62: "拍一拍"
        case Self.appBase: AppType(subtype).label ?? "[消息]"
        default: fixedDisplayText ?? "[消息]"
        }
    }

    /// The ChatLab number as far as the type alone tells (<doc:MessageKinds>).
    public var chatLabType: ChatLabType {
        switch base {
        case 1, 2: .text
        case 3: .image
        case 34: .voice
        case 42, 66, 67: .contact
        case 43, 62: .video
        case 47: .sticker
        case 48: .location
        case 50: .call
        case 10000, 10002: .system
        case Self.appBase: AppType(subtype).chatLabType
        default: .other
        }
    }
}

/// The type of an app message: the number in its `<type>` (<doc:MessageKinds#App-messages>).
public struct AppType: Sendable, Hashable {
    /// The number.
    public let number: UInt32

    /// A type by its number.
    public init(_ number: UInt32) { self.number = number }

    /// The bracketed label in front of the text, nil where the text stands alone.
    public var label: String? {
        switch number {
        case 3, 76, 92: "[音乐]"
        case 5, 49: "[链接]"
        case 6, 74: "[文件]"
        case 8: "[表情]"
        case 19: "[聊天记录]"
        case 24: "[笔记]"
        case 33, 36, 44: "[小程序]"
        case 50, 51: "[视频号]"
        case 53: "[接龙]"
        case 63, 88: "[视频号直播]"
        case 87: "[群公告]"
        case 115, 124: "[礼物]"
        case 2000: "[转账]"
        case 2001: "[红包]"
        case 2003: "[红包封面]"
        default: nil
        }
    }

    /// The ChatLab number.
    public var chatLabType: ChatLabType {
        switch number {
        case 1, 4, 5, 7, 49, 68: .link
        case 3, 24, 33, 36, 44, 51, 63, 76, 88, 92, 115, 124: .share
        case 6, 74: .file
        case 8: .sticker
        case 17: .location
        case 19, 40: .forward
        case 50: .contact
        case 53: .text
        case 57: .reply
        case 62: .poke
        case 87: .system
        case 2000: .transfer
        case 2001, 2003: .redPacket
        default: .other
        }
    }
}
