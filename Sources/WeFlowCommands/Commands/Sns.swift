internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns`: the moments.
struct Sns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sns",
        abstract: "Read, export, protect and delete moments (朋友圈).",
        discussion: """
            weflow sns timeline --limit 5
            weflow sns export --output-dir moments --format html --export-media
            """,
        subcommands: [
            SnsTimeline.self, SnsUsernames.self, SnsStats.self, SnsMedia.self, SnsExport.self, SnsBlockDelete.self,
            SnsDelete.self,
        ])
}

/// `weflow sns timeline`: posts, newest first.
struct SnsTimeline: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "List posts, the newest first.",
        discussion: """
            weflow sns timeline --limit 5
            weflow sns timeline --usernames wxid_a,wxid_b --keyword 旅行 --no-media
            """)

    @Option(parsing: .unconditional, help: "How many, 1 to 200. (default: 20)")
    var limit: String?

    @Option(parsing: .unconditional, help: "How many to skip after the filters.")
    var offset: String?

    @OptionGroup(title: "Filters")
    var selection: MomentsOptions

    @Flag(
        name: [.customLong("media"), .customLong("resolve-media"), .customLong("meiti")], inversion: .prefixedNo,
        exclusivity: .exclusive, help: "Add the addresses of a server's proxy to those of the network. (default: on)")
    var media: Bool?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Put those addresses in place of the network's. (default: on)")
    var replace: Bool?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Fetch pictures and put them into the answer as data: addresses. (default: off)")
    var inline: Bool?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var parameters = Parameters(commandLine: [
            "limit": limit, "offset": offset, "media": media?.parameterText, "replace": replace?.parameterText,
            "inline": inline?.parameterText,
        ])
        selection.add(to: &parameters)
        let settings = try Settings(account, in: context)
        var request = try TimelineRequest(parameters)
        let hosts = try settings.networkHosts()
        let account = try settings.openAccount()
        request.filter.usernames = try context.names(in: account).ids(of: selection.usernames, as: .person)
        let query = TimelineQuery(request, hosts: hosts, proxyBase: context.serverAddress)
        let result = try query.run(on: account)
        var items = result.items
        if case .resolved(replace: _, inline: true) = query.request.media {
            items = try await settings.withMediaNetwork { network in
                try await TimelineInliner(cache: MediaCache(network: network, folder: settings.networkCache))
                    .inlining(result.items)
            }
        }
        try await context.deliver(
            encodeTimeline(items, media: query.request.media, style: context.style(output)), output)
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}

/// `weflow sns usernames`: whose posts there are.
struct SnsUsernames: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "usernames",
        abstract: "List whose posts there are, those with the most first.",
        discussion: """
            weflow sns usernames --pretty
            """)

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let census = try MomentsCensus.run(on: Settings(account, in: context).openAccount())
        try await context.deliver(encodeMomentUsernames(census, style: context.style(output)), output)
        try context.report(census.damage)
    }
}

/// `weflow sns stats`: how many posts there are.
struct SnsStats: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count the posts, their authors and your own posts.",
        discussion: """
            weflow sns stats
            """)

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Let a server answer from memory; the command line always counts.")
    var fast: Bool?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let account = try Settings(account, in: context).openAccount()
        let census = try MomentsCensus.run(on: account)
        try await context.deliver(encodeMomentStats(census, style: context.style(output)), output)
        context.warnOfOwner(account)
        try context.report(census.damage)
    }
}
