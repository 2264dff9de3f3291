import Crypto

/// The lower-case hex MD5 of a text's UTF-8 bytes, by which WeChat names tables and folders after a username. It
/// protects nothing.
public func md5Hex(_ text: String) -> String {
    var hash = Insecure.MD5()
    var text = text
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for byte in hash.finalize() {
        for nibble in [byte >> 4, byte & 15] {
            digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
    return String(decoding: digits, as: UTF8.self)
}
