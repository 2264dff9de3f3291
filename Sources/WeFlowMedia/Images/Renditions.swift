/// Which version of a picture a file holds; the raw value is `mediaRendition` of a message.
public enum Rendition: String, Sendable, Equatable, CaseIterable {
    /// The sender's original.
    case hd
    /// The size that is shown.
    case normal
    /// The thumbnail.
    case thumb
}

/// The name of a stored picture, taken apart: `<base>` and suffixes that say which version it is (<doc:PictureFiles>).
public struct PictureName: Sendable, Equatable {
    /// The versions, in the order in which they are preferred.
    enum Kind: Int, Sendable {
        case hd
        case plain
        case singleByte
        case uncovered
        case bubble
        case other
        case thumb
        case singleByteThumb

        var rendition: Rendition {
            switch self {
            case .hd: .hd
            case .plain, .singleByte, .uncovered, .bubble, .other: .normal
            case .thumb, .singleByteThumb: .thumb
            }
        }
    }

    /// The name without extension and suffixes, in lower case.
    public let base: String
    /// The version.
    let kind: Kind

    /// The version as a message names it.
    public var rendition: Rendition { kind.rendition }
    /// The place of the version among those that are preferred, from 0 for the best.
    public var rank: Int { kind.rawValue }

    /// Takes a file name apart.
    ///
    /// - Returns: nil where its extension is neither `.dat` nor that of a picture, or nothing is left before it.
    public init?(_ fileName: String) {
        guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex,
            Self.extensions.contains(fileName[fileName.index(after: dot)...].lowercased())
        else { return nil }
        var rest = fileName[..<dot]
        var kinds: [Kind] = []
        // Suffixes pile up (`_t_W`), and the base of a picture is never one of them.
        while let separator = rest.lastIndex(where: { $0 == "_" || $0 == "." }), separator != rest.startIndex,
            let kind = Self.kind(ofSuffix: rest[rest.index(after: separator)...])
        {
            kinds.append(kind)
            rest = rest[..<separator]
        }
        base = rest.lowercased()
        if kinds.contains(.thumb) {
            kind = kinds.contains(.singleByte) ? .singleByteThumb : .thumb
        } else if kinds.contains(.hd) {
            kind = .hd
        } else {
            kind = kinds.max { $0.rawValue < $1.rawValue } ?? .plain
        }
    }

    private static let extensions: Set<String> = ["dat", "jpg", "jpeg", "png", "gif", "webp"]

    private static func kind(ofSuffix suffix: Substring) -> Kind? {
        // Upper case means another thing here than lower case does.
        if suffix == "W" { return .singleByte }
        switch suffix.lowercased() {
        case "h", "hd": return .hd
        case "nw": return .uncovered
        case "b": return .bubble
        case "c", "w": return .other
        case "t", "thumb": return .thumb
        default: return nil
        }
    }
}

/// The names under which a video may lie in its month folder (<doc:PictureFiles#Videos>).
public enum VideoName {
    /// `<name>.mp4` before `<name>_raw.mp4`; a name that ends in `_raw` is looked up without it too.
    public static func candidates(for name: String) -> [String] {
        guard name.hasSuffix("_raw"), name.count > 4 else { return ["\(name).mp4", "\(name)_raw.mp4"] }
        return ["\(name.dropLast(4)).mp4", "\(name).mp4", "\(name)_raw.mp4"]
    }

    /// Whether the start of a file is that of a video: `ftyp` at offset 4.
    public static func isVideo(_ head: some Collection<UInt8>) -> Bool {
        head.dropFirst(4).prefix(4).elementsEqual("ftyp".utf8)
    }
}
