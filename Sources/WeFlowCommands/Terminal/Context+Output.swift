internal import WeFlowOutput
internal import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Context {
    /// How JSON is laid out: indented for a reader, compact for a program (contract section 1, JSON out).
    func style(_ options: OutputOptions) -> JSONWriter.Style {
        options.pretty || (options.output == nil && terminal.showsOutput) ? .pretty : .compact
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
        let interruption = file.temporaryPath.map { path in Interruption(cleanUps) { unlink(path) } }
        defer { withExtendedLifetime(interruption) {} }
        let result = try await body(file)
        try file.finish()
        return result
    }

    /// Writes a whole JSON answer and the line's end.
    ///
    /// - Throws: why it cannot be written.
    func deliver(_ answer: borrowing OutputBytes, _ options: OutputOptions) async throws {
        let bytes = answer.array()
        try await writing(to: options.output) { sink in
            try bytes.withUnsafeBytes { try sink.write($0) }
            try sink.write("\n")
        }
    }
}
