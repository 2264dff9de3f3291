/// Finding the byte with which a picture was XORed (<doc:StoredPictures>).
enum XorKey {
    /// The key of a legacy file, all of whose bytes are XORed: the one that makes its start a signature, else the
    /// configured one where that gives a picture.
    static func ofWholeFile(
        _ file: UnsafeRawBufferPointer, configured: UInt8?
    ) -> (key: UInt8, format: MediaFormat)? {
        for signature in Signature.all {
            if let key = signature.key(of: file) { return (key, signature.format) }
        }
        // Two bytes of signature would fit one file in 256, so the size field decides.
        if file.count >= 6 {
            let key = file[0] ^ 0x42
            let size = file.littleEndian32(at: 2) ^ (UInt32(key) &* 0x0101_0101)
            if file[1] ^ key == 0x4D, Int(size) == file.count { return (key, .bmp) }
        }
        guard let configured else { return nil }
        let head = file.prefix(MediaFormat.sniffLength).map { $0 ^ configured }
        return head.withUnsafeBytes { MediaFormat.sniff($0, total: file.count) }.map { (configured, $0) }
    }

    /// The key of the XORed tail of a picture, from how pictures of its format end.
    ///
    /// A key that one of the endings shows beats a configured one that none shows: with the configured one the end of
    /// the picture would be wrong for certain.
    static func ofTail(
        _ picture: UnsafeRawBufferPointer, length: Int, format: MediaFormat, configured: UInt8?
    ) -> UInt8? {
        let shown = Ending.of(format).compactMap { $0.key(of: picture, tailLength: length) }
        if let configured, shown.contains(configured) { return configured }
        return shown.first
    }

    /// How a picture ends.
    private struct Ending {
        /// The known bytes.
        let bytes: [UInt8]
        /// How many unknown ones follow.
        let followedBy: Int

        static func of(_ format: MediaFormat) -> [Ending] {
            switch format {
            case .jpeg:
                // Behind the end of image WeChat often puts four fixed bytes, four zeros and an MD5
                // (<doc:MomentStreams#Which-bytes>).
                [
                    Ending(bytes: [0xFF, 0xD9, 0x75, 0xF0, 0xD3, 0x3C, 0, 0, 0, 0], followedBy: 16),
                    Ending(bytes: [0xFF, 0xD9], followedBy: 0),
                ]
            case .png: [Ending(bytes: [0xAE, 0x42, 0x60, 0x82], followedBy: 0)]
            case .gif: [Ending(bytes: [0x00, 0x3B], followedBy: 0)]
            default: []
            }
        }

        /// The key under which `picture` ends so; bytes before the tail must match as they are.
        func key(of picture: UnsafeRawBufferPointer, tailLength: Int) -> UInt8? {
            guard picture.count >= bytes.count + followedBy else { return nil }
            let start = picture.count - followedBy - bytes.count
            let tailStart = picture.count - tailLength
            var key: UInt8?
            for (index, byte) in bytes.enumerated() {
                let difference = picture[start + index] ^ byte
                if start + index < tailStart {
                    if difference != 0 { return nil }
                } else if let key {
                    if difference != key { return nil }
                } else {
                    key = difference
                }
            }
            return key
        }
    }
}

/// The account's XOR key by majority of its thumbnails, for pictures whose own end tells nothing
/// (<doc:StoredPictures>).
///
/// Thumbnails (`*_t.dat`) are always JPEG, so their last two bytes are known. Offer the newest `electorate` of them.
public struct XorKeyElection: Sendable {
    /// How many thumbnails are worth reading.
    public static let electorate = 32

    private var counts = [Int](repeating: 0, count: 256)
    private var total = 0

    /// Starts without votes.
    public init() {}

    /// Counts a thumbnail.
    ///
    /// - Parameters:
    ///   - head: its first 15 bytes or more.
    ///   - lastTwo: its last two bytes.
    /// - Returns: whether it had a vote: it is V1 or V2, its last two bytes are XORed, and both with the same byte.
    @discardableResult
    public mutating func add(head: some Collection<UInt8>, lastTwo: some Collection<UInt8>) -> Bool {
        let head = Array(head.prefix(DatHeader.length))
        let end = Array(lastTwo)
        guard head.count == DatHeader.length, end.count == 2, end[0] ^ 0xFF == end[1] ^ 0xD9 else { return false }
        let isCovered = head.withUnsafeBytes { DatHeader.version(of: $0) != nil && $0.littleEndian32(at: 10) >= 2 }
        guard isCovered else { return false }
        counts[Int(end[0] ^ 0xFF)] += 1
        total += 1
        return true
    }

    /// The key that more than half of the votes are for.
    public var winner: UInt8? {
        guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[most] * 2 > total else {
            return nil
        }
        return UInt8(most)
    }
}
