/// What the body of a moment's picture or video is and how it is covered, decided from its start
/// (<doc:MomentStreams#Which-bytes>).
///
/// ```swift
/// var media = try MomentMedia(head: body.prefix(MediaFormat.sniffLength), key: MomentKeystream.key(from: text))
/// media.uncover(&chunk, at: offset)
/// ```
///
/// Bodies are uncovered piece by piece and in any order, so neither a large video nor a `Range` needs the whole.
public struct MomentMedia: Sendable {
    /// How many bytes of a video are covered; the rest is plain.
    public static let coveredVideoLength = 131_072

    /// What it is.
    public let format: MediaFormat
    /// How many bytes from the start are covered: 0 for a plain body, `Int.max` for a whole picture.
    public let coveredLength: Int

    private var keystream: MomentKeystream?

    /// Recognises a body.
    ///
    /// The bytes decide, not the address or the headers: a video that is plain already stays so, a picture is uncovered
    /// where that makes it one.
    ///
    /// - Parameters:
    ///   - head: the first 64 bytes of the body, or all of a shorter one.
    ///   - total: the length of the body where it is known.
    ///   - key: the moment's key, nil where it has none (`MomentKeystream.key(from:)`).
    ///   - encryptedLength: what the network says of a video (`X-enclen`), where it does.
    /// - Throws: `MediaFailure`: `damaged` where `head` is empty, `wrongMediaKey` where there is a key and neither the
    ///   bytes nor the uncovered bytes are media, `unknownFormat` where there is none.
    public init(
        head: some Collection<UInt8>, total: Int? = nil, key: UInt64?, encryptedLength: Int? = nil
    ) throws(MediaFailure) {
        var head = Array(head.prefix(MediaFormat.sniffLength))
        guard !head.isEmpty else { throw .damaged }
        let plain = MediaFormat(of: head, total: total)
        // `ftyp` in the right place is no chance; the shorter signatures of pictures could be.
        guard let key, plain != .mp4 else {
            guard let plain else { throw .unknownFormat }
            (format, coveredLength, keystream) = (plain, 0, nil)
            return
        }
        var stream = MomentKeystream(key: key)
        head.withUnsafeMutableBytes { stream.xor($0, at: 0) }
        if let uncovered = MediaFormat(of: head, total: total) {
            format = uncovered
            let videoLength = max(0, encryptedLength ?? Self.coveredVideoLength)
            coveredLength = uncovered.isPicture ? .max : videoLength
            keystream = stream
        } else if let plain {
            (format, coveredLength, keystream) = (plain, 0, nil)
        } else {
            throw .wrongMediaKey
        }
    }

    /// Uncovers the bytes that lie at `offset` of the body, in place.
    ///
    /// - Parameters:
    ///   - bytes: any number of them.
    ///   - offset: not negative.
    public mutating func uncover(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        guard offset >= 0, offset < coveredLength else { return }
        let length = min(bytes.count, coveredLength - offset)
        keystream?.xor(UnsafeMutableRawBufferPointer(rebasing: bytes[..<length]), at: offset)
    }

    /// Uncovers the bytes that lie at `offset` of the body, in place.
    ///
    /// - Parameters:
    ///   - bytes: any number of them.
    ///   - offset: not negative.
    public mutating func uncover(_ bytes: inout [UInt8], at offset: Int = 0) {
        bytes.withUnsafeMutableBytes { uncover($0, at: offset) }
    }
}
