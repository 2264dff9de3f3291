internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSample

/// `weflow sample`: a small invented account to try everything on.
struct Sample: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Make a small encrypted account, all of it invented, to try the commands on.",
        discussion: """
            weflow sample demo && weflow sessions --account demo

            The account has messages of every kind, pictures, a voice, a video and moments. Its keys are new in every \
            run and lie beside it in demo/weflow.json, where the other commands find them. Nobody in it exists.
            """)

    @Argument(help: ArgumentHelp("A folder for the account; it is made where it is not there.", valueName: "dir"))
    var folder: String

    func run(in context: Context) async throws {
        let account = try await SampleAccount()
        let path = try SampleFolder(folder).write(account)
        let name = Self.quoted(path).inOneLine
        context.writeError(
            """
            \(account.counts.chats) chats with \(account.counts.messages) messages are in \(path.inOneLine)

            Try:
              export WEFLOW_ACCOUNT=\(name)
              weflow sessions --format table
              weflow messages '\(SamplePeople.name(of: SamplePeople.hikers))' --format text
              weflow messages --talker \(SamplePeople.tom) --limit 5 --media
              weflow contacts
              weflow group-members \(SamplePeople.hikers) --include-message-counts
              weflow sns timeline
              weflow check --deep

            """)
        let variables = ["WEFLOW_KEY", "WEFLOW_KEY_FILE", "WEFLOW_IMAGE_KEY", "WEFLOW_IMAGE_XOR_KEY"]
        let set = variables.filter { context.environment[$0] != nil }
        if !set.isEmpty {
            context.warn("\(set.joined(separator: ", ")) would be taken for this account's; unset it first")
        }
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String { PrivateFile.quoted(path) }
}
