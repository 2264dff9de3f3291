import WeFlowSystem

/// Walks over JSON that lies in memory, without making values of it: says where a value lies, or that it is none.
struct JSONScan {
    /// What is walked over; lent for the time of a call.
    let bytes: UnsafeRawBufferPointer
    /// Where the walk is.
    var at: Int

    /// Values that lie deeper in each other are taken for none.
    private static let deepest = 200

    init(_ bytes: UnsafeRawBufferPointer, at: Int = 0) { (self.bytes, self.at) = (bytes, at) }

    /// The next byte that is no blank; nil at the end.
    @inline(__always)
    mutating func next() -> UInt8? {
        while at < bytes.count {
            let byte = bytes[at]
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return nil }
            at += 1
        }
        return nil
    }

    /// Passes over a byte that has to come now.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        at += 1
        return true
    }

    /// Passes over a text and gives where it lies, its quotes left out; nil where none comes now.
    @inline(__always)
    mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while true {
            pass()
            guard at < bytes.count else { return nil }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return start..<at - 1
            case UInt8(ascii: "\\"):
                guard escape() else { return nil }
            default: return nil
            }
        }
    }

    /// Passes over bytes that stand for themselves, eight at a time.
    @inline(__always)
    private mutating func pass() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while at + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            let hits =
                ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word) & tops
            guard hits != 0 else {
                at += 8
                continue
            }
            at += UInt64(littleEndian: hits).trailingZeroBitCount / 8
            return
        }
        while at < bytes.count, bytes[at] >= 0x20, bytes[at] != 0x22, bytes[at] != 0x5C { at += 1 }
    }

    private mutating func escape() -> Bool {
        guard at + 1 < bytes.count else { return false }
        switch bytes[at + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            at += 2
            return true
        case UInt8(ascii: "u"):
            guard at + 6 <= bytes.count, bytes[at + 2..<at + 6].allSatisfy(Self.isHex) else { return false }
            at += 6
            return true
        default: return false
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x46 ~= byte || 0x61...0x66 ~= byte
    }

    /// Passes over any value and gives where it lies; nil where none comes now.
    mutating func value(depth: Int = 0) -> Range<Int>? {
        guard depth < Self.deepest, let first = next() else { return nil }
        let start = at
        switch first {
        case UInt8(ascii: "\""): return string().map { start..<$0.upperBound + 1 }
        case UInt8(ascii: "{"):
            guard members({ scan, _ in scan.value(depth: depth + 1) != nil }) else { return nil }
        case UInt8(ascii: "["):
            guard elements({ scan in scan.value(depth: depth + 1) != nil }) else { return nil }
        case UInt8(ascii: "t"): guard word("true") else { return nil }
        case UInt8(ascii: "f"): guard word("false") else { return nil }
        case UInt8(ascii: "n"): guard word("null") else { return nil }
        default: guard number() else { return nil }
        }
        return start..<at
    }

    /// Walks over the members of an object.
    ///
    /// - Parameter body: is handed the walk before each value, which it has to pass over, and where the key lies.
    /// - Returns: whether it is an object and `body` passed over all of its values.
    @inline(__always)
    mutating func members(_ body: (inout JSONScan, Range<Int>) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        while true {
            guard let key = string(), take(UInt8(ascii: ":")), body(&self, key) else { return false }
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// The same of a list.
    @inline(__always)
    mutating func elements(_ body: (inout JSONScan) -> Bool) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        while true {
            guard body(&self) else { return false }
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func word(_ text: StaticString) -> Bool {
        guard matches(at..<min(at + text.utf8CodeUnitCount, bytes.count), text) else { return false }
        at += text.utf8CodeUnitCount
        return true
    }

    private mutating func number() -> Bool {
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        guard at < bytes.count else { return false }
        if bytes[at] == UInt8(ascii: "0") { at += 1 } else if !digits() { return false }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() else { return false }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = at
        while at < bytes.count, 0x30...0x39 ~= bytes[at] { at += 1 }
        return at > start
    }

    /// Whether a range holds these bytes.
    @inline(__always)
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return Memory.compare(base + range.lowerBound, text.utf8Start, range.count) == 0
    }

    // MARK: Values

    /// A whole number that a range holds, with or without quotes; nil where it is none of 64 bits. Those from 2^63 on are
    /// given negative, as the store has them.
    func integer(_ range: Range<Int>) -> Int64? {
        var digits = range
        if digits.count >= 2, bytes[digits.lowerBound] == UInt8(ascii: "\"") {
            digits = digits.lowerBound + 1..<digits.upperBound - 1
        }
        var isNegative = false
        if let first = digits.first, bytes[first] == UInt8(ascii: "-") {
            isNegative = true
            digits = digits.dropFirst()
        }
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for place in digits {
            guard 0x30...0x39 ~= bytes[place] else { return nil }
            let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(UInt64(bytes[place] & 15))
            guard !isOver, !isOverToo else { return nil }
            value = sum
        }
        return isNegative ? 0 &- Int64(truncatingIfNeeded: value) : Int64(bitPattern: value)
    }

    /// The text that a range holds, between its quotes.
    func text(_ range: Range<Int>) -> String {
        String(decoding: JSONScan.unescaped(UnsafeRawBufferPointer(rebasing: bytes[range])), as: UTF8.self)
    }

    /// What the inside of a text stands for.
    static func unescaped(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count else {
                plain.append(text[at])
                at += 1
                continue
            }
            let mark = text[at + 1]
            at += 2
            switch mark {
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "u"):
                var unit = unit(text, &at)
                if 0xD800..<0xDC00 ~= unit, at + 6 <= text.count, text[at] == 0x5C, text[at + 1] == 0x75 {
                    var next = at + 2
                    let low = Self.unit(text, &next)
                    if 0xDC00..<0xE000 ~= low {
                        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                        at = next
                    }
                }
                plain += String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8
            default: plain.append(mark)
            }
        }
        return plain
    }

    private static func unit(_ text: UnsafeRawBufferPointer, _ at: inout Int) -> UInt32 {
        var unit: UInt32 = 0
        let end = min(at + 4, text.count)
        while at < end {
            unit = unit << 4 | UInt32(text[at] < 0x40 ? text[at] & 15 : (text[at] & 15) + 9)
            at += 1
        }
        return unit
    }
}
