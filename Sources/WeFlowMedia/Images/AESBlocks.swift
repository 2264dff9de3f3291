import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// AES-128 over whole runs of blocks, without padding.
enum AESBlocks {
    /// The size of a block in bytes.
    static let blockLength = 16
    /// How much is decrypted in one go, in bytes.
    private static let pieceLength = 32_768

    /// CBC. `cipher` must be a positive multiple of 16 bytes, else `MediaFailure.damaged`.
    static func decryptCBC(
        _ cipher: UnsafeRawBufferPointer, key: SymmetricKey, iv: some Collection<UInt8>
    ) throws(MediaFailure) -> Data {
        do {
            return try AES._CBC.decrypt(cipher, using: key, iv: AES._CBC.IV(ivBytes: iv), noPadding: true)
        } catch {
            // Only sizes can be wrong here, and they come from the file.
            throw .damaged
        }
    }

    /// ECB, as one CBC call: CBC XORs each block with the ciphertext before it, and XORing once more undoes that. The
    /// library's own ECB expands the key again for every block.
    private static func decryptECB(_ cipher: UnsafeRawBufferPointer, key: SymmetricKey) throws(MediaFailure) -> Data {
        var plain = try decryptCBC(cipher, key: key, iv: repeatElement(0, count: blockLength))
        plain.withUnsafeMutableBytes { plain in
            UnsafeMutableRawBufferPointer(rebasing: plain[blockLength...]).xor(with: cipher)
        }
        return plain
    }

    /// Decrypts the ECB run of a picture and puts its plain bytes into `target`, whose length is theirs.
    ///
    /// The two may overlap where `target` starts 1 to 16 bytes behind `cipher`, as it does in a file: the run is worked
    /// through from its end, in pieces that stay in the cache.
    ///
    /// - Returns: whether the rest of the run is PKCS#7 padding.
    static func open(
        _ cipher: UnsafeRawBufferPointer, key: SymmetricKey, into target: UnsafeMutableRawBufferPointer
    ) throws(MediaFailure) -> Bool {
        var isPadded = false
        var end = cipher.count
        while end > 0 {
            let start = (end - 1) / pieceLength * pieceLength
            let plain = try decryptECB(UnsafeRawBufferPointer(rebasing: cipher[start..<end]), key: key)
            plain.withUnsafeBytes { plain in
                let length = min(end, target.count) - start
                UnsafeMutableRawBufferPointer(rebasing: target[start..<start + length])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: plain[..<length]))
                if end == cipher.count { isPadded = isPadding(plain[length...]) }
            }
            end = start
        }
        return isPadded
    }

    /// Whether `key` makes the first block of a run with `plainLength` bytes of plain text what it must be: the start of
    /// a picture, or, where the run is shorter than a signature, its padding.
    static func opensFirstBlock(_ block: UnsafeRawBufferPointer, plainLength: Int, key: SymmetricKey) -> Bool {
        let plain: Data
        do { plain = try decryptECB(block, key: key) } catch { return false }
        return plain.withUnsafeBytes { plain in
            if plainLength <= 12 { return isPadding(plain[plainLength...]) }
            let head = UnsafeRawBufferPointer(rebasing: plain[..<min(plainLength, blockLength)])
            return MediaFormat.sniff(head, total: plainLength) != nil
        }
    }

    /// Whether `bytes` are 1 to 16 bytes of PKCS#7 padding.
    static func isPadding(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        (1...blockLength).contains(bytes.count) && bytes.allSatisfy { Int($0) == bytes.count }
    }
}
