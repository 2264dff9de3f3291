internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow sessions`: the list of conversations.
enum Sessions: Command {
    static let name = "sessions"
    static let abstract = "List the chats, the newest first."
    static let examples = [
        "weflow sessions --limit 20", "weflow sessions --keyword 山", "weflow sessions --format table",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        SessionsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try SessionsRequest(values)
        let output = try OutputOptions(values)
        let result = try SessionsQuery(request).run(on: context.openAccount(values))
        if let format = request.format.list {
            try await context.deliver(format, values, output) {
                encodeSessions(result.sessions, form: $0)
            } table: {
                sessionsTable(result.sessions, width: $0, style: $1)
            }
            if format == .table { context.report(unlisted: result.unlisted, "chats") }
        } else {
            _ = try CSVOptions.options(values, isCSV: false)
            try await context.deliver(encodeChatLabSessions(result.sessions, style: context.style(output)), output)
        }
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
