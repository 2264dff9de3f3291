/// What a row holds in a column that was added after the row was written: the constant of the column's DEFAULT clause.
enum ColumnDefault: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case blob([UInt8])

    /// The value that a column of an affinity takes of a literal, as SQLite converts it.
    init(_ literal: Literal, affinity: Affinity) {
        switch literal {
        case .null: self = .null
        case .blob(let bytes): self = .blob(bytes)
        case .text(let text):
            switch affinity {
            case .text, .none: self = .text(Array(text.utf8))
            case .integer, .real, .numeric: self = Self.number(text, affinity) ?? .text(Array(text.utf8))
            }
        case .number(let text):
            self = affinity == .text ? .text(Array(text.utf8)) : Self.number(text, affinity) ?? .null
        }
    }

    /// The number that all of a text is; nil where it is none.
    private static func number(_ text: String, _ affinity: Affinity) -> ColumnDefault? {
        let text = text.trimmingPrefix { $0.isWhitespace }
        let end = text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.startIndex
        let digits = text[..<end]
        if let number = Int64(digits) { return affinity == .real ? .real(Double(number)) : .integer(number) }
        guard !digits.contains(where: { $0.isLetter && $0 != "e" && $0 != "E" }), let number = Double(digits) else {
            return nil
        }
        if affinity == .real { return .real(number) }
        return Int64(exactly: number).map { .integer($0) } ?? .real(number)
    }

    /// A constant as a definition writes it.
    enum Literal: Equatable {
        case null
        /// As it is written, with its sign; one in hexadecimal digits is written anew.
        case number(String)
        case text(String)
        case blob([UInt8])

        /// The constant that the tokens behind DEFAULT begin with; nil for what SQLite does not take for one either.
        init?(_ tokens: ArraySlice<Definition.Token>) {
            var rest = tokens
            var isNegative = false
            while let sign = rest.first, !sign.isQuoted, sign.text == "-" || sign.text == "+" {
                if sign.text == "-" { isNegative.toggle() }
                rest = rest.dropFirst()
            }
            guard let first = rest.first else { return nil }
            rest = rest.dropFirst()
            if !first.isQuoted, first.text == "(" {
                // In parentheses there may be an expression: only one that is a constant is taken.
                let inner = rest.prefix { $0.depth > first.depth }
                guard let literal = Literal(inner), Self.length(inner) == inner.count else { return nil }
                self = literal
            } else if first.isQuoted {
                self = .text(first.text)
            } else if first.text.lowercased() == "x", let digits = rest.first, digits.isQuoted {
                guard let bytes = Self.bytes(digits.text) else { return nil }
                self = .blob(bytes)
            } else {
                self = Self.word(first.text)
            }
            if isNegative { self = negated }
        }

        private static func word(_ text: String) -> Literal {
            switch text.lowercased() {
            case "null", "current_time", "current_date", "current_timestamp": return .null
            case "true": return .number("1")
            case "false": return .number("0")
            default: break
            }
            let digits = text.replacing("_", with: "")
            if digits.lowercased().hasPrefix("0x") {
                let value = UInt64(digits.dropFirst(2), radix: 16)
                return value.map { .number(String(Int64(bitPattern: $0))) } ?? .text(text)
            }
            return digits.first.map { $0.isNumber || $0 == "." } == true ? .number(digits) : .text(text)
        }

        private var negated: Literal {
            switch self {
            case .number(let text), .text(let text):
                .number(text.hasPrefix("-") ? String(text.dropFirst()) : "-" + text)
            case .null, .blob: self
            }
        }

        /// How many tokens the constant at the beginning takes.
        private static func length(_ tokens: ArraySlice<Definition.Token>) -> Int {
            let signs = tokens.prefix { !$0.isQuoted && ($0.text == "-" || $0.text == "+") }.count
            let rest = tokens.dropFirst(signs)
            guard let first = rest.first else { return signs }
            if !first.isQuoted, first.text == "(" {
                return signs + 1 + rest.dropFirst().prefix { $0.depth > first.depth }.count
            }
            let isBlob = !first.isQuoted && first.text.lowercased() == "x" && rest.dropFirst().first?.isQuoted == true
            return signs + (isBlob ? 2 : 1)
        }

        private static func bytes(_ digits: String) -> [UInt8]? {
            let digits = Array(digits.utf8)
            guard digits.count.isMultiple(of: 2) else { return nil }
            var bytes: [UInt8] = []
            for place in stride(from: 0, to: digits.count, by: 2) {
                guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else {
                    return nil
                }
                bytes.append(byte)
            }
            return bytes
        }
    }
}

/// Which values a column prefers, as SQLite derives it from the declared type.
enum Affinity: Sendable {
    case integer, text, real, numeric, none

    init(_ type: String) {
        let type = type.uppercased()
        if type.contains("INT") {
            self = .integer
        } else if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) {
            self = .text
        } else if type.isEmpty || type.contains("BLOB") {
            self = .none
        } else if ["REAL", "FLOA", "DOUB"].contains(where: type.contains) {
            self = .real
        } else {
            self = .numeric
        }
    }
}

/// The defaults of a table's columns, where rows find them. The texts lie in memory of their own, as those of a row do.
final class RowDefaults: Sendable, Equatable {
    private let values: [ColumnDefault]
    private let places: [Range<Int>]
    /// Unsafe only for the compiler: written once, here.
    nonisolated(unsafe) private let memory: UnsafeMutableRawBufferPointer

    /// Nil where all columns are NULL in a row that ends before them.
    init?(_ values: [ColumnDefault]) {
        guard values.contains(where: { $0 != .null }) else { return nil }
        self.values = values
        var all: [UInt8] = []
        places = values.map { value in
            switch value {
            case .text(let bytes), .blob(let bytes):
                all += bytes
                return all.count - bytes.count..<all.count
            case .null, .integer, .real: return 0..<0
            }
        }
        memory = .allocate(byteCount: max(1, all.count), alignment: 1)
        memory.copyBytes(from: all)
    }

    deinit { memory.deallocate() }

    /// The default of a column; NULL where there is none.
    func value(_ index: Int) -> ColumnDefault {
        values.indices.contains(index) ? values[index] : .null
    }

    /// The bytes of a text or BLOB, as long as this object.
    func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        guard places.indices.contains(index) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: memory[places[index]])
    }

    static func == (a: RowDefaults, b: RowDefaults) -> Bool { a.values == b.values }
}
