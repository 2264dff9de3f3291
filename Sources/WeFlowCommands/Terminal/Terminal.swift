import WeFlowSystem

/// What the process is connected to; made once at the start and handed down.
struct Terminal: Sendable, Equatable {
    /// Whether somebody reads the standard output on a screen.
    var showsOutput = false
    /// Whether somebody reads the standard error on a screen that can redraw a line.
    var showsErrors = false
    /// Whether somebody can answer a question.
    var takesInput = false
    /// Whether the screen may be coloured, where there is one (https://no-color.org).
    var mayColour = false
    /// Columns of the screen.
    var width = 80

    /// The process's own.
    static func process(_ environment: Environment) -> Terminal {
        let isDumb = environment["TERM"] == "dumb"
        // Where the output is piped the standard error still knows the screen.
        let columns = Descriptor.standardOutput.columns ?? Descriptor.standardError.columns
        return Terminal(
            showsOutput: Descriptor.standardOutput.isTerminal,
            showsErrors: Descriptor.standardError.isTerminal && !isDumb,
            takesInput: Descriptor.standardInput.isTerminal, mayColour: !isDumb && environment["NO_COLOR"] == nil,
            width: columns ?? 80)
    }
}

/// The environment variables; one that is empty counts as absent.
struct Environment: Sendable {
    private let variable: @Sendable (String) -> String?

    /// The process's own.
    static let process = Environment { System.variable($0) }

    init(_ variable: @escaping @Sendable (String) -> String?) { self.variable = variable }

    init(_ variables: [String: String]) { self.init { variables[$0] } }

    subscript(name: String) -> String? {
        guard let value = variable(name), !value.isEmpty else { return nil }
        return value
    }
}
