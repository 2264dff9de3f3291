extension OutputBytes {
    /// Appends a JSON string with its quotes: the hot loop of every export.
    ///
    /// Runs that need no change are found 16 bytes at a time and copied as a whole; only what lies between them is
    /// looked at byte by byte. The text is validated on the way.
    mutating func appendJSONString(_ text: UnsafeRawBufferPointer) {
        let end = text.count
        reserve(end + 2)
        appendReserved(UInt8(ascii: "\""))
        if let start = text.baseAddress {
            var position = 0
            while true {
                let clean = cleanEnd(of: start, from: position, to: end)
                if clean > position {
                    reserve(clean - position)
                    appendReserved(start + position, count: clean - position)
                }
                if clean == end { break }
                position = clean + appendSpecial(UnsafeRawBufferPointer(rebasing: text[clean...]))
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends what stands for the first character of `text`, which is escaped or no UTF-8.
    ///
    /// - Returns: how many bytes of `text` that was, at least 1.
    private mutating func appendSpecial(_ text: UnsafeRawBufferPointer) -> Int {
        switch text[0] {
        case UInt8(ascii: "\""): append("\\\"" as StaticString)
        case UInt8(ascii: "\\"): append("\\\\" as StaticString)
        case 0x08: append("\\b" as StaticString)
        case 0x09: append("\\t" as StaticString)
        case 0x0A: append("\\n" as StaticString)
        case 0x0C: append("\\f" as StaticString)
        case 0x0D: append("\\r" as StaticString)
        case let control where control < 0x20:
            append("\\u00" as StaticString)
            append(UInt8(ascii: "0") + control >> 4)
            append(control & 0x0F < 10 ? UInt8(ascii: "0") + control & 0x0F : UInt8(ascii: "a") + control & 0x0F - 10)
        case 0xC2 where text.count > 1 && text[1] == 0x85:
            append("\\u0085" as StaticString)
            return 2
        case 0xE2 where text.count > 2 && text[1] == 0x80 && text[2] & 0xFE == 0xA8:
            append(text[2] == 0xA8 ? "\\u2028" : "\\u2029" as StaticString)
            return 3
        default:
            append("\u{FFFD}" as StaticString)
            return maximalSubpart(text)
        }
        return 1
    }
}

/// How many bytes one U+FFFD stands for: the longest beginning of `text` that begins some well-formed character, or
/// one byte (The Unicode Standard, table 3-7 and "substitution of maximal subparts").
private func maximalSubpart(_ text: UnsafeRawBufferPointer) -> Int {
    let (length, second): (Int, ClosedRange<UInt8>) =
        switch text[0] {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (1, 0x80...0xBF)
        }
    guard length > 1, text.count > 1, second ~= text[1] else { return 1 }
    guard length > 3, text.count > 2, 0x80...0xBF ~= text[2] else { return 2 }
    return 3
}

/// Where the first byte lies, from `start` on, that must be escaped or is no UTF-8; `end` where there is none.
private func cleanEnd(of text: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
    var position = start
    while true {
        position = plainEnd(of: text, from: position, to: end)
        guard position < end, byte(text, position) >= 0x80 else { return position }
        let next = wideEnd(of: text, from: position, to: end)
        // Still a byte above ASCII: it begins nothing that may stand as it is.
        if next == end || byte(text, next) >= 0x80 { return next }
        position = next
    }
}

/// Where the run of ASCII that needs no escape ends.
@inline(__always)
private func plainEnd(of text: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
    var position = start
    while end - position >= 16 {
        let block = text.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
        // One comparison finds what lies below 0x20 and above 0x7F: both are 0x60 or more after the subtraction.
        let special = (block &- 0x20) .>= 0x60 .| block .== UInt8(ascii: "\"") .| block .== UInt8(ascii: "\\")
        let marks = unsafeBitCast(
            SIMD16<UInt8>(repeating: 0).replacing(with: 0xFF, where: special), to: SIMD2<UInt64>.self)
        guard marks.x | marks.y == 0 else {
            let bits = marks.x != 0 ? marks.x.trailingZeroBitCount : 64 + marks.y.trailingZeroBitCount
            return position + bits / 8
        }
        position += 16
    }
    while position < end {
        let next = byte(text, position)
        guard next &- 0x20 < 0x60, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") else { break }
        position += 1
    }
    return position
}

/// Where the run of well-formed characters beyond ASCII ends, short of the three that are escaped.
@inline(__always)
private func wideEnd(of text: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
    var position = start
    while position < end {
        // Five characters of three bytes at once. A lead of E0, ED or E2 has rules of its own and goes the slow way.
        if end - position >= 16 {
            let block = text.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            let odd = block .== 0xE0 .| block .== 0xE2 .| block .== 0xED
            if all((block & threeByteMask) .== threeBytePattern .& .!odd) {
                position += 15
                continue
            }
        }
        let lead = byte(text, position)
        if lead & 0xF0 == 0xE0 {
            guard end - position >= 3 else { break }
            let second = byte(text, position + 1)
            let third = byte(text, position + 2)
            guard second & 0xC0 == 0x80, third & 0xC0 == 0x80 else { break }
            let scalar = UInt32(lead & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F)
            guard scalar >= 0x800, scalar >> 11 != 0xD800 >> 11, scalar & ~1 != 0x2028 else { break }
            position += 3
        } else if lead & 0xE0 == 0xC0 {
            guard end - position >= 2, lead >= 0xC2 else { break }
            let second = byte(text, position + 1)
            guard second & 0xC0 == 0x80, lead != 0xC2 || second != 0x85 else { break }
            position += 2
        } else if lead & 0xF8 == 0xF0 {
            guard end - position >= 4 else { break }
            let word = UInt32(bigEndian: text.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            guard word & 0x00C0_C0C0 == 0x0080_8080, 0xF090_0000..<0xF490_0000 ~= word else { break }
            position += 4
        } else {
            break
        }
    }
    return position
}

private let threeByteMask = SIMD16<UInt8>(
    0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0)
private let threeBytePattern = SIMD16<UInt8>(
    0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0)

@inline(__always)
private func byte(_ text: UnsafeRawPointer, _ position: Int) -> UInt8 {
    text.load(fromByteOffset: position, as: UInt8.self)
}
