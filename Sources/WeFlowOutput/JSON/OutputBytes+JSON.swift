extension OutputBytes {
    /// Appends a JSON string with its quotes: the hot loop of every export.
    ///
    /// Text is copied 16 bytes at a time, ASCII and Chinese alike, and looked at byte by byte only where a block holds
    /// something else. It is validated on the way; what is no UTF-8 is replaced by U+FFFD.
    mutating func appendJSONString(_ text: UnsafeRawBufferPointer) {
        let end = text.count
        reserve(2 * end + Self.slack)
        appendReserved(UInt8(ascii: "\""))
        if let source = text.baseAddress {
            var position = 0
            while true {
                withPlace { copyPlain(source, &position, end, &$0) }
                if position == end { break }
                if byte(source, position) >= 0x80 {
                    let start = position
                    withPlace { copyWide(source, &position, end, &$0) }
                    if position > start { continue }
                }
                position += appendSpecial(source + position, count: end - position)
                reserve(2 * (end - position) + Self.slack)
            }
        }
        appendReserved(UInt8(ascii: "\""))
    }

    /// Room beyond two bytes for each byte: the longest escape, a quote, and what a block of 16 spills over.
    private static var slack: Int { 32 }

    /// Appends what stands for the first character of `text`, which is escaped or no UTF-8.
    ///
    /// - Returns: how many bytes of `text` that was, at least 1.
    private mutating func appendSpecial(_ text: UnsafeRawPointer, count: Int) -> Int {
        let first = byte(text, 0)
        switch first {
        case 0..<0x20:
            appendReserved("\\u00")
            appendReserved(UInt8(ascii: "0") + first >> 4)
            appendReserved(first & 0x0F < 10 ? UInt8(ascii: "0") + first & 0x0F : UInt8(ascii: "a") + first & 0x0F - 10)
            return 1
        case 0xC2 where count > 1 && byte(text, 1) == 0x85:
            appendReserved("\\u0085")
            return 2
        case 0xE2 where count > 2 && byte(text, 1) == 0x80 && byte(text, 2) & 0xFE == 0xA8:
            appendReserved(byte(text, 2) == 0xA8 ? "\\u2028" : "\\u2029")
            return 3
        default:
            appendReserved("\u{FFFD}")
            return maximalSubpart(UnsafeRawBufferPointer(start: text, count: count))
        }
    }
}

/// The letter of an escape of two characters, 0 where there is none.
@inline(__always)
private func escapeLetter(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case 0x0A: UInt8(ascii: "n")
    case 0x09: UInt8(ascii: "t")
    case 0x0D: UInt8(ascii: "r")
    case 0x08: UInt8(ascii: "b")
    case 0x0C: UInt8(ascii: "f")
    default: 0
    }
}

/// Copies ASCII, with escapes of two characters where they are due, up to anything else. `target` must have room for
/// two bytes for each, and 16 more.
@inline(__always)
private func copyPlain(
    _ source: UnsafeRawPointer, _ position: inout Int, _ end: Int, _ target: inout UnsafeMutableRawPointer
) {
    while position < end {
        if end - position >= 16 {
            let block = source.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            target.storeBytes(of: block, as: SIMD16<UInt8>.self)
            // One comparison finds what lies below 0x20 and above 0x7F: both are 0x60 or more after the subtraction.
            let special =
                (block &- vector(0x20)) .>= vector(0x60) .| block .== vector(UInt8(ascii: "\""))
                .| block .== vector(UInt8(ascii: "\\"))
            let plain = marks(special).trailingZeroBitCount / 8
            if plain == 16 {
                // The usual step is a constant, so that no block waits for the count of the one before.
                target += 16
                position += 16
                continue
            }
            target += plain
            position += plain
        }
        let next = byte(source, position)
        if next &- 0x20 < 0x60, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
            target.storeBytes(of: next, as: UInt8.self)
            target += 1
        } else {
            let letter = escapeLetter(next)
            guard letter != 0 else { return }
            target.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
            target.storeBytes(of: letter, toByteOffset: 1, as: UInt8.self)
            target += 2
        }
        position += 1
    }
}

