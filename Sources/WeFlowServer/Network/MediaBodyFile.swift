internal import WeFlowMedia
internal import WeFlowOutput

/// A body on its way to the disk: uncovered as it comes, named after what it is, and there only when it is complete.
final class MediaBodyFile {
    /// What the body is.
    let format: MediaFormat
    private var media: MomentMedia
    private let path: String
    private let file: OutputFile
    private var offset = 0

    /// Begins a file at `stem`, with the extension of what the body is.
    init(_ media: MomentMedia, stem: String) throws {
        self.media = media
        format = media.format
        path = "\(stem).\(media.format.fileExtension)"
        file = try OutputFile(path: path, isAlone: false)
    }

    /// Takes the next bytes of the body.
    func append(_ bytes: [UInt8]) throws {
        var bytes = bytes
        media.uncover(&bytes, at: offset)
        offset += bytes.count
        try bytes.withUnsafeBytes { try file.write($0) }
    }

    /// Completes the file.
    ///
    /// - Returns: its path.
    func finish() throws -> String {
        try file.finish()
        return path
    }
}
