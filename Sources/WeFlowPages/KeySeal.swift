import WeFlowCrypto

/// Seals what is remembered of keys under the user's own: AES-256-CBC, and an HMAC-SHA512 over all of the file before it
/// (<doc:KeyForms#The-key-cache>).
final class KeySeal: Sendable {
    private let aes: AESKey
    private let mac: PageMAC
    private static let purpose = Array("weflow page key cache".utf8)
    private static let ivSize = AESKey.blockLength
    private static let tagSize = 64

    /// Derives a key to encrypt with and a key to sign with.
    init(_ key: SecretBytes) {
        let derived = Self.purpose.withUnsafeBytes { PageMAC(key: key).tag(of: $0) }
        (aes, mac) = derived.withUnsafeBytes { bytes in
            (AESKey(bytes.prefix(32)), PageMAC(key: SecretBytes(UnsafeRawBufferPointer(rebasing: bytes[32...]))))
        }
    }

    /// Seals bytes.
    ///
    /// - Parameters:
    ///   - plain: whole blocks of 16 bytes.
    ///   - head: what stands before them, for anybody to read.
    /// - Returns: the whole file.
    func seal(_ plain: SecretBytes, behind head: [UInt8]) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let random: (UInt64, UInt64) = (generator.next(), generator.next())
        let iv = withUnsafeBytes(of: random) { Array($0) }
        var sealed = head + iv + [UInt8](repeating: 0, count: plain.count)
        sealed.withUnsafeMutableBytes { bytes in
            let target = UnsafeMutableRawBufferPointer(rebasing: bytes[(head.count + iv.count)...])
            plain.withUnsafeBytes { aes.encryptCBC($0, iv: iv, into: target) }
        }
        let tag = sealed.withUnsafeBytes { mac.tag(of: $0) }
        tag.withUnsafeBytes { sealed.append(contentsOf: $0) }
        return sealed
    }

    /// Opens what ``seal(_:behind:)`` made.
    ///
    /// - Returns: the plain bytes; nil where another key sealed it, it has another head, or it is damaged.
    func open(_ sealed: UnsafeRawBufferPointer, behind head: [UInt8]) -> SecretBytes? {
        let plainSize = sealed.count - head.count - Self.ivSize - Self.tagSize
        guard plainSize >= 0, plainSize.isMultiple(of: AESKey.blockLength), sealed.starts(with: head) else {
            return nil
        }
        let (body, tag) = (sealed.dropLast(Self.tagSize), sealed.suffix(Self.tagSize))
        let wanted = mac.tag(of: UnsafeRawBufferPointer(rebasing: body))
        // All bytes are compared, so that the time does not tell how many fit.
        let difference = wanted.withUnsafeBytes { zip($0, tag).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } }
        guard difference == 0 else { return nil }
        let rest = body.dropFirst(head.count)
        return SecretBytes(count: plainSize) { target in
            aes.decryptCBC(
                UnsafeRawBufferPointer(rebasing: rest.dropFirst(Self.ivSize)), iv: Array(rest.prefix(Self.ivSize)),
                into: target)
        }
    }
}
