/// Bytes as hex digits in lower case, two for each.
public enum HexDigits {
    /// The digits as text.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Self.bytes(bytes), as: UTF8.self)
    }

    /// The digits as ASCII.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 15))
        }
        return digits
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
