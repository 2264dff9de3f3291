/// Entity references: the five of XML and numbers, decoded exactly once. Any other `&` is text.
enum XMLEntities {
    /// Appends `bytes` with entities decoded.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var at = 0
        while let ampersand = bytes.firstOffset(of: UInt8(ascii: "&"), in: at..<bytes.count) {
            if ampersand > at { output.append(contentsOf: bytes.slice(at..<ampersand)) }
            if let length = reference(bytes, ampersand, &output) {
                at = ampersand + length
            } else {
                output.append(UInt8(ascii: "&"))
                at = ampersand + 1
            }
        }
        if at < bytes.count { output.append(contentsOf: bytes.slice(at..<bytes.count)) }
    }

    /// Decodes the reference at `at` into `output`; its length, or nil where there is none.
    private static func reference(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ output: inout [UInt8]) -> Int? {
        if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "#") { return numeric(bytes, at, &output) }
        for (name, byte) in named where bytes.matches(name, at: at) {
            output.append(byte)
            return name.utf8CodeUnitCount
        }
        return nil
    }

    private static let named: [(StaticString, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]

    private static func numeric(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ output: inout [UInt8]) -> Int? {
        guard let (value, length) = number(bytes, at) else { return nil }
        if let scalar = Unicode.Scalar(value) {
            append(scalar, to: &output)
            return length
        }
        guard (0xD800..<0xE000).contains(value) else { return nil }
        // Some writers name the two halves of a pair; a half alone is nothing.
        if value < 0xDC00, let (low, more) = number(bytes, at + length), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
        {
            append(scalar, to: &output)
            return length + more
        }
        return length
    }

    /// The value and length of the `&#…;` at `at`.
    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> (value: UInt32, length: Int)? {
        guard bytes.matches("&#", at: at), at + 3 < bytes.count else { return nil }
        let isHexadecimal = bytes[at + 2] | 0x20 == UInt8(ascii: "x")
        var offset = at + (isHexadecimal ? 3 : 2)
        let start = offset
        var value: UInt32 = 0
        while offset < bytes.count, offset - start < 10 {
            let byte = bytes[offset]
            let digit: UInt32
            if byte.isASCIIDigit {
                digit = UInt32(byte - UInt8(ascii: "0"))
            } else if isHexadecimal, (byte | 0x20) &- UInt8(ascii: "a") < 6 {
                digit = UInt32((byte | 0x20) - UInt8(ascii: "a")) + 10
            } else {
                guard byte == UInt8(ascii: ";"), offset > start else { return nil }
                return (value, offset + 1 - at)
            }
            value = value * (isHexadecimal ? 16 : 10) + digit
            guard value <= 0x10FFFF else { return nil }
            offset += 1
        }
        return nil
    }

    static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        for unit in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter { output.append(unit) }
    }
}
