/// What is taken out of a text before a person reads it (facts: messages 1, point 5): the control characters
/// U+0000-0008, 000B-000C, 000E-001F, 007F-009F and encoded surrogates. What is no UTF-8 becomes U+FFFD, so that the
/// result always is.
enum CleanText {
    /// True where ``append(_:to:)`` would copy `bytes` unchanged.
    static func isClean(_ bytes: UnsafeRawBufferPointer) -> Bool {
        firstUnclean(bytes, from: 0) == bytes.count
    }

    /// Appends `bytes` without what does not belong in a text.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var at = 0
        while true {
            let stop = firstUnclean(bytes, from: at)
            if stop > at { output.append(contentsOf: bytes.slice(at..<stop)) }
            if stop >= bytes.count { return }
            at = stop + skip(bytes, stop, &output)
        }
    }

    /// The bytes as a clean string.
    static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        if isClean(bytes) { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The offset of the first byte, at or after `start`, that cannot stay; the count where there is none.
    @inline(__always)
    private static func firstUnclean(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let count = bytes.count
        var at = start
        while at < count {
            let byte = bytes[at]
            if byte < 0x80 {
                if count - at >= 8, isPlain(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) {
                    at += 8
                    continue
                }
                guard byte >= 0x20 ? byte != 0x7F : byte == 0x0A || byte == 0x09 || byte == 0x0D else { return at }
                at += 1
            } else {
                if count - at >= 8 {
                    // Two sequences of three bytes at once, which Chinese mostly is; E0 and ED need a closer look.
                    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                    let (first, second) = (word & 0xF, word >> 24 & 0xF)
                    if word & 0xC0C0_F0C0_C0F0 == 0x8080_E080_80E0, first != 0, first != 0xD, second != 0, second != 0xD
                    {
                        at += 6
                        continue
                    }
                }
                let length = sequence(bytes, at)
                guard length > 0 else { return at }
                at += length
            }
        }
        return count
    }

    /// True for eight ASCII characters that may all stay. Each sum leaves its answer in the high bit of its byte, which
    /// no byte below 0x80 carries beyond.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones &* 0x80
        guard (word | (word &+ ones)) & high == 0 else { return false }
        let controls = ~(word &+ ones &* 0x60) & high
        if controls == 0 { return true }
        var blanks: UInt64 = 0
        for blank: UInt64 in [0x09, 0x0A, 0x0D] { blanks |= ~((word ^ ones &* blank) &+ ones &* 0x7F) & high }
        return controls & ~blanks == 0
    }

    /// The length of the well-formed sequence at `at` that is no C1 control, 0 where there is none.
    @inline(__always)
    private static func sequence(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
        let left = bytes.count - at
        let first = bytes[at]
        if first >= 0xE0, first < 0xF0 {
            guard left >= 3 else { return 0 }
            let second = bytes[at + 1]
            guard second & 0xC0 == 0x80, bytes[at + 2] & 0xC0 == 0x80 else { return 0 }
            if first == 0xE0 { return second >= 0xA0 ? 3 : 0 }
            if first == 0xED { return second < 0xA0 ? 3 : 0 }
            return 3
        }
        if first < 0xE0 {
            guard first >= 0xC2, left >= 2 else { return 0 }
            let second = bytes[at + 1]
            guard second & 0xC0 == 0x80 else { return 0 }
            return first == 0xC2 && second < 0xA0 ? 0 : 2
        }
        guard first <= 0xF4, left >= 4 else { return 0 }
        let second = bytes[at + 1]
        guard second & 0xC0 == 0x80, bytes[at + 2] & 0xC0 == 0x80, bytes[at + 3] & 0xC0 == 0x80 else { return 0 }
        if first == 0xF0 { return second >= 0x90 ? 4 : 0 }
        if first == 0xF4 { return second < 0x90 ? 4 : 0 }
        return 4
    }

    /// Passes over what cannot stay, writing U+FFFD where it is no UTF-8. Returns how many bytes that were.
    private static func skip(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ output: inout [UInt8]) -> Int {
        let first = bytes[at]
        if first < 0x80 { return 1 }
        let left = bytes.count - at
        if first == 0xC2, left >= 2, bytes[at + 1] & 0xC0 == 0x80 { return 2 }
        if first == 0xED, left >= 3, bytes[at + 1] >= 0xA0, bytes[at + 1] < 0xC0, bytes[at + 2] & 0xC0 == 0x80 {
            return 3
        }
        output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        return damaged(bytes, at)
    }

    /// How many bytes one U+FFFD stands for: the longest start of a well-formed sequence, at least one.
    private static func damaged(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
        let first = bytes[at]
        let needed = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : 1
        var length = 1
        while length < needed, at + length < bytes.count {
            let next = bytes[at + length]
            guard next & 0xC0 == 0x80 else { break }
            if length == 1 {
                if first == 0xE0 && next < 0xA0 || first == 0xED && next >= 0xA0 { break }
                if first == 0xF0 && next < 0x90 || first == 0xF4 && next >= 0x90 { break }
            }
            length += 1
        }
        return length
    }
}
