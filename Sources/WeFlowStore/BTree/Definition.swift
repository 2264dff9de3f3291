/// What the text of a `CREATE TABLE` or `CREATE INDEX` says of its columns.
struct Definition: Equatable {
    /// Names of columns in lower case, in the order in which rows or entries hold their values; a column that is computed
    /// when it is read is in no row and not among them. The key of an index that is no column is "".
    private(set) var names: [String] = []
    /// Names, in lower case, of the columns that no row holds: those that are computed when they are read.
    private(set) var computed: [String] = []
    /// What a row that ends before a column holds in it, by the column's place.
    private(set) var defaults: [ColumnDefault] = []
    /// The column declared `INTEGER PRIMARY KEY`, which is the row id, or -1.
    private(set) var rowIDColumn = -1
    /// The first column that is declared UNIQUE or PRIMARY KEY on its own and has an index for it.
    private(set) var uniqueColumns: String?
    /// Whether an index covers only the rows that meet a condition.
    private(set) var hasCondition = false
    /// How many first columns of an index its entries are ordered by from the least value up, byte by byte.
    private(set) var ordered = 0
    /// Whether the table has no row ids.
    private(set) var isWithoutRowID = false
    /// The columns whose texts are not compared byte by byte, of which the indexes then are in that order too.
    private(set) var collated: [String] = []
    /// The columns that are declared INTEGER and nothing else.
    private var integers: [Int] = []

    /// Reads a statement; nil where it has no list of columns.
    init?(_ sql: String) {
        var tokens = Tokens(sql)
        guard let kind = tokens.kind(), tokens.skip(to: "(") else { return nil }
        while let entry = tokens.entry() {
            if kind == .index { takeKey(entry) } else { take(entry) }
            if tokens.isClosed { break }
        }
        let tail = tokens.tail()
        hasCondition = tail.contains("where")
        isWithoutRowID = zip(tail, tail.dropFirst()).contains { $0 == "without" && $1 == "rowid" }
        guard !names.isEmpty else { return nil }
    }

    /// A key of an index: a column, perhaps with a collation and a direction; anything else is an expression.
    private mutating func takeKey(_ tokens: [Token]) {
        guard let first = tokens.first else { return }
        var rest = tokens.dropFirst()
        if ordered == names.count, !rest.contains(where: { $0.isWord("desc") || $0.isWord("collate") }) { ordered += 1 }
        if rest.first?.isWord("collate") == true { rest = rest.dropFirst(2) }
        if rest.first?.isWord("asc") == true || rest.first?.isWord("desc") == true { rest = rest.dropFirst() }
        let isName = first.isQuoted || first.text.utf8.first.map(Tokens.isWord) == true
        names.append(isName && rest.isEmpty ? first.text.lowercased() : "")
    }

    private mutating func take(_ tokens: [Token]) {
        let entry = tokens.filter { $0.depth == 0 }
        guard let first = entry.first else { return }
        if !first.isQuoted, Self.tableConstraints.contains(first.text.lowercased()), entry.count > 1 {
            takePrimaryKey(entry.map { $0.isQuoted ? "" : $0.text.lowercased() }, of: tokens)
            return
        }
        let name = first.text.lowercased()
        let typeEnd =
            tokens.dropFirst().firstIndex { token in
                token.depth == 0 && !token.isQuoted && Self.columnConstraints.contains(token.text.lowercased())
            } ?? tokens.count
        let type = tokens[1..<typeEnd]
        let constraints = Constraints(tokens[typeEnd...])
        guard constraints.isStored else {
            computed.append(name)
            return
        }
        names.append(name)
        defaults.append(
            constraints.value.map { ColumnDefault($0, affinity: Affinity(type.map(\.text).joined(separator: " "))) }
                ?? .null)
        if constraints.isCollated { collated.append(name) }
        // `INT`, `INTEGER(4)`, `BIGINT` and their like are no row ids, nor is `INTEGER PRIMARY KEY DESC`.
        let isInteger = type.count == 1 && type.allSatisfy { $0.isNamed("integer") }
        if isInteger { integers.append(names.count - 1) }
        if isInteger, constraints.isPrimary, !constraints.isDescending {
            rowIDColumn = names.count - 1
        } else if uniqueColumns == nil, constraints.isPrimary || constraints.isUnique {
            uniqueColumns = constraints.isCollated ? "" : name
        }
    }

    /// A key of one INTEGER column is the row id too where it stands behind the columns, there in either direction.
    private mutating func takePrimaryKey(_ words: [String], of tokens: [Token]) {
        guard zip(words, words.dropFirst()).contains(where: { $0 == "primary" && $1 == "key" }) else { return }
        let key = tokens.filter { $0.depth == 1 }
        guard let name = key.first?.text.lowercased(), !key.contains(where: { $0.text == "," && !$0.isQuoted }),
            let column = names.firstIndex(of: name), integers.contains(column)
        else { return }
        rowIDColumn = column
    }

    private static let tableConstraints = ["constraint", "primary", "unique", "check", "foreign"]
    private static let columnConstraints = [
        "constraint", "primary", "not", "null", "unique", "check", "default", "collate", "references", "generated",
        "as",
    ]

