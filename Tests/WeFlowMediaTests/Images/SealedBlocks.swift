import WeFlowCrypto

/// AES the other way round than the decoders under test.
enum SealedBlocks {
    /// Each block alone.
    static func ecb(_ plain: [UInt8], key: [UInt8]) -> [UInt8] {
        stride(from: 0, to: plain.count, by: 16).flatMap { start in
            var block = Array(plain[start..<start + 16])
            block.withUnsafeMutableBytes { block in
                AESKey(key).encryptCBC(
                    UnsafeRawBufferPointer(block), iv: [UInt8](repeating: 0, count: 16), into: block)
            }
            return block
        }
    }
}
