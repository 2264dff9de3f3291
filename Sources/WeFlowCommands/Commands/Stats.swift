internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSearch
internal import WeFlowStore

/// `weflow stats`: how many messages there are.
enum Stats: Command {
    static let name = "stats"
    static let abstract = "Count messages by chat, sender, time or kind."
    static let examples = [
        "weflow stats --format table", "weflow stats 蛋糕会 --by sender --format table",
        "weflow stats --by month --from me --format table", "weflow stats --by weekday,hour --format csv",
    ]
    static let discussion = """
        Days begin at local midnight, weeks on Monday. Notices are neither sent nor received; characters are those of \
        texts and replies.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        StatsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        // What is wrong with the keys is said before anything is opened.
        _ = try StatsRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let request = try StatsRequest(context.named(values, in: account))
        _ = try context.listForm(request.format, values, output)
        let stop = InterruptedSearch()
        let progress = ProgressLine(context)
        defer { progress.clear() }
        let query = try StatsQuery(request, in: account)
        let result = try await query.retrying { try await $0.run(stop: stop.stop, watch: progress.search) }
        stop.end()
        progress.clear()
        try await context.deliver(request.format, values, output) {
            encodeStats(result, by: request.by, form: $0)
        } table: {
            statsTable(result, by: request.by, width: $0, style: $1)
        }
        if request.format == .table { context.report(unlisted: result.unlisted, "rows") }
        if let notice = query.store.names.notice { context.warn(notice.sentence) }
        context.warnOfOwner(account)
        try context.report(result.losses, unless: stop)
    }
}
