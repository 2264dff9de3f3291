/// What a run of bytes is, told by its first bytes alone (<doc:StoredPictures#Signatures>).
///
/// Names and labels on the way of a file are wrong too often: a `.dat` holds a JPEG, a `.jpg` from the media
/// network holds WebP. Everything that `weflow` exports or serves is named after what it is.
public enum MediaFormat: Sendable, Equatable, CaseIterable {
    /// JPEG.
    case jpeg
    /// PNG.
    case png
    /// GIF, still or moving.
    case gif
    /// WebP, still or moving.
    case webp
    /// Windows bitmap.
    case bmp
    /// TIFF of either byte order.
    case tiff
    /// HEIF with HEVC.
    case heic
    /// HEIF with AV1.
    case avif
    /// WeChat's own container around raw HEVC (<doc:WxgfPictures>).
    case wxgf
    /// Any ISO media file that is not a picture.
    case mp4

    /// How many bytes from the start decide; more than these are never looked at.
    public static let sniffLength = 64

    /// Tells the format of `bytes` by their signature, nil where they have none that is known.
    ///
    /// - Parameters:
    ///   - bytes: the start of the file, best `sniffLength` bytes or more; any number is allowed.
    ///   - total: the length of the whole file where `bytes` is only its start; the two-byte signature of BMP is
    ///     checked against it.
    public init?(of bytes: some Collection<UInt8>, total: Int? = nil) {
        let total = total ?? bytes.count
        let found = Array(bytes.prefix(Self.sniffLength)).withUnsafeBytes { Self.sniff($0, total: total) }
        guard let found else { return nil }
        self = found
    }

    /// Whether every browser and viewer shows it as a picture: JPEG, PNG, GIF, WebP and BMP (<doc:PictureFiles>).
    public var isDisplayable: Bool {
        switch self {
        case .jpeg, .png, .gif, .webp, .bmp: true
        case .tiff, .heic, .avif, .wxgf, .mp4: false
        }
    }

    /// Whether it is a still or moving picture of any kind, so not a video.
    public var isPicture: Bool { self != .mp4 }

    /// The extension of an exported file, without its dot.
    public var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .gif: "gif"
        case .webp: "webp"
        case .bmp: "bmp"
        case .tiff: "tif"
        case .heic: "heic"
        case .avif: "avif"
        case .wxgf: "wxgf"
        case .mp4: "mp4"
        }
    }

    /// The content type for bytes that are served by what they are (<doc:MomentStreams#Which-bytes>).
    public var contentType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .bmp: "image/bmp"
        case .tiff: "image/tiff"
        case .heic: "image/heic"
        case .avif: "image/avif"
        case .wxgf: "application/octet-stream"
        case .mp4: "video/mp4"
        }
    }
}

extension MediaFormat {
    /// The format of a file of `total` bytes that starts with `head`.
    static func sniff(_ head: UnsafeRawBufferPointer, total: Int) -> MediaFormat? {
        for signature in Signature.all where signature.key(of: head) == 0 {
            return signature.format
        }
        if isBitmap(head, total: total) { return .bmp }
        return isoMedia(head)
    }

    /// BMP has two bytes of signature only, so the size field must be right or the reserved one zero.
    private static func isBitmap(_ head: UnsafeRawBufferPointer, total: Int) -> Bool {
        guard head.count >= 10, head[0] == 0x42, head[1] == 0x4D else { return false }
        return Int(head.littleEndian32(at: 2)) == total || head.littleEndian32(at: 6) == 0
    }

    /// `ftyp` at offset 4; the brands behind it tell a picture from a video.
    private static func isoMedia(_ head: UnsafeRawBufferPointer) -> MediaFormat? {
        guard head.count >= 8, head.bigEndian32(at: 4) == 0x6674_7970 else { return nil }
        let boxLength = Int(head.bigEndian32(at: 0))
        let end = min(head.count, sniffLength, boxLength >= 12 ? boxLength : sniffLength)
        var format = MediaFormat.mp4
        var at = 8
        while at &+ 4 <= end {
            // The four letters in lower case; only letters occur in the brands that are compared.
            switch head.bigEndian32(at: at) | 0x2020_2020 {
            case brand("avif"), brand("avis"): return .avif
            case brand("heic"), brand("heix"), brand("hevc"), brand("hevx"), brand("mif1"), brand("msf1"):
                format = .heic
            default: break
            }
            at &+= 4
        }
        return format
    }

    private static func brand(_ text: StaticString) -> UInt32 {
        text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }
}

/// The fixed bytes at the start of a picture, longest first, so that the weakest is tried last.
struct Signature: Sendable {
    let format: MediaFormat
    /// The bytes that must stand at the start.
    let start: [UInt8]
    /// Further bytes that must stand at offset 8 (the `WEBP` of a RIFF file).
    let atEight: [UInt8]

    static let all: [Signature] = [
        Signature(.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        Signature(.webp, Array("RIFF".utf8), atEight: Array("WEBP".utf8)),
        Signature(.gif, Array("GIF87a".utf8)),
        Signature(.gif, Array("GIF89a".utf8)),
        Signature(.wxgf, Array("wxgf".utf8)),
        Signature(.tiff, [0x49, 0x49, 0x2A, 0x00]),
        Signature(.tiff, [0x4D, 0x4D, 0x00, 0x2A]),
        Signature(.jpeg, [0xFF, 0xD8, 0xFF]),
    ]

    private init(_ format: MediaFormat, _ start: [UInt8], atEight: [UInt8] = []) {
        self.format = format
        self.start = start
        self.atEight = atEight
    }

    /// The one byte under which `head` XORed shows this signature; 0 where it shows it as it is.
    func key(of head: UnsafeRawBufferPointer) -> UInt8? {
        guard head.count >= (atEight.isEmpty ? start.count : 8 + atEight.count) else { return nil }
        let key = head[0] ^ start[0]
        for (index, byte) in start.enumerated() where head[index] ^ key != byte { return nil }
        for (index, byte) in atEight.enumerated() where head[8 + index] ^ key != byte { return nil }
        return key
    }
}
