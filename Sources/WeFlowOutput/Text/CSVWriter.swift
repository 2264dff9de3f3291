import WeFlowModel

/// Writes rows of comma-separated values (RFC 4180) into one growing buffer: commas, quotes and line ends are its
/// business, the order of cells the caller's (<doc:TextAndTables#Comma-separated-values>).
///
/// A text that a spreadsheet would run as a formula gets a `'` in front; numbers never do. On a terminal,
/// control characters but tab and ends of lines, which it would obey, are replaced by U+FFFD. A row is either put together
/// cell by cell, or taken from an object that a ``JSONWriter`` wrote. Rows may be written apart and joined by
/// ``fragment(_:)``.
///
/// ```swift
/// var csv = CSVWriter(options)
/// csv.header(["name", "count"])
/// csv.text("张三")
/// csv.integer(5)
/// csv.endRow()
/// ```
public struct CSVWriter: ~Copyable, Sendable {
    /// What a reader of the file needs.
    public struct Options: Sendable, Equatable {
        /// Whether a byte order mark stands in front, without which Excel takes the text for another encoding.
        public var hasMark: Bool
        /// Whether texts stand as they are, also where a spreadsheet would run them or a terminal obey.
        public var isRaw: Bool

        /// Whether a terminal shows them, which is not to obey what they hold.
        public var isShown: Bool

        /// Puts them together.
        public init(hasMark: Bool = false, isRaw: Bool = false, isShown: Bool = false) {
            (self.hasMark, self.isRaw, self.isShown) = (hasMark, isRaw, isShown)
        }

        /// Whether control characters are replaced.
        var cleans: Bool { isShown && !isRaw }
    }

    /// What has been written and not yet flushed.
    public private(set) var bytes: OutputBytes
    private let options: Options
    /// How many cells the row has so far.
    private var cells = 0
    /// Where the row begins in `bytes`.
    private var rowStart = 0

    /// Makes a writer without any row.
    ///
    /// - Parameters:
    ///   - options: what a reader of the file needs.
    ///   - capacity: how many bytes fit before the buffer grows for the first time.
    public init(_ options: Options = Options(), capacity: Int = 4096) {
        self.options = options
        bytes = OutputBytes(capacity: capacity)
    }

    /// Writes the line of the columns' names, and the byte order mark where there is to be one: the first line of a file.
    public mutating func header(_ columns: some Sequence<String>) {
        if options.hasMark {
            bytes.append("\u{FEFF}" as StaticString)
            rowStart = bytes.count
        }
        for column in columns { text(column) }
        endRow()
    }

    /// Writes the line of the columns' names, and the byte order mark where there is to be one: the first line of a file.
    public mutating func header(_ columns: [StaticString]) { header(columns.lazy.map(\.description)) }

    // MARK: Cells

