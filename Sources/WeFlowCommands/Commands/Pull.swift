internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow pull`: what ChatLab's puller gets of a session.
enum Pull: Command {
    static let name = "pull"
    static let abstract = "Print messages for ChatLab, the oldest first, and where to go on."
    static let examples = [
        "weflow pull 妈妈 --since 2026-01-01 --output chat.json",
        "weflow pull 蛋糕会 --format chatlab-jsonl",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        PullRequest.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let pull = try PullRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let query = try context.names(in: account).messages(MessagesRequest(pull))
        let sync = ChatLabSync(
            since: pull.since, offset: pull.offset, watermark: pull.end ?? context.seconds)
        try await context.deliver(query, in: account, media: nil, sync: sync, output)
    }
}
