internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow sessions`: the list of conversations.
struct Sessions: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List the sessions, the newest first.",
        discussion: """
            weflow sessions --limit 20
            weflow sessions --keyword family
            weflow sessions --format table
            """)

    /// The forms of the output.
    enum Format: String, CaseIterable {
        case json
        case chatlab
        case table
    }

    @OptionGroup(title: "Filters")
    var list: ListOptions

    @Option(
        help: "json, chatlab or table, which is for reading. (default: json)",
        completion: .list(Format.allCases.map(\.rawValue)))
    var format: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        try await Self.run(list.parameters, format: format, output, account, in: context)
    }

    /// Does the command's work for the parser's options and for a plain line.
    ///
    /// - Throws: as `run(in:)`.
    static func run(
        _ list: Parameters, format: String?, _ output: some OutputChoice, _ account: some AccountChoice,
        in context: Context
    ) async throws {
        var parameters = list
        parameters.set("format", to: format)
        let format = try parameters.choice("format", of: Format.allCases) ?? .json
        parameters.set("format", to: format == .table ? nil : format.rawValue)
        let request = try SessionsRequest(parameters)
        let result = try SessionsQuery(request).run(on: Settings(account, in: context).openAccount())
        if format == .table {
            let (width, style) = (context.screenWidth(output), context.textStyle(output))
            try await context.deliver(sessionsTable(result.sessions, width: width, style: style), output)
        } else {
            try await context.deliver(
                encodeSessions(result.sessions, format: request.format, style: context.style(output)), output)
        }
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
