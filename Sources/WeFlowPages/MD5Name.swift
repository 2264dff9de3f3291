import WeFlowCrypto

/// The lower-case hex MD5 of a text's UTF-8 bytes, by which WeChat names tables and folders after a username. It
/// protects nothing.
public func md5Hex(_ text: String) -> String {
    HexDigits.text(md5(text))
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

private func md5(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { MD5.hash(UnsafeRawBufferPointer($0)) }
}
