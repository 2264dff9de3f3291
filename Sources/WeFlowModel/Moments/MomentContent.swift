/// The forms in which a row's `content` may lie (<doc:Posts#Forms-of-the-column>): every measured one was plain XML,
/// the others are understood in case a client changes its mind.
enum MomentContent {
    /// Hands the XML of a column to `body`.
    ///
    /// - Returns: false, without a call, where the bytes are none of the forms.
    static func withXML(
        in stored: UnsafeRawBufferPointer, decoder: ContentDecoder, _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        if isMarkup(stored) {
            body(stored)
            return true
        }
        if withFrame(stored, decoder: decoder, body) { return true }
        for decode in [hex, base64] {
            guard let bytes = decode(stored.trimmed(0..<stored.count), stored) else { continue }
            let isRead = bytes.withUnsafeBytes { bytes in
                if isMarkup(bytes) {
                    body(bytes)
                    return true
                }
                return withFrame(bytes, decoder: decoder, body)
            }
            if isRead { return true }
        }
        return false
    }

    private static func withFrame(
        _ bytes: UnsafeRawBufferPointer, decoder: ContentDecoder, _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        guard ContentDecoder.isCompressed(bytes) else { return false }
        return decoder.withText(of: bytes) { text in
            // A damaged frame gives nothing; the post then says that it is not whole.
            guard case .success(let text) = text else { return false }
            body(text)
            return true
        }
    }

    /// Whether the bytes begin with a tag, behind blanks or a byte order mark.
    private static func isMarkup(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = bytes.trimmed(0..<bytes.count).lowerBound
        return bytes.matches("<", at: start) || bytes.matches("\u{FEFF}<", at: start)
            || bytes.matches("&lt;", at: start)
    }

    private static func hex(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard range.count >= 8, range.count.isMultiple(of: 2) else { return nil }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count / 2)
        for at in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            guard let high = hexDigit(bytes[at]), let low = hexDigit(bytes[at + 1]) else { return nil }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func base64(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard range.count >= 8 else { return nil }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count / 4 * 3)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes[range] {
            if byte == UInt8(ascii: "=") { break }
            if byte.isXMLBlank { continue }
            guard let digit = base64Digit(byte) else { return nil }
            word = (word << 6 | UInt32(digit)) & 0xff_ffff
            bits += 6
            if bits >= 8 {
                bits -= 8
                decoded.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return decoded
    }

    private static func base64Digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 65...90: byte - 65
        case 97...122: byte - 71
        case 48...57: byte + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
