import WeFlowCrypto

/// AES-128 over whole runs of blocks, without padding.
enum AESBlocks {
    /// The size of a block in bytes.
    static let blockLength = AESKey.blockLength
    /// How much is decrypted in one go, in bytes.
    private static let pieceLength = 32_768

    /// CBC. `cipher` must be a multiple of 16 bytes, else `MediaFailure.damaged`.
    static func decryptCBC(
        _ cipher: UnsafeRawBufferPointer, key: AESKey, iv: [UInt8]
    ) throws(MediaFailure) -> [UInt8] {
        guard cipher.count.isMultiple(of: blockLength) else { throw .damaged }
        return [UInt8](unsafeUninitializedCapacity: cipher.count) { plain, count in
            key.decryptCBC(
                cipher, iv: iv,
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(plain)[..<cipher.count]))
            count = cipher.count
        }
    }

    /// ECB, as one CBC call: CBC XORs each block with the ciphertext before it, and XORing once more undoes that.
    private static func decryptECB(_ cipher: UnsafeRawBufferPointer, key: AESKey) throws(MediaFailure) -> [UInt8] {
        var plain = try decryptCBC(cipher, key: key, iv: [UInt8](repeating: 0, count: blockLength))
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
        _ cipher: UnsafeRawBufferPointer, key: AESKey, into target: UnsafeMutableRawBufferPointer
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
    static func opensFirstBlock(_ block: UnsafeRawBufferPointer, plainLength: Int, key: AESKey) -> Bool {
        let plain: [UInt8]
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
