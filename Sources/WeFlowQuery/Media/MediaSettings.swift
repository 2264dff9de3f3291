public import WeFlowMedia
public import WeFlowParameters

/// What the export of media needs to know beyond the account.
public struct MediaSettings: Sendable {
    /// The absolute path of the export folder, without a trailing slash.
    public var exportPath: String
    /// What is known of the keys of pictures.
    public var imageKeys: ImageKeys
    /// The program that converts wxgf pictures; nil where there is none.
    public var ffmpeg: FFmpeg?
    /// Fetches stickers; nil where nothing may be fetched.
    public var fetcher: (any MediaFetching)?
    /// The zone by whose months WeChat names folders.
    public var zone: LocalZone

    /// Puts settings together.
    public init(
        exportPath: String, imageKeys: ImageKeys = ImageKeys(), ffmpeg: FFmpeg? = nil,
        fetcher: (any MediaFetching)? = nil, zone: LocalZone = .system
    ) {
        self.exportPath = exportPath
        self.imageKeys = imageKeys
        self.ffmpeg = ffmpeg
        self.fetcher = fetcher
        self.zone = zone
    }
}

/// How far the export of media got.
public struct MediaProgress: Sendable, Equatable {
    /// Messages whose media were looked at.
    public var messages = 0
    /// Files that were written.
    public var written = 0
}
