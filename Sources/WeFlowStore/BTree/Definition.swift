/// What the text of a `CREATE TABLE` or `CREATE INDEX` says of its columns.
struct Definition: Equatable {
    /// Names of columns in lower case, in order.
    private(set) var names: [String] = []
    /// The column declared `INTEGER PRIMARY KEY`, which is the row id, or -1.
    private(set) var rowIDColumn = -1
    /// The first column that is declared UNIQUE or PRIMARY KEY on its own and has an index for it.
    private(set) var uniqueColumns: String?
    /// Whether an index covers only the rows that meet a condition.
    private(set) var hasCondition = false
    /// Whether the entries of an index are in another order than from the least value of its first column up, byte by
    /// byte.
    private(set) var hasOwnOrder = false
    /// Whether the table has no row ids.
    private(set) var isWithoutRowID = false
    /// The columns that are declared INTEGER.
    private var integers: [Int] = []

    /// Reads a statement; nil where it has no list of columns.
    init?(_ sql: String) {
        var tokens = Tokens(sql)
        guard tokens.skip(to: "(") else { return nil }
        while let entry = tokens.entry() {
            take(entry)
            if tokens.isClosed { break }
        }
        let tail = tokens.tail()
        hasCondition = tail.contains("where")
        isWithoutRowID = zip(tail, tail.dropFirst()).contains { $0 == "without" && $1 == "rowid" }
        guard !names.isEmpty else { return nil }
    }

    private mutating func take(_ tokens: [Token]) {
        let entry = tokens.filter { $0.depth == 0 }
        guard let first = entry.first else { return }
        let words = entry.dropFirst().filter { !$0.isQuoted }.map { $0.text.lowercased() }
        if !first.isQuoted, Self.constraints.contains(first.text.lowercased()), entry.count > 1 {
            takePrimaryKey([first.text.lowercased()] + words, of: tokens)
            return
        }
        // An index on an expression is on no column.
        let isExpression = entry.count > 1 && entry[1].text == "(" && !entry[1].isQuoted
        let name = isExpression ? "" : first.text.lowercased()
        names.append(name)
        if names.count == 1 { hasOwnOrder = words.contains("desc") || words.contains("collate") }
        let isPrimary = zip(words, words.dropFirst()).contains { $0 == "primary" && $1 == "key" }
        // `INTEGER PRIMARY KEY DESC` is no row id (<doc:Databases#Row-ids>).
        if words.first == "integer" { integers.append(names.count - 1) }
        if isPrimary, words.first == "integer", !words.contains("desc") {
            rowIDColumn = names.count - 1
        } else if uniqueColumns == nil, isPrimary || words.contains("unique") {
            uniqueColumns = words.contains("collate") ? "" : name
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

    private static let constraints = ["constraint", "primary", "unique", "check", "foreign"]

    struct Token: Equatable {
        let text: String
        let isQuoted: Bool
        /// In how many parentheses within an entry it stands.
        var depth = 0
    }

    /// Splits a statement into names, words and marks.
    private struct Tokens {
        private var input: Substring.UTF8View
        private(set) var isClosed = false

        init(_ sql: String) {
            input = Substring(sql).utf8
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
            guard Self.isWord(byte) else {
                input.removeFirst()
                return Token(text: String(UnicodeScalar(byte)), isQuoted: false)
            }
            let word = input.prefix(while: Self.isWord)
            input = input[word.endIndex...]
            return Token(text: String(decoding: word, as: UTF8.self), isQuoted: false)
        }

        private static func isWord(_ byte: UInt8) -> Bool {
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
