/// A picture of a message as it was before WeChat stored it as `.dat` (<doc:StoredPictures>).
///
/// ```swift
/// let picture = try DatPicture(decoding: fileBytes, keys: ImageKeys(aes: ImageKey("0123456789abcdef")))
/// ```
///
/// Decoding works in place in the bytes it is given, so a picture costs no second buffer.
public struct DatPicture: Sendable {
    /// How the picture was stored.
    public enum Form: Sendable, Equatable {
        /// As it is.
        case plain
        /// Every byte XORed with one.
        case xor
        /// AES with the fixed key, XORed tail.
        case v1
        /// AES with the account's key, XORed tail.
        case v2
    }

    /// How it was stored.
    public let form: Form
    /// What it is; `wxgf` needs conversion (`WxgfContainer`).
    public let format: MediaFormat
    /// The picture. Its indices do not start at 0.
    public let bytes: ArraySlice<UInt8>
    /// The byte with which all (`xor`) or the tail (`v1`, `v2`) was XORed, nil where nothing was.
    ///
    /// It differs from the configured one where the end of the picture proves that one wrong.
    public let xorKey: UInt8?

    /// Decodes the bytes of a file in whatever form they are.
    ///
    /// - Parameters:
    ///   - file: the whole file, any bytes; hand it over without keeping it, and it is not copied.
    ///   - keys: what is known of the account's keys. Legacy and V1 pictures need none, V2 needs the AES key; the XOR
    ///     key is found from the end of a JPEG, PNG or GIF where it is not given.
    /// - Throws: `MediaFailure`: `damaged` where the lengths do not fit the file, or the key is right and the padding is
    ///   not; `imageKeyNeeded`, `wrongImageKey`, `imageXorKeyNeeded`, and `unknownFormat` where no form gives a picture.
    public init(decoding file: consuming [UInt8], keys: ImageKeys = ImageKeys()) throws(MediaFailure) {
        var bytes = file
        let found = try bytes.withUnsafeMutableBufferPointer { buffer throws(MediaFailure) in
            try Self.uncover(UnsafeMutableRawBufferPointer(buffer), keys: keys)
        }
        form = found.form
        format = found.format
        xorKey = found.xorKey
        self.bytes = bytes[found.start...]
    }
}

extension DatPicture {
    /// What was found, and where in the buffer the picture now starts.
    private struct Uncovered {
        var form: Form
        var format: MediaFormat
        var xorKey: UInt8?
        var start = 0
    }

    private static func uncover(
        _ file: UnsafeMutableRawBufferPointer, keys: ImageKeys
    ) throws(MediaFailure) -> Uncovered {
        let raw = UnsafeRawBufferPointer(file)
        guard !raw.isEmpty else { throw .damaged }
        if let version = DatHeader.version(of: raw) {
            return try open(file, version: version, keys: keys)
        }
        if let format = MediaFormat.sniff(raw, total: raw.count) {
            return Uncovered(form: .plain, format: format)
        }
        guard let (key, format) = XorKey.ofWholeFile(raw, configured: keys.xor) else { throw .unknownFormat }
        file.xor(with: key)
        return Uncovered(form: .xor, format: format, xorKey: key)
    }

    private static func open(
        _ file: UnsafeMutableRawBufferPointer, version: DatHeader.Version, keys: ImageKeys
    ) throws(MediaFailure) -> Uncovered {
        let header = try DatHeader(of: UnsafeRawBufferPointer(file))
        guard let key = version == .v1 ? ImageKey.fixedV1 : keys.aes else { throw .imageKeyNeeded }

        let isPadded = try openHead(of: file, header: header, key: key)
        let picture = UnsafeMutableRawBufferPointer(rebasing: file[header.plainStart...])
        let xorKey: UInt8?
        let format: MediaFormat?
        do {
            (xorKey, format) = try uncoverTail(of: picture, length: header.tailLength, configured: keys.xor)
        } catch {
            // A wrong AES key also hides what the tail is; then that is what has to be said.
            throw isPadded ? error : .wrongImageKey
        }

        let paddingLength = header.cipherLength - header.plainLength
        guard isPadded else {
            // Where the decrypted run starts as a picture, the key is right and the file is not.
            let head = UnsafeRawBufferPointer(rebasing: picture[..<header.plainLength])
            throw MediaFormat.sniff(head, total: picture.count) == nil ? .wrongImageKey : .damaged
        }
        guard let format else {
            // A wrong key makes one right byte of padding in 256, but not four.
            throw paddingLength < 4 ? .wrongImageKey : .unknownFormat
        }
        return Uncovered(
            form: version == .v1 ? .v1 : .v2, format: format, xorKey: xorKey, start: header.plainStart)
    }

    /// Decrypts the AES run and moves its plain bytes up against what follows it in the file.
    ///
    /// - Returns: whether the padding was right.
    private static func openHead(
        of file: UnsafeMutableRawBufferPointer, header: DatHeader, key: ImageKey
    ) throws(MediaFailure) -> Bool {
        let cipher = UnsafeRawBufferPointer(rebasing: file[header.cipherRange])
        let firstBlock = UnsafeRawBufferPointer(rebasing: cipher[..<AESBlocks.blockLength])
        let fitting = key.candidates.first {
            AESBlocks.opensFirstBlock(firstBlock, plainLength: header.plainLength, key: $0)
        }
        guard let chosen = fitting ?? key.candidates.first else { throw .imageKeyNeeded }
        let target = file[header.plainStart..<header.cipherRange.upperBound]
        return try AESBlocks.open(cipher, key: chosen, into: UnsafeMutableRawBufferPointer(rebasing: target))
    }

    /// XORs the tail of the picture with the key that its end shows, else with the configured one.
    private static func uncoverTail(
        of picture: UnsafeMutableRawBufferPointer, length: Int, configured: UInt8?
    ) throws(MediaFailure) -> (key: UInt8?, format: MediaFormat?) {
        let raw = UnsafeRawBufferPointer(picture)
        let clear = UnsafeRawBufferPointer(rebasing: raw[..<(raw.count - length)])
        let format = MediaFormat.sniff(clear, total: raw.count)
        guard length > 0 else { return (nil, format) }
        let found = format.flatMap { XorKey.ofTail(raw, length: length, format: $0, configured: configured) }
        guard let key = found ?? configured else {
            // Without a format the clear part must be too short to show one, or the picture is none.
            if format == nil, clear.count >= 16 { return (nil, nil) }
            throw .imageXorKeyNeeded
        }
        UnsafeMutableRawBufferPointer(rebasing: picture[(raw.count - length)...]).xor(with: key)
        return (key, format ?? MediaFormat.sniff(raw, total: raw.count))
    }
}
