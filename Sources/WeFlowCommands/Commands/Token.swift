internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowQuery

/// `weflow token`: the token that the server asks for.
struct Token: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print the server's access token, or replace it.",
        discussion: """
            curl -H "Authorization: Bearer $(weflow token)" 127.0.0.1:5031/api/v1/sessions
            weflow token --rotate

            The token is made when it is first asked for.
            """)

    @Flag(help: "Replace the token by a new one; the old one ceases to hold.")
    var rotate = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to a file that nobody else can read.", valueName: "file"), completion: .file())
    var output: String?

    func run(in context: Context) async throws {
        let token = try rotate ? AccessToken.rotate(in: context.state) : AccessToken.storedOrNew(in: context.state)
        try await context.writing(to: output) { try $0.write(token.text + "\n") }
    }
}
