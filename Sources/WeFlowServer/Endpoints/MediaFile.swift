import HTTPTypes
import WeFlowPages

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One file of the export folder, opened for sending (contract section 8).
///
/// The path is walked part by part from the folder's own descriptor, and no part may be a symbolic link: nothing that
/// is put into the folder makes the server read outside it.
struct MediaFile: ~Copyable {
    private static let folders: Set<String> = ["images", "voices", "videos", "emojis"]

    private let descriptor: CInt
    /// Length in bytes.
    let size: Int
    /// Changes when the file does.
    let tag: String
    /// Last change, Unix time.
    let modified: Int64
    /// By the name's extension.
    let contentType: String

    /// Opens a file below the folder.
    ///
    /// - Parameters:
    ///   - path: `<talker>/images|voices|videos|emojis/<file>`, percent-decoded.
    ///   - folder: the export folder.
    /// - Throws: `.forbidden` where the path leaves the folder, `.notFound` where it names no file that was exported.
    init(_ path: String, in folder: String) throws(WeFlowError) {
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
        contentType = Self.contentType(of: name)
    }

    deinit {
        close(descriptor)
    }

    /// Sends the file, or what a request wants of it: nothing where the client has it already, or one range.
    func send(_ call: Call, to writer: AnswerWriter) async throws {
        writer.isCompressible = false
        writer.head.headerFields = [
            .contentType: contentType, .eTag: tag, .lastModified: HTTPDate.text(modified), .acceptRanges: "bytes",
            .cacheControl: "private, no-cache",
        ]
        if let known = call.headers[.ifNoneMatch], Self.lists(known, tag) {
            writer.head.status = .notModified
            return
        }
        var range = 0..<size
        if call.method == .get, writer.wantsBody, let wanted = call.headers[.range],
            call.headers[.ifRange].map({ $0 == tag }) ?? true
        {
            switch ByteRange.parse(wanted, size: size) {
            case .whole: break
            case .part(let part):
                range = part
                writer.head.status = .partialContent
                writer.head.headerFields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
            case .outside:
                throw Refusal(
                    .rangeNotSatisfiable, "Range lies behind the end; the file has \(size) bytes",
                    headers: [.contentRange: "bytes */\(size)"])
            }
        }
        writer.head.headerFields[.contentLength] = "\(range.count)"
        if writer.wantsBody { try await read(range, to: writer) }
    }

    private func read(_ range: Range<Int>, to writer: AnswerWriter) async throws {
        var chunk = [UInt8](repeating: 0, count: min(64 << 10, range.count))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(chunk.count, range.upperBound - offset)
            let count = pread(descriptor, &chunk, wanted, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw WeFlowError(.system, "the media file could not be read to its end") }
            chunk.withUnsafeBytes { writer.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            try await writer.flush()
            offset += count
        }
    }

    private static let missing = WeFlowError(.notFound, "Media not found")
    private static let outside = WeFlowError(.forbidden, "the path leaves the media folder")

    /// Whether an `If-None-Match` names the tag; weak ones compare alike.
    private static func lists(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " }
            if item.hasPrefix("W/") { item = item.dropFirst(2) }
            while item.last == " " { item.removeLast() }
            return item == "*" || item == tag
        }
    }

    private static func contentType(of name: String) -> String {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        return switch name[dot...].lowercased() {
        case ".png": "image/png"
        case ".jpg", ".jpeg": "image/jpeg"
        case ".gif": "image/gif"
        case ".webp": "image/webp"
        case ".wav": "audio/wav"
        case ".mp3": "audio/mpeg"
        case ".mp4": "video/mp4"
        default: "application/octet-stream"
        }
    }
}
