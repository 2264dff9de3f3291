internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowServer

/// `weflow openapi`: the description of the HTTP API.
struct OpenAPI: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the OpenAPI 3.1 description of the HTTP API.",
        discussion: """
            weflow openapi --output openapi.json

            A running server gives the same at /openapi.json.
            """)

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run(in context: Context) async throws {
        let port = try ServeSettings(from: context.state).port
        var writer = JSONWriter(style: context.style(output))
        writer.value(OpenAPIDocument.document(server: "http://127.0.0.1:\(port)"))
        try await context.deliver(writer.finish(), output)
    }
}
