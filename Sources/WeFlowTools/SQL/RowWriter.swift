import WeFlowOutput

/// Rows of a query in one of the forms, written as they come.
protocol RowWriter: AnyObject {
    /// How many bytes wait.
    var count: Int { get }
    /// Writes what stands in front of the first row.
    func begin(_ columns: [String])
    /// Writes the row that a statement is at.
    func add(_ row: QueryStatement)
    /// Hands on what waits.
    func flush(to sink: any OutputSink) throws
}

/// An object a row.
final class JSONRows: RowWriter {
    private var writer: JSONWriter
    private let isLines: Bool
    private var columns: [String] = []
    private var digits: [UInt8] = []

    /// Rows within the list of an envelope, or in lines.
    init(_ style: JSONWriter.Style, isLines: Bool) {
        self.isLines = isLines
        writer = JSONWriter(style: isLines ? .compact : style, depth: isLines ? 0 : 2, capacity: 96 << 10)
    }

    var count: Int { writer.bytes.count }

    func begin(_ columns: [String]) { self.columns = columns }

    func add(_ row: QueryStatement) {
        writer.beginObject()
        for (place, name) in columns.enumerated() {
            writer.key(text: name)
            switch row.kind(place) {
            case .null: writer.null()
            case .integer: writer.integer(row.integer(place))
            case .real: writer.double(row.real(place))
            case .text: row.withBytes(place) { writer.string(utf8: $0) }
            case .blob:
                row.withBytes(place) { Hex.set(&digits, to: $0) }
                writer.string(utf8: digits)
            }
        }
        writer.endObject()
        if isLines { writer.endLine() }
    }

    func flush(to sink: any OutputSink) throws {
        try sink.write(writer.bytes)
        writer.removeBytes()
    }
}

/// A line of cells a row.
final class CSVRows: RowWriter {
    private var writer: CSVWriter
    private var width = 0
    private var digits: [UInt8] = []

    init(_ options: CSVWriter.Options) { writer = CSVWriter(options, capacity: 96 << 10) }

    var count: Int { writer.bytes.count }

    func begin(_ columns: [String]) {
        width = columns.count
        writer.header(columns)
    }

    func add(_ row: QueryStatement) {
        for place in 0..<width {
            switch row.kind(place) {
            case .null: writer.empty()
            case .integer: writer.integer(row.integer(place))
            case .real: writer.double(row.real(place))
            case .text: row.withBytes(place) { writer.text(utf8: $0) }
            case .blob:
                row.withBytes(place) { Hex.set(&digits, to: $0) }
                digits.withUnsafeBytes { writer.text(utf8: $0) }
            }
        }
        writer.endRow()
    }

    func flush(to sink: any OutputSink) throws {
        try sink.write(writer.bytes)
        writer.removeBytes()
    }
}

/// Aligned columns for reading. How wide they are the first rows say, so that a table of any length is written as it comes.
final class TableRows: RowWriter {
    private static let measured = 1000

    private let screen: Int?
    private let style: TerminalStyle
    private var columns: [String] = []
    private var widths: [Int] = []
    private var areNumbers: [Bool] = []
    private var held: [[String]] = []
    private var text = ""
    private var isFirst = true
    /// Where the screen has no room for the columns.
    private var fields: FieldLines?

    /// - Parameters:
    ///   - screen: the columns of the screen; nil where there is none, and nothing is cut.
    ///   - style: how the names of the columns stand out.
    init(screen: Int?, style: TerminalStyle) { (self.screen, self.style) = (screen, style) }

    var count: Int { text.utf8.count }

    func begin(_ columns: [String]) {
        self.columns = columns.map(\.inOneLine)
        widths = self.columns.map(\.displayWidth)
        areNumbers = columns.map { _ in true }
    }

    func add(_ row: QueryStatement) {
        let cells = columns.indices.map { place in
            switch row.kind(place) {
            case .null: return ""
            case .integer: return String(row.integer(place))
            case .real: return row.real(place).description
            case .text:
                if isFirst { areNumbers[place] = false }
                return row.withBytes(place) { String(decoding: $0, as: UTF8.self) }.inOneLine
            case .blob:
                if isFirst { areNumbers[place] = false }
                var digits: [UInt8] = []
                row.withBytes(place) { Hex.set(&digits, to: $0) }
                return String(decoding: digits, as: UTF8.self)
            }
        }
        guard isFirst else { return line(cells) }
        for (place, cell) in cells.enumerated() { widths[place] = max(widths[place], cell.displayWidth) }
        held.append(cells)
        if held.count == Self.measured { begin() }
    }

    /// Writes what was held to be measured.
    private func begin() {
        isFirst = false
        guard !held.isEmpty else { return }
        fitScreen()
        if fields == nil { line(columns, .heading) }
        for cells in held { line(cells) }
        held = []
    }

    /// The widest gives first, so that short columns stay whole.
    private func fitScreen() {
        guard let screen else { return }
        while widths.reduce(2 * (widths.count - 1), +) > screen {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else {
                fields = FieldLines(columns.map { .init($0) }, width: screen, style: style)
                return
            }
            widths[widest] -= 1
        }
    }

    private func line(_ cells: [String], _ role: TerminalStyle.Role? = nil) {
        if let lines = fields?.lines(of: cells) {
            text += lines
            return
        }
        var line = ""
        for (place, cell) in cells.enumerated() {
            let shown = screen == nil ? cell : cell.clipped(to: widths[place])
            let pad = String(repeating: " ", count: max(0, widths[place] - shown.displayWidth))
            let painted = role.map { style.paint(shown.isolated, $0) } ?? shown.isolated
            let isLast = place == cells.count - 1
            line += areNumbers[place] ? pad + painted : painted + (isLast ? "" : pad)
            if !isLast { line += "  " }
        }
        while line.last == " " { line.removeLast() }
        text += line + "\n"
    }

    func flush(to sink: any OutputSink) throws {
        if isFirst { begin() }
        try sink.write(text)
        text.removeAll(keepingCapacity: true)
    }
}

/// Bytes as lower-case hex digits.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func set(_ text: inout [UInt8], to bytes: UnsafeRawBufferPointer) {
        text.removeAll(keepingCapacity: true)
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
