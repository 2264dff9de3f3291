internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow setup`: the first thing to be run. Account and key are found or asked for, tried, and written down.
enum Setup: Command {
    static let name = "setup"
    static let abstract = "Find your account, try its key, and write both to the configuration."
    static let examples = ["weflow setup", "weflow setup --account DIR --key-file FILE"]
    static let discussion = """
        On a terminal it asks for what is not given: which of the accounts that lie where WeChat puts them, or another \
        folder, and the database key, which is not shown while it is typed. Nothing is written before the key has opened \
        the account. A key file is named in the configuration; a key that was typed, or that came from the standard input \
        (--key-file -) or WEFLOW_KEY, is kept in a file beside the configuration that only you can read, unless \
        --no-keep-key is given. Settings of another account are replaced where you say so. No key is taken out of another \
        program, and none is ever shown.
        """

    private static let force = Parameter.mark(
        "force", "Replace the settings of another account without asking.")
    private static let keepKey = Parameter.optionalFlag(
        "keepKey", "Keep a key that was typed in a file that only you can read.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        force
        keepKey
        AccountOptions.withoutKey
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        var dialogue = try SetupDialogue(
            options: AccountOptions(values, takesKey: false), isForced: values[force], keepsKey: values[keepKey],
            in: context)
        let outcome = try await dialogue.run()
        try await context.writing(to: nil) { try $0.write(outcome) }
    }
}
