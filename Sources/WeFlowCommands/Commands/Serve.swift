internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowStore

/// `weflow serve`: the HTTP API of the account.
struct Serve: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the account over HTTP, to this machine only.",
        discussion: """
            weflow serve
            weflow serve --port 5031 --push
            curl -H "Authorization: Bearer $(weflow token)" 127.0.0.1:5031/api/v1/sessions

            Port and push settings are remembered: a later weflow serve resumes them. Ctrl-C lets open answers finish \
            for five seconds; a second one ends at once.
            """)

    @Option(help: "A loopback address, or localhost for 127.0.0.1 and ::1. (default: 127.0.0.1)")
    var host = "127.0.0.1"

    @Option(help: "The port, remembered; 0 takes any that is free and prints it. (default: 5031)")
    var port: Int?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Send push events, remembered. (default: no)")
    var push: Bool?

    @Option(
        help: ArgumentHelp(
            "Which sessions push events are sent of, remembered: all, whitelist or blacklist. (default: all)",
            valueName: "which"),
        completion: .list(ServeSettings.PushFilter.allCases.map(\.rawValue)))
    var pushFilter: String?

    @Option(help: ArgumentHelp("The sessions of the filter, remembered.", valueName: "talker,…"))
    var pushList: String?

    @Flag(help: "Print a line for each request on the standard error, without its parameters.")
    var verbose = false

    @Option(
        help: ArgumentHelp("The folder of exported media. [WEFLOW_EXPORT_PATH]", valueName: "dir"),
        completion: .directory)
    var exportPath: String?

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var remembered = try settings(in: context)
        let settings = try Settings(account, exportPath: exportPath, in: context)
        let served = try ServedAccount(account, in: context, settings)
        if let failure = served.failure {
            context.warn(failure.sentence)
        } else {
            let account = try served.account()
            if let pushList { remembered.pushList = try context.names(in: account).ids(of: pushList, as: .chat) }
            context.warnOfOwner(account)
        }
        let resumed = remembered
        _ = try AccessToken.storedOrNew(in: context.state)
        var media = try settings.media(in: context)
        try await settings.withMediaNetwork { network in
            media.fetcher = network
            let moments = MomentsSite(network: network, cacheFolder: settings.networkCache)
            let state = context.state
            let push = PushSite(state: state) { () throws(WeFlowError) in try ServeSettings(from: state) }
            let site = Site(media: media, moments: moments, push: push, doubt: { served.doubt() }) {
                () throws(WeFlowError) in try served.account()
            }
            try await serve(site, at: port ?? resumed.port, resumed, in: context)
        }
    }

    /// Serves until a signal comes.
    private func serve(_ site: Site, at port: Int, _ remembered: ServeSettings, in context: Context) async throws {
        let token = StoredToken(in: context.state)
        var configuration = Server.Configuration(host: host, port: port, token: { try token.current() }, site: site)
        configuration.warn = { context.warn($0) }
        if verbose { configuration.log = { context.report($0) } }
        let server = try Server(configuration) { port in
            listening(on: port, remembered, in: context)
        }
        let signals = await StopSignals.watch { await server.stop() }
        try await server.run()
        signals.cancel()
    }

    /// What was remembered, with what is given now in its place.
    private func settings(in context: Context) throws -> ServeSettings {
        var settings = try ServeSettings(from: context.state)
        let parameters = Parameters(commandLine: ["pushFilter": pushFilter, "pushList": pushList])
        if let port, port != 0 { settings.port = port }
        if let push { settings.push = push }
        if let filter = try parameters.choice("pushFilter", of: ServeSettings.PushFilter.allCases) {
            settings.pushFilter = filter
        }
        if pushList != nil { settings.pushList = try parameters.list("pushList") }
        return settings
    }

    /// Says where the server listens and how to call it, and remembers the settings now that they have proved good.
    private func listening(on port: Int, _ settings: ServeSettings, in context: Context) {
        let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        do {
            // First: push requests go by what is remembered.
            try settings.save(to: context.state)
        } catch {
            context.warn("\(error)")
        }
        context.report("listening on \(address)")
        context.report("try: curl -H \"Authorization: Bearer $(weflow token)\" '\(address)/api/v1/sessions?limit=5'")
        do {
            if self.port == 0 {
                let output = StandardOutput()
                try output.write("\(port)\n")
                try output.finish()
            }
        } catch {
            context.warn("\(error)")
        }
    }
}
