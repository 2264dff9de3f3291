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
    /// Files.
    public static let file = MediaKinds(rawValue: 16)
    /// Everything.
    public static let all: MediaKinds = [.image, .voice, .video, .emoji, .file]

    /// Reads the switches of the kinds, each on where it is absent, but for files, which no client expects.
    ///
    /// - Throws: `.usage` where one of them is not a switch.
    init(_ parameters: Parameters) throws(WeFlowError) {
        self = []
        if try parameters[MediaSelection.image] { insert(.image) }
        if try parameters[MediaSelection.voice] { insert(.voice) }
        if try parameters[MediaSelection.video] { insert(.video) }
        if try parameters[MediaSelection.emoji] { insert(.emoji) }
        if try parameters[MediaSelection.file] { insert(.file) }
    }
}

/// What was asked of `media`: `media=1` without a kind is another thing than no media at all.
public struct MediaSelection: Sendable, Equatable {
    static let media = Parameter.flag(
        "media", aliases: ["meiti"], "Export media and name the files.", .group(.media), places)
    static let image = Parameter.flag(
        "image", aliases: ["tupian"], default: true, "With `media`: pictures.", .group(.media), places)
    static let voice = Parameter.flag(
        "voice", aliases: [.misspelt("vioce")], default: true, "With `media`: voice messages.", .group(.media),
        places)
    static let video = Parameter.flag("video", default: true, "With `media`: videos.", .group(.media), places)
    static let emoji = Parameter.flag("emoji", default: true, "With `media`: stickers.", .group(.media), places)
    static let file = Parameter.flag("file", "With `media`: files.", .group(.media), places)
    static let maxFile = FileSizeLimit.parameter(
        "With `media` and `file`: no file larger than this, in bytes or with K, M or G behind the number.", .media)
    /// A tool writes no files.
    private static let places = ParameterTrait.only([.commandLine, .http])

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        media
        image
        voice
        video
        emoji
        file
        maxFile
    }

    /// Whether `media` is on; the answer's `media.enabled`.
    public var isEnabled: Bool
    /// The kinds to export; empty where `media` is off.
    public var kinds: MediaKinds
    /// The most bytes of a file that is exported, nil for any.
    public var largestFile: Int64?

    /// Nothing to export.
    public static let none = MediaSelection(isEnabled: false, kinds: [])

    /// Puts a selection together.
    public init(isEnabled: Bool, kinds: MediaKinds, largestFile: Int64? = nil) {
        self.isEnabled = isEnabled
        self.largestFile = largestFile
        self.kinds = isEnabled ? kinds : []
    }

    /// Reads `media` (`meiti`) and its kinds.
    ///
    /// - Throws: `.usage` where one of them is not a switch, or the largest size of a file is none.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        self.init(
            isEnabled: try parameters[Self.media], kinds: try MediaKinds(parameters),
            largestFile: try FileSizeLimit.read(Self.maxFile, parameters))
    }
}
