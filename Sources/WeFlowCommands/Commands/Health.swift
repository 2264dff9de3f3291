internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowServer

/// `weflow health`: asks a running server.
struct Health: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a running server whether it is well.",
        discussion: """
            weflow health
            weflow health --url http://127.0.0.1:5031

            The exit code is 0 where it is, 69 where no server answers.
            """)

    @Option(help: "The server's address. (default: 127.0.0.1 and the port that weflow serve remembers)")
    var url: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run(in context: Context) async throws {
        let url = try url ?? "http://127.0.0.1:\(ServeSettings(from: context.state).port)"
        let answer = try HealthCheck(url: url).run()
        var writer = JSONWriter(style: context.style(output))
        writer.value(answer)
        try await context.deliver(writer.finish(), output)
    }
}
