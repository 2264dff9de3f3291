internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore
internal import WeFlowSystem
internal import WeFlowTools

/// `weflow mcp`: the account's history as tools of a language model.
enum MCP: Command {
    static let name = "mcp"
    static let abstract = "Serve the history to a language model, over standard input and output (MCP)."
    static let examples = [
        "weflow mcp", "weflow mcp --hide 妈妈 --hide label:家人 --log ~/weflow-mcp.log",
        "weflow mcp --only 蛋糕会 --max-bytes 20000",
    ]
    static let discussion = """
        For the configuration of a host such as Claude Desktop, which starts it; nobody types what it reads. It speaks the \
        revisions 2024-11-05 to 2026-07-28 of the Model Context Protocol. Every tool reads; none shows a path or a key. A \
        chat that is hidden is answered like one that is not in the account.
        """

    private static let only = Parameter.list(
        "only", "Show these chats alone: ids, names, or label:NAME.", .value("chat,…"), .group(.filters))
    private static let hide = Parameter.list(
        "hide", "Hide these chats, from counts and searches, too.", .value("chat,…"), .group(.filters))
    private static let maxBytes = Parameter.exactNumber(
        "maxBytes", in: 1000...100_000_000, "The most bytes of an answer; 40000 where it is not given.", .value("n"))
    private static let log = Parameter.file(
        "log", "Note each call in this file: tool, names of arguments, time, size; never what was asked or answered.",
        .value("file"))

    @ParameterList static var parameters: [ParameterDeclaration] {
        only
        hide
        maxBytes
        log
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let options = try AccountOptions(values)
        guard options.keyFile != "-" else {
            throw WeFlowError(.usage, "--key-file - cannot be read from the standard input, on which the client speaks")
        }
        let server = try server(values, options, in: context)
        try check(server, context)
        let signals = EndingSignals { System.endNow(0) }
        defer { signals.cancel() }
        try await server.run()
    }

    private static func server(
        _ values: Parameters, _ options: AccountOptions, in context: Context
    ) throws(WeFlowError) -> ModelServer {
        let rules = VisibilityRules(only: texts(values, only), hide: texts(values, hide))
        var mostBytes = 40_000
        if let given = try values[maxBytes] { mostBytes = given }
        var calls: CallLog?
        if let path = try values[log] { calls = try CallLog(path: path) }
        let settings = try Settings(options, in: context)
        return ModelServer(
            version: Weflow.version, rules: rules, mostBytes: mostBytes, log: calls, stateFolder: context.state
        ) { () throws(WeFlowError) in try settings.openAccount() }
    }

    /// Ends the start where a name means nobody. A store that cannot be read now is told to whoever asks, as soon as
    /// somebody does.
    private static func check(_ server: ModelServer, _ context: Context) throws(WeFlowError) {
        do throws(WeFlowError) {
            try server.checkRules()
        } catch {
            if error.kind == .usage || error.kind == .notFound { throw error }
            context.warn(error.sentence)
        }
    }

    /// The texts of an option, each as it was given.
    private static func texts(_ values: Parameters, _ parameter: Parameter<[String]>) -> [String] {
        switch values[parameter.declaration.name] {
        case .string(let text)?: [text]
        case .array(let texts)?: texts.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: []
        }
    }
}
