/// Rows in aligned columns, for people; a field a line where the screen is too narrow for them.
struct TextTable {
    /// A column.
    struct Column {
        var title: String
        /// Whether its cells stand at the right.
        var isNumber = false
        /// Whether its cells may be cut where the screen is too narrow; what a person would copy may not.
        var canShrink = false
        /// Whether it goes where the screen is too narrow; the last goes first.
        var canGo = false
        var role: TerminalStyle.Role?
    }

    var columns: [Column]
    var rows: [[String]] = []

    /// The narrowest that a column is cut to.
    private static let narrowest = 8

    /// The table as text, a line a row; no row, no text.
    ///
    /// - Parameters:
    ///   - width: the columns of the screen; nil where there is no screen, and nothing is cut.
    ///   - style: how the title and the roles stand out.
    /// - Returns: the lines with their ends.
    func text(width: Int?, style: TerminalStyle) -> String {
        guard !rows.isEmpty else { return "" }
        let cells = rows.map { $0.map(\.inOneLine) }
        let widths = widths(of: cells, in: width)
        if let width, Self.total(widths) > width {
            if let last = columns.lastIndex(where: \.canGo) { return without(last).text(width: width, style: style) }
            return fieldLines(cells, width, style)
        }
        var text = ""
        for (index, row) in ([columns.map(\.title)] + cells).enumerated() {
            var line = ""
            for (column, cell) in row.enumerated() {
                let cell = cell.clipped(to: widths[column])
                let pad = String(repeating: " ", count: widths[column] - cell.displayWidth)
                let role = index == 0 ? .heading : columns[column].role
                let isolated = cell.isolated
                let painted = role.map { style.paint(isolated, $0) } ?? isolated
                let isLast = column == row.count - 1
                line += columns[column].isNumber ? pad + painted : painted + (isLast ? "" : pad)
                if !isLast { line += "  " }
            }
            text += line.trimmingTrailingBlanks + "\n"
        }
        return text
    }

    /// Columns of a line.
    private static func total(_ widths: [Int]) -> Int { widths.reduce(2 * (widths.count - 1), +) }

    private func without(_ column: Int) -> TextTable {
        var table = self
        table.columns.remove(at: column)
        for row in rows.indices { table.rows[row].remove(at: column) }
        return table
    }

    private func fieldLines(_ cells: [[String]], _ width: Int, _ style: TerminalStyle) -> String {
        var lines = FieldLines(
            columns.map { .init($0.title, canShrink: $0.canShrink, role: $0.role) }, width: width, style: style)
        return cells.reduce(into: "") { $0 += lines.lines(of: $1) }
    }

    private func widths(of cells: [[String]], in screen: Int?) -> [Int] {
        var widths = columns.map(\.title.displayWidth)
        for row in cells {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.displayWidth) }
        }
        guard let screen else { return widths }
        // The widest gives first, so that short columns stay whole.
        while Self.total(widths) > screen {
            let candidates = widths.indices.filter { columns[$0].canShrink && widths[$0] > Self.narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}

extension String {
    fileprivate var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
