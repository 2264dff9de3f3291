#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
        let columns = [STDOUT_FILENO, STDERR_FILENO].compactMap { descriptor in
            var size = winsize()
            return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
        }
        return Terminal(
            showsOutput: isatty(STDOUT_FILENO) == 1, showsErrors: isatty(STDERR_FILENO) == 1 && !isDumb,
            takesInput: isatty(STDIN_FILENO) == 1, mayColour: !isDumb && environment["NO_COLOR"] == nil,
            width: columns.first ?? 80)
    }
}

/// The environment variables; one that is empty counts as absent.
struct Environment: Sendable {
    private let variable: @Sendable (String) -> String?

    /// The process's own.
    static let process = Environment { name in getenv(name).map { String(cString: $0) } }

    init(_ variable: @escaping @Sendable (String) -> String?) { self.variable = variable }

    init(_ variables: [String: String]) { self.init { variables[$0] } }

    subscript(name: String) -> String? {
        guard let value = variable(name), !value.isEmpty else { return nil }
        return value
    }
}
