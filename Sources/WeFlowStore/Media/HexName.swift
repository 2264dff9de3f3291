/// 32 hex digits in any case, as the store writes an md5 or the name of a file: 16 bytes that compare and hash fast.
package struct HexName: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// How many digits there are.
    package static let length = 32

    /// Reads all of a text.
    ///
    /// - Returns: nil where it is not 32 hex digits.
    package init?(_ text: String) {
        var text = text
        guard let name = text.withUTF8({ HexName(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = name
    }

    /// Reads all of a column: 32 hex digits, or the 16 bytes that they spell.
    ///
    /// - Returns: nil where it is neither.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count == 16 {
            self.init(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            return
        }
        guard bytes.count == Self.length else { return nil }
        self.init(startOf: bytes)
    }

    /// Reads the first 32 digits of a file's name.
    ///
    /// - Returns: nil where the name does not begin with them.
    package init?(startOf bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.length else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for at in 0..<Self.length {
            let byte = bytes[at]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte &- 0x30
            case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) &- 0x57
            default: return nil
            }
            if at < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
        }
        self.init(high: words.0, low: words.1)
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The digits in lower case.
    package var text: String {
        func digits(_ word: UInt64) -> String {
            let short = String(word, radix: 16)
            return String(repeating: "0", count: 16 - short.utf8.count) + short
        }
        return digits(high) + digits(low)
    }
}
