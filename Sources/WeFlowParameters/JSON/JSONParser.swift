/// The reader behind `JSONValue.init(parsing:limits:)`: bytes in, one value out, recursion bounded by the limits.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONValue.Limits
    private var position = 0
    private var values = 0

    init(bytes: [UInt8], limits: JSONValue.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONValue.Failure) -> JSONValue {
        guard bytes.count <= limits.bytes else { throw failure("more than \(limits.bytes) bytes") }
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw failure("something follows the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONValue.Failure) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw failure("more than \(limits.values) values") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"):
            guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth)") }
            return .object(try members(depth: depth + 1))
        case UInt8(ascii: "["):
            guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth)") }
            return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""):
            return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case let byte? where byte == UInt8(ascii: "-") || byte.isASCIIDigit:
            return .number(try number())
        case nil:
            throw failure("it ends where a value is due")
        default:
            throw failure("no value starts like this")
        }
    }

    private mutating func members(depth: Int) throws(JSONValue.Failure) -> [JSONValue.Member] {
        position += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipBlanks()
        if take("}") { return members }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw failure("a name in quotes is due") }
            let name = try string()
            guard names.insert(name).inserted else { throw failure("a name stands twice in one object") }
            skipBlanks()
            guard take(":") else { throw failure("a colon is due") }
            members.append(JSONValue.Member(name: name, value: try value(depth: depth)))
            skipBlanks()
            if take("}") { return members }
            guard take(",") else { throw failure("a comma or a closing brace is due") }
        }
    }

    private mutating func elements(depth: Int) throws(JSONValue.Failure) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipBlanks()
            if take("]") { return elements }
            guard take(",") else { throw failure("a comma or a closing bracket is due") }
        }
    }

    private mutating func number() throws(JSONValue.Failure) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONValue.Failure) {
        let start = position
        while let byte = peek, byte.isASCIIDigit { position += 1 }
        guard position > start else { throw failure("a digit is due") }
    }

    private mutating func string() throws(JSONValue.Failure) -> String {
        position += 1
        var text: [UInt8] = []
        var runStart = position
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                text.append(contentsOf: bytes[runStart..<position])
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("the string before this is not UTF-8")
                }
                position += 1
                return string
            }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: bytes[runStart..<position])
                try appendEscape(to: &text)
                runStart = position
            } else if byte < 0x20 {
                throw failure("a control character in a string must be escaped")
            } else {
                position += 1
            }
        }
        throw failure("a string has no closing quote")
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONValue.Failure) {
        position += 1
        guard let byte = peek else { throw failure("a string has no closing quote") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
        default: throw failure("an unknown escape stands before this")
        }
    }

    /// The scalar of `\u` and four digits, or of a surrogate pair of two; what is half a pair is refused.
    private mutating func escapedScalar() throws(JSONValue.Failure) -> Unicode.Scalar {
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, take("\\"), take("u") {
            let low = try hexUnit()
            if 0xDC00...0xDFFF ~= low, let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) {
                return scalar
            }
        }
        throw failure("half of a surrogate pair stands before this")
    }

    private mutating func hexUnit() throws(JSONValue.Failure) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = byte.hexDigitValue else { throw failure("four hex digits are due") }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private mutating func word(_ word: StaticString) throws(JSONValue.Failure) {
        let length = word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { bytes.dropFirst(position).prefix(length).elementsEqual($0) }
        guard matches else { throw failure("no value starts like this") }
        position += length
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func failure(_ reason: String) -> JSONValue.Failure {
        let before = bytes.prefix(position)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONValue.Failure(
            line: before.count { $0 == 0x0A } + 1, column: position - lineStart + 1, reason: reason)
    }
}

extension UInt8 {
    /// Whether this is one of `0` to `9`.
    var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// 0 to 15 for a hex digit of either case.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