    /// Writes a text; where it begins like a formula it is guarded.
    public mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { self.text(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a text of bytes that should be UTF-8; what is not is replaced by U+FFFD, once for each maximal subpart.
    public mutating func text(utf8 text: UnsafeRawBufferPointer) {
        cell(text, isGuarded: text.first.map(Self.beginsFormula) ?? false)
    }

    /// Writes a number.
    public mutating func integer(_ value: some FixedWidthInteger) {
        beginCell()
        bytes.append(decimal: value)
    }

    /// Writes the shortest number that reads back as `value`; nothing where it is no finite number.
    public mutating func double(_ value: Double) {
        beginCell()
        if value.isFinite { bytes.append(value.description) }
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        beginCell()
        bytes.append(value ? "true" : "false" as StaticString)
    }

    /// Writes a value that is JSON already: a text becomes a text, a number stays one, `null` is an empty cell, a list or an
    /// object stands as JSON.
    public mutating func json(_ value: UnsafeRawBufferPointer) {
        switch value.first {
        case UInt8(ascii: "\""): string(UnsafeRawBufferPointer(rebasing: value[1..<max(1, value.count - 1)]))
        case UInt8(ascii: "["), UInt8(ascii: "{"): cell(value, isGuarded: false)
        case UInt8(ascii: "n"), nil: empty()
        default:
            beginCell()
            bytes.append(value)
        }
    }

    /// Writes a cell without a value.
    public mutating func empty() { beginCell() }

    /// Ends a row.
    public mutating func endRow() {
        // A line of nothing would be no row: readers pass over it.
        if cells == 1, bytes.count == rowStart { bytes.append("\"\"" as StaticString) }
        bytes.append("\r\n" as StaticString)
        cells = 0
        rowStart = bytes.count
    }

    // MARK: Rows

    /// Writes a row of the members of an object.
    ///
    /// - Parameters:
    ///   - object: JSON without blanks, as ``JSONWriter`` writes it. Its members are in the order of the columns; a column
    ///     that it has no member of is empty, a member that is no column is left out.
    ///   - columns: the names of the members.
    public mutating func row(of object: UnsafeRawBufferPointer, _ columns: [StaticString]) {
        var members = JSONMembers(object)
        var column = 0
        while let (name, value) = members.next() {
            guard let place = columns[column...].firstIndex(where: { $0.isName(name) }) else { continue }
            for _ in column..<place { empty() }
            json(value)
            column = place + 1
        }
        for _ in column..<columns.count { empty() }
        endRow()
    }

    /// Joins rows that another writer wrote.
    public mutating func fragment(_ rows: borrowing OutputBytes) {
        bytes.append(rows)
        rowStart = bytes.count
    }

    /// Drops what has been written: a file is flushed piece by piece. To be called between two rows.
    public mutating func removeBytes() {
        bytes.removeAll()
        rowStart = 0
    }

    /// Hands the buffer over.
    public consuming func finish() -> OutputBytes { bytes }

    // MARK: Inside

    private mutating func beginCell() {
        if cells > 0 { bytes.append(UInt8(ascii: ",")) }
        cells += 1
    }

    /// Whether a spreadsheet takes a text that begins with this byte for a formula.
    private static func beginsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }

    /// Writes the bytes of a cell, in quotes where they need them.
    private mutating func cell(_ text: UnsafeRawBufferPointer, isGuarded: Bool) {
        let marks = TextMarks(of: text)
        if marks.contains(.broken) || marks.contains(.control) && options.cleans {
            return Array(cleaned(text).utf8).withUnsafeBytes { put($0, isGuarded: isGuarded) }
        }
        put(text, isGuarded: isGuarded)
    }

    /// The text with U+FFFD in the place of what is no UTF-8, and on a terminal of control characters.
    private func cleaned(_ text: UnsafeRawBufferPointer) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 9, 10, 13: clean.append(scalar)
            case ..<32, 127..<160: clean.append(options.cleans ? "\u{FFFD}" : scalar)
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    private mutating func put(_ text: UnsafeRawBufferPointer, isGuarded: Bool) {
        beginCell()
        let isQuoted = text.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
        }
        guard isQuoted else {
            guardIf(isGuarded)
            return bytes.append(text)
        }
        bytes.append(UInt8(ascii: "\""))
        guardIf(isGuarded)
        bytes.reserve(2 * text.count + 1)
        for byte in text { appendReserved(byte) }
        bytes.appendReserved(UInt8(ascii: "\""))
    }

    /// Writes the text that a JSON string stands for.
    private mutating func string(_ inside: UnsafeRawBufferPointer) {
        guard inside.contains(UInt8(ascii: "\\")) else { return text(utf8: inside) }
        var text = JSONText(inside)
        if options.cleans, text.holdsNumbers {
            var decoded: [UInt8] = []
            decoded.reserveCapacity(inside.count)
            while let byte = text.next() { decoded.append(byte) }
            return decoded.withUnsafeBytes { self.text(utf8: $0) }
        }
        beginCell()
        // What is escaped is a quote or the end of a line, as good as always.
        bytes.append(UInt8(ascii: "\""))
        bytes.reserve(2 * inside.count + 2)
        var isFirst = true
        while let byte = text.next() {
            if isFirst, Self.beginsFormula(byte), !options.isRaw { bytes.appendReserved(UInt8(ascii: "'")) }
            isFirst = false
            appendReserved(byte)
        }
        bytes.appendReserved(UInt8(ascii: "\""))
    }

    private mutating func guardIf(_ isFormula: Bool) {
        if isFormula, !options.isRaw { bytes.append(UInt8(ascii: "'")) }
    }

    /// Appends a byte of a cell in quotes.
    @inline(__always)
    private mutating func appendReserved(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") { bytes.appendReserved(byte) }
        bytes.appendReserved(byte)
    }
}

extension StaticString {
    fileprivate func isName(_ name: UnsafeRawBufferPointer) -> Bool {
        utf8CodeUnitCount == name.count
            && name.elementsEqual(UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount))
    }
}
