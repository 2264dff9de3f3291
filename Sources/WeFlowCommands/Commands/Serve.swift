import WeFlowArrivals
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowStore

/// `weflow serve`: the HTTP API of the account.
struct Serve: Command {
    static let name = "serve"
    static let abstract = "Serve the account over HTTP, to this machine only."
    static let examples = [
        "weflow serve", "weflow serve --port 5031 --push",
        #"curl -H "Authorization: Bearer $(weflow token)" 127.0.0.1:5031/api/v1/sessions"#,
    ]
    static let discussion = """
        Port and push settings are remembered: a later weflow serve resumes them. Ctrl-C lets open answers finish for \
        five seconds; a second one ends at once.
        """

    private static let host = Parameter.text(
        "host", "A loopback address, or localhost for 127.0.0.1 and ::1. (default: 127.0.0.1)")
    private static let port = Parameter.exactNumber(
        "port", in: 0...65_535,
        "The port, remembered; 0 takes any that is free and prints it. (default: 5031)")
    private static let push = Parameter.optionalFlag("push", "Send push events, remembered. (default: no)")
    private static let pushFilter: Parameter<ServeSettings.PushFilter?> = .optionalChoice(
        "pushFilter", default: .all,
        "Which chats push events are sent of, remembered: all, whitelist or blacklist.", .value("which"))
    private static let pushList = Parameter.chats(
        "pushList", "The chats of the filter, remembered.", .group(.options))
    private static let verbose = Parameter.mark(
        "verbose", "Print a line for each request on the standard error, without its parameters.")
    private static let exportPath = CommonOptions.exportPath.with(.group(.options))

    @ParameterList static var parameters: [ParameterDeclaration] {
        host
        port
        push
        pushFilter
        pushList
        verbose
        exportPath
        AccountOptions.parameters
    }

    private let host: String
    private let port: Int?
    private let isVerbose: Bool
    private let context: Context

    static func run(_ values: Parameters, in context: Context) async throws {
        let serve = Serve(
            host: try values[host] ?? "127.0.0.1", port: try values[port], isVerbose: try values[verbose],
            context: context)
        let account = try AccountOptions(values)
        var remembered = try remembered(values, in: context)
        let settings = try Settings(account, exportPath: values[exportPath], in: context)
        let served = try ServedAccount(account, in: context, settings)
        if let failure = served.failure {
            context.warn(failure.sentence)
        } else {
            let account = try served.account()
            if values.contains(pushList) { remembered.pushList = try context.named(values, in: account)[pushList] }
            context.warnOfOwner(account)
        }
        let resumed = remembered
        _ = try AccessToken.storedOrNew(in: context.state)
        var media = try settings.media(in: context)
        try await settings.withMediaNetwork { network in
            media.fetcher = network
            let moments = MomentsContext(network: network, cacheFolder: settings.networkCache)
            let state = context.state
            let push = PushContext(state: state, warn: { [context] in context.warn($0) }) {
                () throws(WeFlowError) in try ServeSettings(from: state)
            }
            let serverContext = ServerContext(
                media: media, moments: moments, push: push, invalidate: { served.invalidate() }
            ) {
                () throws(WeFlowError) in try served.account()
            }
            try await serve.serve(serverContext, resumed)
        }
    }

    /// Serves until a signal comes.
    private func serve(_ serverContext: ServerContext, _ remembered: ServeSettings) async throws {
        let token = StoredToken(in: context.state)
        var configuration = Server.Configuration(
            host: host, port: port ?? remembered.port, token: { try token.current() }, context: serverContext)
        configuration.lastToken = { token.last }
        configuration.warn = { [context] in context.warn($0) }
        if isVerbose { configuration.log = { [context] in context.report($0) } }
        let server = try Server(configuration) { port in
            listening(on: port, remembered)
        }
        let signals = await StopSignals.watch { await server.stop() }
        try await server.run()
        signals.cancel()
    }

    /// What was remembered, with what is given now in its place.
    private static func remembered(_ values: Parameters, in context: Context) throws -> ServeSettings {
        var settings = try ServeSettings(from: context.state)
        if let port = try values[port], port != 0 { settings.port = port }
        if let push = try values[push] { settings.push = push }
        if let filter = try values[pushFilter] { settings.pushFilter = filter }
        if values.contains(pushList) { settings.pushList = try values[pushList] }
        return settings
    }

    /// Says where the server listens and how to call it, and remembers the settings now that they have proved good.
    private func listening(on port: Int, _ settings: ServeSettings) {
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
