/// Rows with a line for each field, for a screen that is too narrow for columns (<doc:TextAndTables#Tables>).
public struct FieldLines: Sendable {
    /// A field.
    public struct Field: Sendable {
        let title: String
        let canShrink: Bool
        let role: TerminalStyle.Role?

        /// Names a field.
        ///
        /// - Parameters:
        ///   - title: stands in front of it.
        ///   - canShrink: whether it may be cut; what a person would copy may not.
        ///   - role: how it stands out.
        public init(_ title: String, canShrink: Bool = true, role: TerminalStyle.Role? = nil) {
            (self.title, self.canShrink, self.role) = (title, canShrink, role)
        }
    }

    private let fields: [Field]
    private let width: Int
    private let style: TerminalStyle
    private let indent: Int
    private var isFirst = true

    /// Makes lines.
    ///
    /// - Parameters:
    ///   - fields: of each row.
    ///   - width: the columns of the screen.
    ///   - style: how titles and roles stand out.
    public init(_ fields: [Field], width: Int, style: TerminalStyle) {
        (self.fields, self.width, self.style) = (fields, width, style)
        indent = min((fields.map(\.title.displayWidth).max() ?? 0) + 2, max(width / 2, 4))
    }

    /// The lines of a row with their ends, below an empty line where it is not the first. What has no value has no line.
    public mutating func lines(of cells: [String]) -> String {
        var text = isFirst ? "" : "\n"
        isFirst = false
        for (field, cell) in zip(fields, cells) where !cell.isEmpty && cell != "-" {
            let title = field.title.clipped(to: indent - 1)
            let pad = String(repeating: " ", count: indent - title.displayWidth)
            let isLong = cell.displayWidth > width - indent
            let shown = isLong && field.canShrink ? cell.clipped(to: width - indent) : cell
            let painted = field.role.map { style.paint(shown.isolated, $0) } ?? shown.isolated
            text += style.paint(title, .heading)
            // What cannot be cut begins a line of its own, which the terminal then breaks where it has to.
            text += isLong && !field.canShrink ? "\n\(painted)\n" : "\(pad)\(painted)\n"
        }
        return text
    }
}
