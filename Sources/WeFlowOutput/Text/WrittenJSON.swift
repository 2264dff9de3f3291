/// The members of an object that a ``JSONWriter`` wrote without blanks, one after another. Other bytes end it early.
struct JSONMembers {
    private let bytes: UnsafeRawBufferPointer
    private var at = 1

    init(_ object: UnsafeRawBufferPointer) { bytes = object }

    /// The next member: its name as it is written, and its value; nil behind the last.
    mutating func next() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
        let nameEnd = stringEnd(at)
        let start = nameEnd + 1
        let end = valueEnd(start)
        guard nameEnd < bytes.count, bytes[nameEnd] == UInt8(ascii: ":"), start < end else { return nil }
        let name = UnsafeRawBufferPointer(rebasing: bytes[at + 1..<nameEnd - 1])
        // Behind the comma, or behind the brace.
        at = end + 1
        return (name, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }

    /// Behind the value that begins at `start`.
    private func valueEnd(_ start: Int) -> Int {
        var at = start
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at = stringEnd(at)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return at
            default: break
            }
            at += 1
        }
        return bytes.count
    }

    /// Behind the quote that ends the string which begins at `start`.
    private func stringEnd(_ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""): return at + 1
            case UInt8(ascii: "\\"): at += 2
            default: at += 1
            }
        }
        return bytes.count
    }
}

/// The bytes of the text that the inside of a JSON string stands for.
struct JSONText {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    /// The rest of a character that was escaped.
    private var pending: ArraySlice<UInt8> = []

    init(_ inside: UnsafeRawBufferPointer) { bytes = inside }

    /// Whether characters are escaped by their numbers, as control characters are.
    var holdsNumbers: Bool {
        var at = 0
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "\\") {
                if bytes[at + 1] == UInt8(ascii: "u") { return true }
                at += 1
            }
            at += 1
        }
        return false
    }

    mutating func next() -> UInt8? {
        if let byte = pending.popFirst() { return byte }
        guard at < bytes.count else { return nil }
        defer { at += 1 }
        guard bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count else { return bytes[at] }
        at += 1
        switch bytes[at] {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "u"):
            pending = character()[...]
            return pending.popFirst()
        case let byte: return byte
        }
    }

    /// The character whose four digits follow; the writer escapes none beyond the first 65,536.
    private mutating func character() -> [UInt8] {
        let digits = bytes[min(at + 1, bytes.count)..<min(at + 5, bytes.count)]
        at += digits.count
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        let scalar = number.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        return Array(String(Character(scalar)).utf8)
    }
}