/// Copies well-formed characters beyond ASCII, short of the three that are escaped. `target` must have room for them
/// and 16 bytes more.
@inline(__always)
private func copyWide(
    _ source: UnsafeRawPointer, _ position: inout Int, _ end: Int, _ target: inout UnsafeMutableRawPointer
) {
    while position < end {
        // Up to five characters of three bytes at once. A lead of E0 or ED has rules of its own and goes the slow way.
        if end - position >= 16 {
            let block = source.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            target.storeBytes(of: block, as: SIMD16<UInt8>.self)
            let odd =
                .!((block & threeByteMask) .== threeBytePattern) .| block .== vector(0xE0) .| block .== vector(0xED)
            // U+2028 and U+2029 are E2 80 A8 and E2 80 A9; E2 with such a third byte is rare enough to look closer.
            let separator = marks(block .== vector(0xE2)) & marks(block & vector(0xFE) .== vector(0xA8)) >> 16
            let characters = (marks(odd) | separator).trailingZeroBitCount / 24
            if characters == 5 {
                target += 15
                position += 15
                continue
            }
            target += characters * 3
            position += characters * 3
        }
        let length = wideLength(source + position, count: end - position)
        guard length > 0 else { return }
        for offset in 0..<length {
            target.storeBytes(of: byte(source, position + offset), toByteOffset: offset, as: UInt8.self)
        }
        target += length
        position += length
    }
}

/// How long the well-formed character beyond ASCII is that `text` begins with; 0 where it is broken, or one of the
/// three that are escaped.
@inline(__always)
private func wideLength(_ text: UnsafeRawPointer, count: Int) -> Int {
    let lead = byte(text, 0)
    switch lead {
    case 0xC2...0xDF:
        guard count >= 2 else { return 0 }
        let second = byte(text, 1)
        return second & 0xC0 == 0x80 && !(lead == 0xC2 && second == 0x85) ? 2 : 0
    case 0xE0...0xEF:
        guard count >= 3 else { return 0 }
        let (second, third) = (byte(text, 1), byte(text, 2))
        guard second & 0xC0 == 0x80, third & 0xC0 == 0x80 else { return 0 }
        let scalar = UInt32(lead & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F)
        return scalar >= 0x800 && scalar >> 11 != 0xD800 >> 11 && scalar & ~1 != 0x2028 ? 3 : 0
    case 0xF0...0xF4:
        guard count >= 4 else { return 0 }
        let word = UInt32(bigEndian: text.loadUnaligned(as: UInt32.self))
        return word & 0x00C0_C0C0 == 0x0080_8080 && 0xF090_0000..<0xF490_0000 ~= word ? 4 : 0
    default:
        return 0
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

/// Eight bits set for each marked place, the first place in the lowest bits.
@inline(__always)
private func marks(_ marked: SIMDMask<SIMD16<Int8>>) -> UInt128 {
    UInt128(littleEndian: unsafeBitCast(vector(0).replacing(with: vector(0xFF), where: marked), to: UInt128.self))
}

/// Of five characters of three bytes, the bits that tell a lead (`1110xxxx`) and a continuation (`10xxxxxx`). Computed,
/// since a stored global would ask on every use whether it has been set.
@inline(__always)
private var threeByteMask: SIMD16<UInt8> {
    unsafeBitCast(SIMD2<UInt64>(0xC0F0_C0C0_F0C0_C0F0, 0x00C0_C0F0_C0C0_F0C0), to: SIMD16<UInt8>.self)
}

/// What those bits must be.
@inline(__always)
private var threeBytePattern: SIMD16<UInt8> {
    unsafeBitCast(SIMD2<UInt64>(0x80E0_8080_E080_80E0, 0x0080_80E0_8080_E080), to: SIMD16<UInt8>.self)
}

/// One byte in all places. (Operators between a vector and a scalar are not specialized; these are.)
@inline(__always)
private func vector(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

@inline(__always)
private func byte(_ text: UnsafeRawPointer, _ position: Int) -> UInt8 {
    text.load(fromByteOffset: position, as: UInt8.self)
}
