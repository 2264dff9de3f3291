internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow completions`: the script that completes command lines in a shell.
enum Completions: Command {
    static let name = "completions"
    static let abstract = "Print the script that completes commands, options and chats in a shell."
    static let examples = ["weflow completions fish > weflow.fish"]
    static let discussion = """
        The scripts lie ready in completions/: weflow.bash, _weflow for zsh, weflow.fish. They ask weflow what may follow; \
        chats are completed by id and by name where the account opens at once.
        """

    private static let shell = Parameter<CompletionScript>.requiredChoice("shell", "", .argument)

    @ParameterList static var parameters: [ParameterDeclaration] { shell }

    static func run(_ values: Parameters, in context: Context) async throws {
        let script = try values[shell]
        try await context.writing(to: nil) { try $0.write(script.text) }
    }
}
