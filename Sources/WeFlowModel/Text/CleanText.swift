/// What is taken out of a text before a person reads it (<doc:StoredText#Clean-text>): the control characters
/// U+0000-0008, 000B-000C, 000E-001F, 007F-009F and encoded surrogates. What is no UTF-8 becomes U+FFFD, so that the
/// result always is.
enum CleanText {
    /// True where ``append(_:to:)`` would copy `bytes` unchanged.
    static func isClean(_ bytes: UnsafeRawBufferPointer) -> Bool {
        TextMarks(of: bytes).isClean
    }

    /// Appends `bytes` without what does not belong in a text.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        if isClean(bytes) {
            output.append(contentsOf: bytes)
            return
        }
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
    private static func firstUnclean(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            if byte < 0x80 {
                guard byte >= 0x20 ? byte != 0x7F : byte == 0x0A || byte == 0x09 || byte == 0x0D else { return at }
                at += 1
            } else {
                let length = sequence(bytes, at)
                guard length > 0 else { return at }
                at += length
            }
        }
        return bytes.count
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
