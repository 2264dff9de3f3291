import WeFlowCrypto

/// Puts a picture into the form in which the client stores it: `.dat`, version 2.
enum SampleDat {
    /// Bytes that are encrypted with AES at the beginning.
    private static let head = 128
    /// Bytes at the end that are changed by the XOR key.
    private static let tail = 64

    /// A picture as stored.
    ///
    /// - Parameters:
    ///   - picture: the file.
    ///   - key: 16 characters.
    ///   - xorKey: the key of the last bytes.
    /// - Returns: the bytes of the `.dat` file.
    static func encode(_ picture: [UInt8], key: String, xorKey: UInt8) -> [UInt8] {
        let head = min(head, picture.count)
        let tail = min(tail, picture.count - head)
        let padding = 16 - head % 16
        var plain = picture[..<head] + Array(repeating: UInt8(padding), count: padding)
        let aes = AESKey(key.utf8)
        let iv = [UInt8](repeating: 0, count: AESKey.blockLength)
        plain.withUnsafeMutableBytes { plain in
            // Each block alone, which is ECB.
            for start in stride(from: 0, to: plain.count, by: AESKey.blockLength) {
                let block = UnsafeMutableRawBufferPointer(rebasing: plain[start..<(start + AESKey.blockLength)])
                aes.encryptCBC(UnsafeRawBufferPointer(block), iv: iv, into: block)
            }
        }
        var bytes: [UInt8] = [0x07, 0x08, 0x56, 0x32, 0x08, 0x07]
        for length in [head, tail] { withUnsafeBytes(of: UInt32(length).littleEndian) { bytes += $0 } }
        return bytes + [1] + plain + picture[head..<(picture.count - tail)] + picture.suffix(tail).map { $0 ^ xorKey }
    }
}
