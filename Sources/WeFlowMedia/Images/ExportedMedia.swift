import WeFlowCrypto

/// The kinds of media that `media=1` exports; the raw value is `mediaType` (<doc:ExportedFiles>).
public enum MediaKind: String, Sendable, Equatable, CaseIterable {
    /// A picture.
    case image
    /// A voice, as WAV.
    case voice
    /// A video.
    case video
    /// A sticker.
    case emoji
    /// A file.
    case file

    /// The folder below the talker's.
    public var folder: String { "\(rawValue)s" }
}

/// Where an exported file lies below the export path, and its address (<doc:ExportedFiles>).
public struct ExportedMedia: Sendable, Equatable {
    /// The talker's folder (`FileName.talkerFolder`).
    public let talkerFolder: String
    /// The kind, which names the folder below.
    public let kind: MediaKind
    /// The file's name.
    public let fileName: String

    /// Puts together what are already safe names.
    public init(talkerFolder: String, kind: MediaKind, fileName: String) {
        self.talkerFolder = talkerFolder
        self.kind = kind
        self.fileName = fileName
    }

    /// `<talker>/<kind>s/<file>`.
    public var relativePath: String { "\(talkerFolder)/\(kind.folder)/\(fileName)" }

    /// The path of `mediaUrl`, with everything percent-encoded but unreserved characters, `@` and `/`.
    public var urlPath: String {
        var path = "/api/v1/media/"
        for byte in relativePath.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A,
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "@"), UInt8(ascii: "/"):
                path.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                path += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return path
    }

    /// The content type by which an exported file is served, from its extension.
    public static func contentType(of fileName: String) -> String {
        guard let dot = fileName.lastIndex(of: ".") else { return "application/octet-stream" }
        return switch fileName[fileName.index(after: dot)...].lowercased() {
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "wav": "audio/wav"
        case "mp3": "audio/mpeg"
        case "mp4": "video/mp4"
        default: "application/octet-stream"
        }
    }
}

/// Names of exported files and folders (<doc:ExportedFiles#Safe-names>).
public enum FileName {
    /// The most bytes that a sanitised name has.
    public static let lengthLimit = 120

    /// Makes a name out of any text: trimmed; `< > : " / \ | ? *` and control characters, and a dot at its start, become
    /// `_`; dots at its end go; at most `lengthLimit` bytes, cut between characters.
    ///
    /// - Parameters:
    ///   - text: the wanted name.
    ///   - fallback: the name where nothing is left; itself not looked at.
    /// - Returns: a name that is one safe component.
    public static func sanitised(_ text: String, fallback: String) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || scalar == "\u{FEFF}" }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return fallback }
        var kept: [Unicode.Scalar] = scalars[first...last].map { isForbidden($0) ? "_" : $0 }
        while kept.last == "." { kept.removeLast() }
        guard !kept.isEmpty else { return fallback }
        if kept[0] == "." { kept[0] = "_" }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: kept)
        var result = String(name)
        while result.utf8.count > lengthLimit { result.removeLast() }
        while result.last == "." { result.removeLast() }
        return result.isEmpty ? fallback : result
    }

    /// Names the folder of a talker.
    ///
    /// - Parameters:
    ///   - talker: the session id.
    ///   - distinct: whether another talker has the same folder already; then this one's gets the start of its MD5.
    /// - Returns: the folder's name.
    public static func talkerFolder(_ talker: String, distinct: Bool = false) -> String {
        let name = sanitised(talker, fallback: "session")
        guard distinct else { return name }
        return name + "_" + HexDigits.text(MD5.hash(Array(talker.utf8)).prefix(4))
    }

    /// Names an exported picture.
    ///
    /// - Parameters:
    ///   - md5: `img@md5`, taken where it is 32 hex digits.
    ///   - packed: the name from `packed_info_data`, taken next, under the same condition.
    ///   - localId: names it where neither is there.
    ///   - format: what the bytes are; nil gives `.jpg`.
    /// - Returns: the file's name.
    public static func picture(md5: String?, packed: String?, localId: Int, format: MediaFormat?) -> String {
        let base = hexName(md5) ?? hexName(packed) ?? "image_\(localId)"
        return "\(base).\(format?.fileExtension ?? "jpg")"
    }

    /// Names an exported voice: `voice_<localId>.wav`.
    ///
    /// `laterCreateTime` is set where an earlier message of the same talker has the same `localId` (in another shard);
    /// then it is part of the name.
    public static func voice(localId: Int, laterCreateTime: Int? = nil) -> String {
        guard let laterCreateTime else { return "voice_\(localId).wav" }
        return "voice_\(localId)_\(laterCreateTime).wav"
    }

    /// Names an exported video.
    ///
    /// - Parameters:
    ///   - packed: the name from `packed_info_data`, taken where it is 32 hex digits.
    ///   - md5: `videomsg@md5`, taken next, under the same condition.
    ///   - localId: names it where neither is there.
    /// - Returns: the file's name.
    public static func video(packed: String?, md5: String?, localId: Int) -> String {
        "\(hexName(packed) ?? hexName(md5) ?? "video_\(localId)").mp4"
    }

    /// Names an exported sticker.
    ///
    /// - Parameters:
    ///   - md5: `emoji@md5`, taken where it is 32 hex digits.
    ///   - localId: names it where there is none.
    ///   - format: what the bytes are.
    ///   - url: where they came from; its extension counts where the bytes tell nothing.
    /// - Returns: the file's name.
    public static func emoji(md5: String?, localId: Int, format: MediaFormat?, url: String? = nil) -> String {
        let base = hexName(md5) ?? "emoji_\(localId)"
        return "\(base).\(format?.fileExtension ?? url.flatMap(pictureExtension) ?? "gif")"
    }

    /// Whether a name out of the store may be joined to a folder: not empty, one component, neither `.` nor `..`.
    public static func isSafeComponent(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == 0 || $0 == 0x2F || $0 == 0x5C }
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", ":", "\"", "/", "\\", "|", "?", "*": true
        default: scalar.value < 0x20
        }
    }

    /// 32 hex digits in lower case, else nil.
    private static func hexName(_ text: String?) -> String? {
        guard let text, text.utf8.count == 32, [UInt8](hexDigits: text.utf8) != nil else { return nil }
        return text.lowercased()
    }

    /// The extension in the path of an address, where it is one of a picture.
    private static func pictureExtension(of url: String) -> String? {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        let found = path[path.index(after: dot)...].lowercased()
        return ["gif", "png", "jpg", "jpeg", "webp"].contains(found) ? found : nil
    }
}
