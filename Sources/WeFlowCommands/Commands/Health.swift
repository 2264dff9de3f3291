internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow health`: asks a running server.
enum Health: Command {
    static let name = "health"
    static let abstract = "Ask a running server whether it is well."
    static let examples = ["weflow health", "weflow health --url http://127.0.0.1:5031"]
    static let discussion = "The exit code is 0 where it is, 69 where no server answers."

    private static let url = CommonOptions.url.with(
        .help("The server's address. (default: 127.0.0.1 and the port that weflow serve remembers)"))

    @ParameterList static var parameters: [ParameterDeclaration] {
        url
        OutputOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let url = try values[url] ?? "http://127.0.0.1:\(ServeSettings(from: context.state).port)"
        let answer = try HealthCheck(url: url).run()
        var writer = JSONWriter(style: context.style(output))
        writer.value(answer)
        try await context.deliver(writer.finish(), output)
    }
}
