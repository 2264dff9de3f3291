internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow sessions`: the list of conversations (contract section 5).
struct Sessions: ContextCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the sessions, the newest first.",
        discussion: """
            weflow sessions --limit 20
            weflow sessions --keyword family
            """)

    @OptionGroup(title: "Selection")
    var list: ListOptions

    @Option(
        help: "json or chatlab. (default: json)", completion: .list(SessionsRequest.Format.allCases.map(\.rawValue)))
    var format: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var parameters = list.parameters
        parameters.set("format", to: format)
        let request = try SessionsRequest(parameters)
        let result = try SessionsQuery(request).run(on: Settings(account, in: context).openAccount())
        try await context.deliver(
            encodeSessions(result.sessions, format: request.format, style: context.style(output)), output)
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
