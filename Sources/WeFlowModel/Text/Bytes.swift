import WeFlowSystem

extension UInt8 {
    /// Blank, tab, line feed or carriage return.
    @inline(__always)
    var isXMLBlank: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D }

    @inline(__always)
    var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    @inline(__always)
    var isASCIIDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

extension UnsafeRawBufferPointer {
    /// The offset of the first `byte` in `range`, nil where there is none.
    @inline(__always)
    func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard let base = baseAddress, !range.isEmpty,
            let hit = Memory.find(byte, in: base + range.lowerBound, range.count)
        else { return nil }
        return hit - base
    }

    /// True where `text` stands at `offset`.
    @inline(__always)
    func matches(_ text: StaticString, at offset: Int) -> Bool {
        matches(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), at: offset)
    }

    /// True where the bytes of `other` stand at `offset`.
    @inline(__always)
    func matches(_ other: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard offset >= 0, offset <= count, other.count <= count - offset else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return other.isEmpty }
        return Memory.compare(base + offset, otherBase, other.count) == 0
    }

    /// True where the `count` bytes at two offsets are the same; all of them must lie inside.
    @inline(__always)
    func areSame(_ one: Int, _ other: Int, _ count: Int) -> Bool {
        guard let base = baseAddress else { return true }
        // Most names are short: two words that overlap hold all of one.
        switch count {
        case 8...16: return base.isSame(UInt64.self, one, other, count)
        case 4..<8: return base.isSame(UInt32.self, one, other, count)
        case 2..<4: return base.isSame(UInt16.self, one, other, count)
        case 1: return self[one] == self[other]
        default: return Memory.compare(base + one, base + other, count) == 0
        }
    }

    /// The offset where `text` begins at or after `offset`, nil where it does not occur before `end`.
    func firstOffset(of text: StaticString, from offset: Int = 0, to end: Int? = nil) -> Int? {
        firstOffset(
            of: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), from: offset, to: end)
    }

    /// The same for bytes; nothing is found of none.
    func firstOffset(of text: UnsafeRawBufferPointer, from offset: Int = 0, to end: Int? = nil) -> Int? {
        let end = end ?? count
        guard let first = text.first else { return nil }
        var at = offset
        while at < end, let hit = firstOffset(of: first, in: at..<end) {
            if hit + text.count <= end, matches(text, at: hit) { return hit }
            at = hit + 1
        }
        return nil
    }

    /// `range` without the blanks at both ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, self[low].isXMLBlank { low += 1 }
        while low < high, self[high - 1].isXMLBlank { high -= 1 }
        return low..<high
    }

    /// The bytes of `range` as a buffer of their own.
    @inline(__always)
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }
}

extension UnsafeRawPointer {
    /// True where the `count` bytes at two offsets are the same: at least one word of them, at most two.
    @inline(__always)
    fileprivate func isSame<Word: FixedWidthInteger & BitwiseCopyable>(
        _ word: Word.Type, _ one: Int, _ other: Int, _ count: Int
    ) -> Bool {
        let second = count - MemoryLayout<Word>.size
        let first = loadUnaligned(fromByteOffset: one, as: word) ^ loadUnaligned(fromByteOffset: other, as: word)
        let last =
            loadUnaligned(fromByteOffset: one + second, as: word)
            ^ loadUnaligned(fromByteOffset: other + second, as: word)
        return first | last == 0
    }
}
