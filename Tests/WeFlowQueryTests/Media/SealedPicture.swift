import WeFlowCrypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes V2 pictures, the other way round than the decoder under test.
enum SealedPicture {
    /// A V2 file: everything but `tail` bytes under AES, these under XOR.
    static func v2(_ plain: [UInt8], key: [UInt8], tail: Int, xor: UInt8) -> [UInt8] {
        let head = Array(plain.dropLast(tail))
        let padding = 16 - head.count % 16
        let padded = head + [UInt8](repeating: UInt8(padding), count: padding)
        var sealed: [UInt8] = []
        for start in stride(from: 0, to: padded.count, by: 16) {
            var block = Array(padded[start..<start + 16])
            block.withUnsafeMutableBytes { block in
                AESKey(key).encryptCBC(
                    UnsafeRawBufferPointer(block), iv: [UInt8](repeating: 0, count: 16), into: block)
            }
            sealed += block
        }
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        return [7, 8, 0x56, 0x32, 8, 7] + word(head.count) + word(tail) + [1] + sealed
            + plain.suffix(tail).map { $0 ^ xor }
    }
}

/// Lets a file be run.
func chmodExecutable(_ path: String) -> Bool {
    chmod(path, 0o755) == 0
}
