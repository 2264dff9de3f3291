internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow token`: the token that the server asks for.
enum Token: Command {
    static let name = "token"
    static let abstract = "Print the server's access token, or replace it."
    static let examples = [
        #"curl -H "Authorization: Bearer $(weflow token)" 127.0.0.1:5031/api/v1/sessions"#, "weflow token --rotate",
    ]
    static let discussion = "The token is made when it is first asked for."

    private static let rotate = Parameter.mark(
        "rotate", "Replace the token by a new one; the old one ceases to hold.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        rotate
        OutputOptions.secret
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try values[OutputOptions.secret]
        let token =
            try values[rotate] ? AccessToken.rotate(in: context.state) : AccessToken.storedOrNew(in: context.state)
        try await context.writing(to: output) { try $0.write(token.text + "\n") }
    }
}
