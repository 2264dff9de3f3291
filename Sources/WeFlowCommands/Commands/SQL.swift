internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowTools

/// `weflow sql`: a statement over the decrypted pages.
enum SQL: Command {
    static let name = "sql"
    static let abstract = "Ask a database in SQL; live, read-only, without a decrypted copy."
    static let examples = [
        "weflow sql --list --format table",
        #"weflow sql --database contact "SELECT username, remark FROM contact""#,
        #"weflow sql --database message_0 "SELECT 'Msg_' || md5hex('filehelper')""#,
    ]
    static let discussion = """
        One statement that reads: SELECT, EXPLAIN, or a PRAGMA that sets nothing. zstd(blob) gives the text of compressed \
        content, md5hex(text) the hash that tables are named after. Blobs are printed as hex digits. Ctrl-C ends it with \
        130.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        SQLRequest.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try SQLRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let layout = SQLAnswer.Layout(
            style: context.style(output), text: context.textStyle(output), screen: context.screenWidth(output),
            isShown: context.shows(output))
        let interrupt = QueryInterrupt()
        let signals = EndingSignals { interrupt() }
        defer { signals.cancel() }
        do {
            let failure = try await context.writingAlone(to: output.output) { sink throws(any Error) -> WeFlowError? in
                switch request.subject {
                case .list:
                    let list = try SQLList(request.database, in: account, interrupt)
                    try sink.write(list.encoded(request, layout))
                    for loss in list.losses { context.warn(loss.sentence) }
                    return list.losses.isEmpty ? nil : WeFlowError(.partial, "not all databases can be read")
                case .query(let query):
                    return try SQLAnswer(request, query, in: account, layout).write(to: sink, interrupt)
                }
            }
            if let failure { throw WeFlowError(.partial, failure.sentence) }
        } catch {
            if let number = signals.number { throw ExitCode(128 + number) }
            throw error
        }
    }
}

extension Context {
    /// Like ``writing(to:_:)``, for a command that sees to signals itself: the half file goes when the sink does.
    fileprivate func writingAlone<Result>(
        to path: String?, _ body: (any OutputSink) throws -> Result
    ) async throws -> Result {
        let sink: any OutputSink = if let path { try OutputFile(path: path) } else { StandardOutput() }
        let result = try body(sink)
        try sink.finish()
        return result
    }
}
