internal import WeFlowOutput

extension String {
    /// The text in lines of at most `width` columns, broken at blanks; a word that is longer stands alone.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            var columns = 0
            for word in paragraph.split(separator: " ").map(String.init) {
                let size = word.displayWidth
                if columns > 0, columns + 1 + size > width {
                    lines.append(line)
                    (line, columns) = ("", 0)
                }
                line += columns > 0 ? " " + word : word
                columns += (columns > 0 ? 1 : 0) + size
            }
            lines.append(line)
        }
        return lines
    }

    /// The text wrapped to `width` columns, every line after `indent` blanks.
    func wrapped(to width: Int, indent: Int) -> String {
        wrapped(to: max(width - indent, 16)).map { line in
            line.isEmpty ? "" : String(repeating: " ", count: indent) + line
        }.joined(separator: "\n")
    }
}

/// Terms at the left and what they mean at the right; below each other where the screen is narrow.
struct TermList {
    /// Where the meanings begin.
    private static let column = 28

    /// The lines of the list.
    static func text(_ rows: [(term: String, text: String)], width: Int) -> String {
        let isNarrow = width < 60
        let column = isNarrow ? 6 : min(Self.column, (rows.map(\.term.displayWidth).max() ?? 0) + 4)
        return rows.map { row in
            let meaning = row.text.wrapped(to: width, indent: column)
            let term = "  " + row.term
            guard !isNarrow, term.displayWidth < column - 1 else { return "\(term)\n\(meaning)\n" }
            return term.padded(to: column) + meaning.dropFirst(column) + "\n"
        }.joined()
    }
}
