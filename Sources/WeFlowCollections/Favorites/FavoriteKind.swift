/// What a favourite is (<doc:Favourites#Kinds>).
public enum FavoriteKind: String, Sendable, Equatable, CaseIterable {
    case text, image, voice, video, link, location, music, file, record, product, note, miniprogram, channels

    /// The kind behind `type` of the row; nil for a number that nobody has a name for.
    public init?(number: Int64) {
        switch number {
        case 1: self = .text
        case 2: self = .image
        case 3: self = .voice
        case 4: self = .video
        case 5: self = .link
        case 6: self = .location
        case 7: self = .music
        case 8: self = .file
        case 14: self = .record
        case 16: self = .product
        case 18: self = .note
        case 19: self = .miniprogram
        case 20: self = .channels
        default: return nil
        }
    }

    /// Whether its parts are contents of their own, rather than the thumbnail of the whole.
    var hasParts: Bool {
        switch self {
        case .image, .voice, .video, .file, .record, .note: true
        default: false
        }
    }

    /// Whether its parts are numbered like those of a forwarded record.
    var isNumberedAsRecord: Bool { self == .record || self == .note }
}

/// What a part of a favourite is (<doc:Favourites#Kinds-of-parts>).
public enum FavoritePartKind: Sendable, Equatable {
    case text, image, voice, video, link, location, music, file, record, product, miniprogram, channels, sticker, card
    /// A number that nobody has a name for.
    case other(Int64)

    /// As the answer names it.
    public var name: String {
        switch self {
        case .text: "text"
        case .image: "image"
        case .voice: "voice"
        case .video: "video"
        case .link: "link"
        case .location: "location"
        case .music: "music"
        case .file: "file"
        case .record: "record"
        case .product: "product"
        case .miniprogram: "miniprogram"
        case .channels: "channels"
        case .sticker: "sticker"
        case .card: "card"
        case .other(let number): String(number)
        }
    }

    /// What stands for it in a text; "" where the text itself is it.
    var label: String {
        switch self {
        case .text, .other: ""
        case .image: "[图片]"
        case .voice: "[语音]"
        case .video: "[视频]"
        case .link: "[链接]"
        case .location: "[位置]"
        case .music: "[音乐]"
        case .file: "[文件]"
        case .record: "[聊天记录]"
        case .product: "[商品]"
        case .miniprogram: "[小程序]"
        case .channels: "[视频号]"
        case .sticker: "[表情]"
        case .card: "[名片]"
        }
    }

    /// Whether a file belongs to it.
    public var hasFile: Bool {
        switch self {
        case .image, .voice, .video, .file: true
        default: false
        }
    }

    /// The kind of a part.
    ///
    /// - Parameters:
    ///   - number: `datatype`.
    ///   - format: the extension without its dot, lower case.
    ///   - isRecord: whether the numbers are those of a forwarded record.
    init(number: Int64, format: String, isRecord: Bool) {
        let kind = isRecord ? Self.inRecord(number) : Self.ordinary(number)
        switch kind {
        // What is numbered alike in both, or is no file of its own, is what the number says.
        case .text, .location, .music, .file, .record, .product, .miniprogram, .sticker: self = kind
        default: self = Self.byFormat(format) ?? kind
        }
    }

    private static func byFormat(_ format: String) -> Self? {
        switch format {
        case "mp4", "mov", "m4v": .video
        case "silk", "slk", "amr", "mp3", "m4a": .voice
        case "jpg", "jpeg", "png", "gif", "webp": .image
        default: nil
        }
    }

    private static func ordinary(_ number: Int64) -> Self {
        switch number {
        case 1: .text
        case 2: .image
        case 3: .voice
        case 4: .video
        case 5: .link
        case 6: .location
        case 7: .music
        case 8: .file
        case 14, 17: .record
        case 16: .product
        case 19, 36: .miniprogram
        case 20, 22, 23: .channels
        case 37: .sticker
        default: .other(number)
        }
    }

    private static func inRecord(_ number: Int64) -> Self {
        switch number {
        case 1: .text
        case 2: .image
        case 3: .card
        case 4: .voice
        case 5: .video
        case 6: .link
        case 7: .location
        case 8: .file
        case 14, 17: .record
        case 19, 36: .miniprogram
        case 20: .voice
        case 22, 23: .channels
        case 29, 32: .music
        case 37: .sticker
        default: .other(number)
        }
    }
}
