internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSample
internal import WeFlowState

/// `weflow sample`: a small invented account to try everything on.
enum Sample: Command {
    static let name = "sample"
    static let abstract = "Make a small encrypted account, all of it invented, to try the commands on."
    static let examples = ["weflow sample demo && weflow sessions --account demo"]
    static let discussion = """
        The account has messages of every kind, pictures, a voice, a video and moments. Its keys are new in every run and \
        lie beside it in demo/weflow.json, where the other commands find them; so do the pictures and videos of its \
        moments, in demo/media-network, so that no network is asked for them. Nobody in it exists.
        """

    private static let folder = Parameter.required(
        "folder", .folder, "A folder for the account; it is made where it is not there.",
        missing: .init("name a folder for the account"), .argument, .value("dir"))

    @ParameterList static var parameters: [ParameterDeclaration] { folder }

    static func run(_ values: Parameters, in context: Context) async throws {
        let folder = try values[folder]
        let account = try await SampleAccount()
        let path = try SampleFolder(folder).write(account)
        let name = quoted(path).inOneLine
        context.writeError(
            """
            \(account.counts.chats) chats with \(account.counts.messages) messages, and requests for friendship, are in \
            \(path.inOneLine)

            Try:
              export WEFLOW_ACCOUNT=\(name)
              weflow sessions --format table
              weflow messages '\(SamplePeople.name(of: SamplePeople.hikers))' --format text
              weflow messages --talker \(SamplePeople.tom) --limit 5 --media
              weflow contacts
              weflow group-members \(SamplePeople.hikers) --include-message-counts
              weflow sns export --output-dir moments --format html --export-media
              weflow archive wechat-archive
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
