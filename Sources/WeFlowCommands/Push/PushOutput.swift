internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// Where `push watch` puts events: a line each on the standard output, and a command.
final class PushOutput {
    private let isStream: Bool
    private let command: String?
    private let context: Context
    private let output = StandardOutput()
    private var hasBegun = false
    private var said: Set<String> = []

    /// - Parameters:
    ///   - isStream: whether the form on the wire is wanted.
    ///   - command: what is run for each event.
    ///   - context: where warnings go.
    init(isStream: Bool, command: String?, context: Context) {
        (self.isStream, self.command, self.context) = (isStream, command, context)
    }

    /// Delivers one event in the forms that are wanted.
    ///
    /// - Parameters:
    ///   - line: makes the object with its line's end.
    ///   - frame: makes the form on the wire.
    /// - Throws: `ClosedPipe` where nobody reads any more; `.system` where nothing can be written or run.
    func deliver(line: () -> OutputBytes, frame: () -> OutputBytes) throws {
        if !hasBegun { try output.endTornRecord(isStream ? "\n\n" : "\n") }
        hasBegun = true
        guard isStream else {
            let line = line()
            try output.write(line)
            try output.flush()
            if let command { try ShellCommand(command).run(line.array(), context) }
            return
        }
        try output.write(frame())
        try output.flush()
        if let command { try ShellCommand(command).run(line().array(), context) }
    }

    /// Says something on the standard error, once.
    func warnOnce(_ sentence: String) {
        if said.insert(sentence).inserted { context.warn(sentence) }
    }

    /// Says something on the standard error.
    func warn(_ sentence: String) { context.warn(sentence) }
}
