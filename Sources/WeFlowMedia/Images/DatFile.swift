import WeFlowCrypto

/// Files of any kind that the client keeps in the forms of pictures, as it does those of favourites: what they are is told
/// by their MD5, which is known, and by no signature (<doc:StoredPictures#Files-that-are-no-pictures>).
public enum DatFile {
    /// By how many bytes a stored file may be longer than what it holds.
    public static let largestOverhead = DatHeader.length + AESBlocks.blockLength

    /// Tails longer than this, in bytes, are tried with the known keys alone.
    private static let longestTail = 64 << 10

    /// Uncovers a file in whatever form it is.
    ///
    /// - Parameters:
    ///   - file: the whole file, any bytes.
    ///   - md5: the MD5 of what it should hold, 32 hex digits.
    ///   - headMD5: the MD5 of the first 256 bytes of that, "" where it is not known.
    ///   - keys: what is known of the account's keys.
    /// - Returns: what it holds, nil where that has another MD5 or the key is missing. Its indices may not start at 0.
    public static func plain(_ file: [UInt8], md5: String, headMD5: String, keys: ImageKeys) -> ArraySlice<UInt8>? {
        guard let wanted = [UInt8](hexDigits: md5.utf8), wanted.count == 16 else { return nil }
        if MD5.hash(file) == wanted { return file[...] }
        if let version = file.withUnsafeBytes({ DatHeader.version(of: $0) }) {
            return opened(file, version, wanted, keys)
        }
        let head = [UInt8](hexDigits: headMD5.utf8)
        let candidates =
            [keys.xor]
            + file.withUnsafeBytes { bytes in
                [
                    XorKey.ofWholeFile(bytes, configured: nil)?.key,
                    head.flatMap { head in keyOfHead(UnsafeRawBufferPointer(rebasing: bytes.prefix(256)), head) },
                ]
            }
        for case let key? in candidates {
            var bytes = file
            bytes.withUnsafeMutableBytes { $0.xor(with: key) }
            if MD5.hash(bytes) == wanted { return bytes[...] }
        }
        return nil
    }

    /// The byte under which the beginning of a file has this MD5.
    private static func keyOfHead(_ head: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> UInt8? {
        (1...UInt8.max).first { key in MD5.hash(head.map { $0 ^ key }) == wanted }
    }

    private static func opened(
        _ file: [UInt8], _ version: DatHeader.Version, _ wanted: [UInt8], _ keys: ImageKeys
    ) -> ArraySlice<UInt8>? {
        guard let header = try? file.withUnsafeBytes({ bytes throws(MediaFailure) in try DatHeader(of: bytes) }) else {
            return nil
        }
        for key in (version == .v1 ? ImageKey.fixedV1 : keys.aes)?.candidates ?? [] {
            var bytes = file
            let isOpen = bytes.withUnsafeMutableBytes { bytes in
                let cipher = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[header.cipherRange])
                let target = bytes[header.plainStart..<header.cipherRange.upperBound]
                return (try? AESBlocks.open(cipher, key: key, into: UnsafeMutableRawBufferPointer(rebasing: target)))
                    ?? false
            }
            guard isOpen else { continue }
            let tail = bytes.count - header.tailLength
            guard let xor = tailKey(bytes[header.plainStart..<tail], bytes[tail...], wanted, keys.xor) else { continue }
            bytes.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[tail...]).xor(with: xor) }
            return bytes[header.plainStart...]
        }
        return nil
    }

    /// The byte under which the tail makes the whole have this MD5: the known one, else any.
    private static func tailKey(
        _ clear: ArraySlice<UInt8>, _ tail: ArraySlice<UInt8>, _ wanted: [UInt8], _ known: UInt8?
    ) -> UInt8? {
        var beginning = MD5()
        clear.withUnsafeBytes { beginning.update($0) }
        func fits(_ key: UInt8) -> Bool {
            var whole = beginning
            whole.update(tail.map { $0 ^ key })
            return whole.finalize() == wanted
        }
        if let known, fits(known) { return known }
        // Without a tail every byte does.
        if tail.isEmpty { return fits(0) ? 0 : nil }
        return tail.count > longestTail ? nil : (UInt8.min...UInt8.max).first(where: fits)
    }
}
