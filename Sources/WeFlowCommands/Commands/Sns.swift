internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns`: the moments.
enum Sns: Command {
    static let name = "sns"
    static let abstract = "Read, export, protect and delete moments (朋友圈)."
    static let examples = [
        "weflow sns timeline --limit 5", "weflow sns export --output-dir moments --format html --export-media",
    ]
    static let subcommands: [any Command.Type] = [
        SnsTimeline.self, SnsUsernames.self, SnsStats.self, SnsMedia.self, SnsExport.self, SnsBlockDelete.self,
        SnsDelete.self,
    ]
}

/// `weflow sns timeline`: posts, newest first.
enum SnsTimeline: Command {
    static let name = "timeline"
    static let abstract = "List posts, the newest first."
    static let examples = [
        "weflow sns timeline --limit 5",
        "weflow sns timeline --usernames wxid_tombakesbread4 --keyword bread --no-media",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        TimelineRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        var request = try TimelineRequest(values)
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), in: context)
        let hosts = try settings.networkHosts()
        let account = try context.openAccount(settings)
        request = try TimelineRequest(context.named(values, in: account))
        let query = TimelineQuery(request, hosts: hosts, proxyBase: context.serverAddress)
        let result = try query.run(on: account)
        var items = result.items
        if case .resolved(replace: _, inline: true) = query.request.media {
            items = try await settings.withMediaNetwork { network in
                try await TimelineInliner(cache: MediaCache(network: network, folder: settings.networkCache))
                    .inlining(result.items)
            }
        }
        try await context.deliver(request.format, values, output) {
            encodeTimeline(items, media: query.request.media, form: $0)
        } table: {
            timelineTable(items, width: $0, style: $1)
        }
        if request.format == .table, result.hasMore {
            context.report("more posts follow; --limit 0 lists all of them, --offset goes on")
        }
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}

/// `weflow sns usernames`: whose posts there are.
enum SnsUsernames: Command {
    static let name = "usernames"
    static let abstract = "List whose posts there are, those with the most first."
    static let examples = ["weflow sns usernames --pretty"]

    @ParameterList static var parameters: [ParameterDeclaration] {
        ListFormat.parameter
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let census = try MomentsCensus.run(on: context.openAccount(values))
        try await context.deliver(values[ListFormat.parameter], values, output) {
            encodeMomentUsernames(census, form: $0)
        } table: {
            momentUsernamesTable(census, width: $0, style: $1)
        }
        try context.report(census.damage)
    }
}

/// `weflow sns stats`: how many posts there are.
enum SnsStats: Command {
    static let name = "stats"
    static let abstract = "Count the posts, their authors and your own posts."
    static let examples = ["weflow sns stats"]

    @ParameterList static var parameters: [ParameterDeclaration] {
        MomentsStatsRequest.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        _ = try MomentsStatsRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let census = try MomentsCensus.run(on: account)
        try await context.deliver(encodeMomentStats(census, style: context.style(output)), output)
        context.warnOfOwner(account)
        try context.report(census.damage)
    }
}