    /// What stands behind the type of a column.
    private struct Constraints {
        var isPrimary = false
        var isDescending = false
        var isUnique = false
        var isCollated = false
        /// False for a column that is computed when it is read.
        var isStored = true
        var value: ColumnDefault.Literal?

        init(_ tokens: ArraySlice<Token>) {
            var before = ""
            for place in tokens.indices where tokens[place].depth == 0 && !tokens[place].isQuoted {
                let word = tokens[place].text.lowercased()
                switch word {
                case "key" where before == "primary": isPrimary = true
                case "desc": isDescending = true
                case "unique": isUnique = true
                case "collate": isCollated = tokens[(place + 1)...].first.map { !$0.isNamed("binary") } ?? false
                // Not the one of `ON DELETE SET DEFAULT`.
                case "default" where before != "set": value = ColumnDefault.Literal(tokens[(place + 1)...])
                case "as": isStored = tokens[place...].contains { $0.depth == 0 && $0.isWord("stored") }
                default: break
                }
                before = word
            }
        }
    }

    struct Token: Equatable {
        let text: String
        let isQuoted: Bool
        /// In how many parentheses within an entry it stands.
        var depth = 0

        /// Whether it is a word of the language, given in lower case.
        func isWord(_ word: String) -> Bool { !isQuoted && text.lowercased() == word }
        /// Whether it is a name, given in lower case.
        func isNamed(_ name: String) -> Bool { text.lowercased() == name }
    }

    /// Splits a statement into names, words and marks.
    private struct Tokens {
        private var input: Substring.UTF8View
        private(set) var isClosed = false

        init(_ sql: String) {
            input = Substring(sql).utf8
        }

        enum Kind { case table, index }

        /// What the statement makes, behind whose word it goes on; nil where it is neither.
        mutating func kind() -> Kind? {
            while let token = next(), !token.isQuoted {
                if token.isWord("table") { return .table }
                if token.isWord("index") { return .index }
            }
            return nil
        }

        mutating func skip(to mark: String) -> Bool {
            while let token = next() {
                if token.text == mark && !token.isQuoted { return true }
            }
            return false
        }

        /// The tokens up to the next comma or the closing parenthesis of this list; nil at the end of the text.
        mutating func entry() -> [Token]? {
            var entry: [Token] = []
            var depth = 0
            while var token = next() {
                token.depth = depth
                if !token.isQuoted {
                    if token.text == "(" { depth += 1 }
                    if token.text == ")" {
                        if depth == 0 {
                            isClosed = true
                            return entry
                        }
                        depth -= 1
                        continue
                    }
                    if token.text == ",", depth == 0 { return entry }
                }
                entry.append(token)
            }
            return entry.isEmpty ? nil : entry
        }

        /// The words behind the list, in lower case.
        mutating func tail() -> [String] {
            var words: [String] = []
            while let token = next() { words.append(token.text.lowercased()) }
            return words
        }

        private mutating func next() -> Token? {
            while let byte = input.first, byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { input.removeFirst() }
            guard let byte = input.first else { return nil }
            switch byte {
            case UInt8(ascii: "["): return quoted(until: UInt8(ascii: "]"))
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return quoted(until: byte)
            case UInt8(ascii: "-") where input.starts(with: Array("--".utf8)):
                while let byte = input.first, byte != 0x0A { input.removeFirst() }
                return next()
            case UInt8(ascii: "/") where input.starts(with: Array("/*".utf8)):
                while !input.isEmpty, !input.starts(with: Array("*/".utf8)) { input.removeFirst() }
                input = input.dropFirst(2)
                return next()
            default: break
            }
            if let number = number() { return number }
            guard Self.isWord(byte) else {
                input.removeFirst()
                return Token(text: String(UnicodeScalar(byte)), isQuoted: false)
            }
            let word = input.prefix(while: Self.isWord)
            input = input[word.endIndex...]
            return Token(text: String(decoding: word, as: UTF8.self), isQuoted: false)
        }

        /// A number with its fraction and exponent.
        private mutating func number() -> Token? {
            var digits = input.drop { $0 == UInt8(ascii: ".") }
            guard input.count - digits.count < 2, let first = digits.first, Self.isDigit(first) else { return nil }
            digits = input.drop { Self.isWord($0) || $0 == UInt8(ascii: ".") }
            var number = input[..<digits.startIndex]
            let isHex = number.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
            if !isHex, let last = number.last, last | 0x20 == UInt8(ascii: "e"), let sign = digits.first,
                sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
            {
                digits = digits.dropFirst().drop(while: Self.isDigit)
                number = input[..<digits.startIndex]
            }
            input = digits
            return Token(text: String(decoding: number, as: UTF8.self), isQuoted: false)
        }

        private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

        static func isWord(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
                || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
        }

        /// A name in quotes, in which the closing quote is written twice.
        private mutating func quoted(until quote: UInt8) -> Token {
            input.removeFirst()
            var text: [UInt8] = []
            while let byte = input.first {
                input.removeFirst()
                if byte == quote {
                    guard input.first == quote, quote != UInt8(ascii: "]") else { break }
                    input.removeFirst()
                }
                text.append(byte)
            }
            return Token(text: String(decoding: text, as: UTF8.self), isQuoted: true)
        }
    }
}
