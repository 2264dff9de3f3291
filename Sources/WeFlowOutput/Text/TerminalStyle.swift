/// How a text for people stands out: with the colours of the terminal, or not at all.
public struct TerminalStyle: Sendable, Equatable {
    /// Whether escape sequences are written.
    public var hasColour: Bool

    /// Makes a style.
    public init(hasColour: Bool) { self.hasColour = hasColour }

    /// Text without any escape sequence.
    public static let plain = TerminalStyle(hasColour: false)

    /// What a text is to its reader.
    public enum Role: Sendable {
        /// A heading.
        case heading
        /// What matters less than what stands beside it.
        case faint
        /// A name.
        case name
        /// What is well.
        case good
        /// What is not well.
        case bad
    }

    /// The text in the colours of its role.
    public func paint(_ text: String, _ role: Role) -> String {
        guard hasColour, !text.isEmpty else { return text }
        let code =
            switch role {
            case .heading: "1"
            case .faint: "2"
            case .name: "36"
            case .good: "32"
            case .bad: "31"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
