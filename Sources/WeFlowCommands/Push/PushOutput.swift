internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// Where `push watch` puts events: a line each on the standard output, and a command.
final class PushOutput {
    private let form: PushWatch.Format
    private let command: String?
    private let context: Context
    private let output = StandardOutput()
    private var hasBegun = false
    private var said: Set<String> = []

    /// - Parameters:
    ///   - form: the form that is wanted.
    ///   - command: what is run for each event.
    ///   - context: where warnings go.
    init(_ form: PushWatch.Format, command: String?, context: Context) {
        (self.form, self.command, self.context) = (form, command, context)
    }

    /// Delivers one event in the forms that are wanted.
    ///
    /// - Parameters:
    ///   - line: makes the object with its line's end.
    ///   - frame: makes the form on the wire.
    /// - Throws: `ClosedPipe` where nobody reads any more; `.system` where nothing can be written or run.
    func deliver(line: () -> OutputBytes, frame: () -> OutputBytes) throws {
        if !hasBegun { try output.endTornRecord(form == .sse ? "\n\n" : "\n") }
        hasBegun = true
        let object = form == .jsonl || command != nil ? line().array() : []
        switch form {
        case .jsonl: try object.withUnsafeBytes { try output.write($0) }
        case .sse: try output.write(frame())
        case .text: try output.write(pushEventText(line(), style: context.style))
        }
        try output.flush()
        if let command { try ShellCommand(command).run(object, context) }
    }

    /// Says something on the standard error, once.
    func warnOnce(_ sentence: String) {
        if said.insert(sentence).inserted { context.warn(sentence) }
    }

    /// Says something on the standard error.
    func warn(_ sentence: String) { context.warn(sentence) }
}
