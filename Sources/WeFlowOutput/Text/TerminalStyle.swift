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
        /// What was looked for.
        case match

        fileprivate var code: String {
            switch self {
            case .heading: "1"
            case .faint: "2"
            case .name: "36"
            case .good: "32"
            case .bad: "31"
            case .match: "1;31"
            }
        }
    }

    /// The text in the colours of its role.
    public func paint(_ text: String, _ role: Role) -> String {
        guard hasColour, !text.isEmpty else { return text }
        return beginning(of: role) + text + end
    }

    /// What stands in front of a text in the colours of its role.
    func beginning(of role: Role) -> String { hasColour ? "\u{1B}[\(role.code)m" : "" }

    /// What stands behind a text in colours.
    var end: String { hasColour ? "\u{1B}[0m" : "" }
}
