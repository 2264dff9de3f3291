internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowSystem

extension Context {
    /// How JSON is laid out: indented for a reader, compact for a program.
    func style(_ options: OutputOptions) -> JSONWriter.Style {
        options.pretty || shows(options) ? .pretty : .compact
    }

    /// Whether a terminal shows the output.
    func shows(_ options: OutputOptions) -> Bool { options.output == nil && terminal.showsOutput }

    /// How a text for people stands out on the standard output, where no option says it.
    var style: TerminalStyle { TerminalStyle(hasColour: terminal.showsOutput && terminal.mayColour) }

    /// How a text for people stands out where it goes to.
    func textStyle(_ options: OutputOptions) -> TerminalStyle {
        switch options.color {
        case .always: TerminalStyle(hasColour: true)
        case .never: .plain
        case .auto: options.output == nil ? style : .plain
        }
    }

    /// The columns of the screen that the output goes to, nil where it goes to none.
    func screenWidth(_ options: OutputOptions) -> Int? {
        shows(options) ? terminal.width : nil
    }

    /// Writes a text for people.
    ///
    /// - Throws: why it cannot be written.
    func deliver(_ text: String, _ options: OutputOptions) async throws {
        try await writing(to: options.output) { try $0.write(text) }
    }

    /// Lets `body` write to where the options say, and completes the output when it returns.
    ///
    /// - Parameters:
    ///   - path: the file of `--output`, nil for the standard output.
    ///   - body: writes to the sink.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, and why the output cannot be written.
    func writing<Result>(
        to path: String?, _ body: (any OutputSink) async throws -> Result
    ) async throws -> Result {
        guard let path else {
            let output = StandardOutput()
            let result = try await body(output)
            try output.finish()
            return result
        }
        let file = try OutputFile(path: path)
        let interruption = file.temporaryPath.map { path in Interruption(cleanUps) { Paths.discard(path) } }
        defer { withExtendedLifetime(interruption) {} }
        let result = try await body(file)
        try file.finish()
        return result
    }

    /// Writes a whole JSON answer and the line's end.
    ///
    /// - Throws: why it cannot be written.
    func deliver(_ answer: borrowing OutputBytes, _ options: OutputOptions) async throws {
        try await writing(to: options.output) { sink in
            try answer.withBytes { bytes throws(any Error) in try sink.write(bytes) }
            try sink.write("\n")
        }
    }
}
