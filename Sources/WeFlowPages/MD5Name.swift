import Crypto

/// The lower-case hex MD5 of a text's UTF-8 bytes, by which WeChat names tables and folders after a username. It
/// protects nothing.
public func md5Hex(_ text: String) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for byte in md5(text) {
        for nibble in [byte >> 4, byte & 15] {
            digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
    return String(decoding: digits, as: UTF8.self)
}

/// The halves of the same sum as numbers, the first digit the highest.
package func md5Halves(_ text: String) -> (high: UInt64, low: UInt64) {
    md5(text).withUnsafeBytes { digest in
        (
            UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }
}

private func md5(_ text: String) -> Insecure.MD5Digest {
    var hash = Insecure.MD5()
    var text = text
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return hash.finalize()
}
