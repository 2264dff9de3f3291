internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow openapi`: the description of the HTTP API.
enum OpenAPI: Command {
    static let name = "openapi"
    static let abstract = "Print the OpenAPI 3.1 description of the HTTP API."
    static let examples = ["weflow openapi --output openapi.json"]
    static let discussion = "A running server gives the same at /openapi.json."
    static var parameters: [ParameterDeclaration] { OutputOptions.parameters }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let port = try ServeSettings(from: context.state).port
        var writer = JSONWriter(style: context.style(output))
        writer.value(OpenAPIDocument.document(server: "http://127.0.0.1:\(port)"))
        try await context.deliver(writer.finish(), output)
    }
}
