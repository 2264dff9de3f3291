import WeFlowMedia
public import WeFlowPages
public import WeFlowParameters
import WeFlowSystem

/// One file of the export folder, opened for reading.
///
/// The path is walked part by part from the folder's own descriptor, and no part may be a symbolic link: nothing that
/// is put into the folder leads outside it.
public struct MediaFile: ~Copyable, Sendable {
    private static let folders: Set<String> = ["images", "voices", "videos", "emojis", Self.strangers]

    /// The folder of what strangers made, of any type.
    private static let strangers = "files"

    /// Which file; over HTTP it is the rest of the path.
    public static let path = Parameter.required(
        "path", .text,
        "The file's path below the folder of exported media: <talker>/images|voices|videos|emojis|files/<file>.",
        missing: .init("give the path that stands behind /media/ in a mediaUrl"), .argument, .place("relativePath"),
        .example("xxx@chatroom/images/abc123.jpg"))

    /// What asks for a file.
    @ParameterList public static var parameters: [ParameterDeclaration] { path }

    private let file: File
    /// Its length in bytes.
    public let size: Int
    /// Changes when the file does.
    public let tag: String
    /// Last change, Unix time.
    public let modified: Int64
    /// By the name's extension.
    public let contentType: String
    /// Its own name.
    public let name: String
    /// Whether a stranger made it, so that no browser may open it by itself.
    public let isForeign: Bool

    /// Opens a file below the folder.
    ///
    /// - Parameters:
    ///   - path: `<talker>/images|voices|videos|emojis|files/<file>`, percent-decoded.
    ///   - folder: the export folder.
    /// - Throws: `.forbidden` where the path leaves the folder, `.notFound` where it names no file that was exported.
    public init(_ path: String, in folder: String) throws(WeFlowError) {
        // By bytes: a mark behind a slash makes one character of both.
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        let leaves = parts.contains { $0 == ".." || $0 == "." || $0.utf8.contains(0) } || Paths.isAbsolute(path)
        guard !leaves else { throw Self.outside }
        guard parts.count == 3, Self.folders.contains(parts[1]), let name = parts.last,
            !name.hasPrefix(parts[1] == Self.strangers ? ExportFolder.temporaryPrefix : "."),
            !parts.contains("")
        else { throw Self.missing }
        guard var file = try? File(folder, for: .folder) else { throw Self.missing }
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            do throws(SystemError) {
                file = try File(part, in: file, for: isLast ? .readingAtOnce : .folder, followingLinks: false)
            } catch {
                // Where a folder is asked for the refusal of a link is that it is none.
                throw error.isLink || error.isNoFolder && !isLast ? Self.outside : Self.missing
            }
        }
        guard let status = try? file.status(), status.kind == .file else { throw Self.missing }
        self.file = file
        size = Int(status.size)
        let time = status.modified
        modified = Int64(time.seconds)
        tag =
            "\"\(String(time.seconds, radix: 16))-\(String(time.nanoseconds, radix: 16))-\(String(size, radix: 16))\""
        contentType = ExportedMedia.contentType(of: name)
        self.name = name
        isForeign = parts[1] == Self.strangers
    }

    /// Reads the file, or a part of it, piece by piece.
    ///
    /// - Parameters:
    ///   - range: which bytes, within `0..<size`.
    ///   - body: takes each piece, at most 64 KiB; valid during the call.
    /// - Throws: `.system` where the file ends early or cannot be read; what `body` throws.
    public func read(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = try piece(at: offset, within: range)
            try piece.withUnsafeBytes(body)
            offset += piece.count
        }
    }

    /// The next piece of a range, at most 64 KiB.
    ///
    /// - Throws: `.system` where the file ends early or cannot be read.
    public func piece(at offset: Int, within range: Range<Int>) throws(WeFlowError) -> [UInt8] {
        let wanted = min(64 << 10, range.upperBound - offset)
        guard let piece = try? file.bytes(wanted, at: Int64(offset)), !piece.isEmpty else {
            throw WeFlowError(.system, "the media file cannot be read to its end")
        }
        return piece
    }

    private static let missing = WeFlowError(.notFound, "Media not found")
    private static let outside = WeFlowError(.forbidden, "the path leaves the media folder")
}
