public import WeFlowPages
public import WeFlowParameters

/// Which kinds of media a request exports.
public struct MediaKinds: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Pictures.
    public static let image = MediaKinds(rawValue: 1)
    /// Voice messages.
    public static let voice = MediaKinds(rawValue: 2)
    /// Videos.
    public static let video = MediaKinds(rawValue: 4)
    /// Stickers.
    public static let emoji = MediaKinds(rawValue: 8)
    /// Everything.
    public static let all: MediaKinds = [.image, .voice, .video, .emoji]

    /// Reads the switches of the kinds, each on where it is absent.
    ///
    /// - Throws: `.usage` where one of them is not a switch.
    init(_ parameters: Parameters) throws(WeFlowError) {
        self = []
        if try parameters[MediaSelection.image] { insert(.image) }
        if try parameters[MediaSelection.voice] { insert(.voice) }
        if try parameters[MediaSelection.video] { insert(.video) }
        if try parameters[MediaSelection.emoji] { insert(.emoji) }
    }
}

/// What was asked of `media`: `media=1` without a kind is another thing than no media at all.
public struct MediaSelection: Sendable, Equatable {
    static let media = Parameter.flag("media", aliases: ["meiti"], "Export media and name the files.", .group(.media))
    static let image = Parameter.flag(
        "image", aliases: ["tupian"], default: true, "With `media`: pictures.", .group(.media))
    static let voice = Parameter.flag(
        "voice", aliases: [.misspelt("vioce")], default: true, "With `media`: voice messages.", .group(.media))
    static let video = Parameter.flag("video", default: true, "With `media`: videos.", .group(.media))
    static let emoji = Parameter.flag("emoji", default: true, "With `media`: stickers.", .group(.media))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        media
        image
        voice
        video
        emoji
    }

    /// Whether `media` is on; the answer's `media.enabled`.
    public var isEnabled: Bool
    /// The kinds to export; empty where `media` is off.
    public var kinds: MediaKinds

    /// Nothing to export.
    public static let none = MediaSelection(isEnabled: false, kinds: [])

    /// Puts a selection together.
    public init(isEnabled: Bool, kinds: MediaKinds) {
        self.isEnabled = isEnabled
        self.kinds = isEnabled ? kinds : []
    }

    /// Reads `media` (`meiti`) and its kinds.
    ///
    /// - Throws: `.usage` where one of them is not a switch.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        self.init(isEnabled: try parameters[Self.media], kinds: try MediaKinds(parameters))
    }
}
