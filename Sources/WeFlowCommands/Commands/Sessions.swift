internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow sessions`: the list of conversations.
enum Sessions: Command {
    static let name = "sessions"
    static let abstract = "List the sessions, the newest first."
    static let examples = [
        "weflow sessions --limit 20", "weflow sessions --keyword family", "weflow sessions --format table",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        SessionsRequest.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try SessionsRequest(values)
        let output = try OutputOptions(values)
        let result = try SessionsQuery(request).run(on: context.openAccount(values))
        if request.format == .table {
            let (width, style) = (context.screenWidth(output), context.textStyle(output))
            try await context.deliver(sessionsTable(result.sessions, width: width, style: style), output)
            context.report(unlisted: result.unlisted, "sessions")
        } else {
            try await context.deliver(
                encodeSessions(result.sessions, format: request.format, style: context.style(output)), output)
        }
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
