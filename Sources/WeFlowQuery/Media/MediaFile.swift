import WeFlowMedia
public import WeFlowPages
public import WeFlowParameters

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One file of the export folder, opened for reading.
///
/// The path is walked part by part from the folder's own descriptor, and no part may be a symbolic link: nothing that
/// is put into the folder leads outside it.
public struct MediaFile: ~Copyable, Sendable {
    private static let folders: Set<String> = ["images", "voices", "videos", "emojis"]

    /// Which file; over HTTP it is the rest of the path.
    public static let path = Parameter.required(
        "path", .text,
        "The file's path below the folder of exported media: <talker>/images|voices|videos|emojis/<file>.",
        missing: .init("give the path that stands behind /media/ in a mediaUrl"), .argument, .place("relativePath"),
        .example("xxx@chatroom/images/abc123.jpg"))

    /// What asks for a file.
    @ParameterList public static var parameters: [ParameterDeclaration] { path }

    private let descriptor: CInt
    /// Its length in bytes.
    public let size: Int
    /// Changes when the file does.
    public let tag: String
    /// Last change, Unix time.
    public let modified: Int64
    /// By the name's extension.
    public let contentType: String

    /// Opens a file below the folder.
    ///
    /// - Parameters:
    ///   - path: `<talker>/images|voices|videos|emojis/<file>`, percent-decoded.
    ///   - folder: the export folder.
    /// - Throws: `.forbidden` where the path leaves the folder, `.notFound` where it names no file that was exported.
    public init(_ path: String, in folder: String) throws(WeFlowError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let leaves = parts.contains { $0 == ".." || $0 == "." || $0.utf8.contains(0) } || path.hasPrefix("/")
        guard !leaves else { throw Self.outside }
        guard parts.count == 3, Self.folders.contains(parts[1]), let name = parts.last, !name.hasPrefix("."),
            !parts.contains("")
        else { throw Self.missing }
        var current = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for (index, part) in parts.enumerated() {
            guard current >= 0 else { throw Self.missing }
            let kind = index == parts.count - 1 ? O_NONBLOCK : O_DIRECTORY
            let next = openat(current, part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            let failure = errno
            close(current)
            current = next
            // O_DIRECTORY turns the refusal of a link into ENOTDIR.
            if next < 0, failure == ELOOP || (failure == ENOTDIR && index < parts.count - 1) { throw Self.outside }
        }
        var status = stat()
        guard current >= 0 else { throw Self.missing }
        guard fstat(current, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(current)
            throw Self.missing
        }
        descriptor = current
        size = Int(status.st_size)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        modified = Int64(time.tv_sec)
        tag = "\"\(String(time.tv_sec, radix: 16))-\(String(time.tv_nsec, radix: 16))-\(String(size, radix: 16))\""
        contentType = ExportedMedia.contentType(of: name)
    }

    deinit {
        close(descriptor)
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
        var count = 0
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { room, initialized in
            repeat {
                count = pread(descriptor, room.baseAddress, wanted, off_t(offset))
            } while count < 0 && errno == EINTR
            initialized = max(count, 0)
        }
        guard count > 0 else { throw WeFlowError(.system, "the media file cannot be read to its end") }
        return piece
    }

    private static let missing = WeFlowError(.notFound, "Media not found")
    private static let outside = WeFlowError(.forbidden, "the path leaves the media folder")
}
