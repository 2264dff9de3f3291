internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow pull`: what ChatLab's puller gets of a session.
struct Pull: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Print messages for ChatLab, the oldest first, and where to go on.",
        discussion: """
            weflow pull wxid_abc123 --since 2026-01-01 --output chat.json
            weflow pull 123@chatroom --format chatlab-jsonl
            """)

    @Argument(
        help: ArgumentHelp(
            "The session: its id, or a remark, nickname or group name that fits only one.", valueName: "talker"),
        completion: .talkers)
    var id: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The session, as the argument.", valueName: "talker"),
        completion: .talkers)
    var talker: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only from this time on.", valueName: "time"))
    var since: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only up to this time; a bare date means the whole day.", valueName: "time"))
    var end: String?

    @Option(parsing: .unconditional, help: "How many, 1 to 5000. (default: 5000)")
    var limit: String?

    @Option(parsing: .unconditional, help: "How many to skip.")
    var offset: String?

    @Option(help: "chatlab or chatlab-jsonl. (default: chatlab)", completion: .list(["chatlab", "chatlab-jsonl"]))
    var format: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let parameters = Parameters(commandLine: [
            "talker": try Talker.given(id, talker, option: "--talker"), "since": since, "end": end, "limit": limit,
            "offset": offset, "format": format,
        ])
        let pull = try PullRequest(parameters)
        let format = try parameters.choice("format", of: [MessageFormat.chatlab, .chatlabLines]) ?? .chatlab
        let account = try Settings(account, in: context).openAccount()
        let query = try context.names(in: account).messages(MessagesRequest(pull, format: format))
        let sync = ChatLabAnswer.Sync(
            since: pull.since, offset: pull.offset, watermark: pull.end ?? context.seconds)
        try await context.deliver(query, in: account, media: nil, sync: sync, output)
    }
}
