internal import ArgumentParser
internal import Dispatch
internal import Synchronization
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowStore

/// `weflow push`: events of what arrives.
struct Push: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Follow what arrives, or have the server tell it.",
        discussion: """
            weflow push watch
            weflow push on
            """,
        subcommands: [PushWatch.self, PushOn.self, PushOff.self])
}

/// `weflow push watch`: a line for each message, as it arrives.
struct PushWatch: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Print a line for each message that arrives, until Ctrl-C.",
        discussion: """
            weflow push watch
            weflow push watch --talker 123@chatroom --exec 'jq -r .content | notify'
            weflow push watch --since-last --state watch.cursor >> events.jsonl
            weflow push watch --url http://127.0.0.1:5031

            It needs no server: it watches the store itself. With --url it follows a running server and comes back when \
            the server does; the token is the one of weflow token, or WEFLOW_TOKEN. With --state the place is kept in a \
            file, and --since-last goes on there.
            """)

    /// The forms of the output.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// An object a line.
        case jsonl
        /// As the server sends it.
        case sse
    }

    @Option(help: "jsonl, or sse as the server sends it.", completion: .list(Format.allCases.map(\.rawValue)))
    var format = Format.jsonl

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only these sessions.", valueName: "talker,…"),
        completion: .talkers)
    var talker: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Not these sessions.", valueName: "talker,…"),
        completion: .talkers)
    var exclude: String?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Own messages too.")
    var includeSelf: Bool?

    @Option(help: ArgumentHelp("Keep the place in this file.", valueName: "file"), completion: .file())
    var state: String?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Go on at the place that --state kept, where it did.")
    var sinceLast: Bool?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Run a command for each event too, one after another, with the object on its standard input.",
            valueName: "command"))
    var exec: String?

    @Option(help: "Follow the server at this address instead of the store.")
    var url: String?

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        // Before all that takes time: whoever interrupts the start means the end, too.
        let stop = StopSwitch()
        let signals = await StopSignals.watch { stop.stop() }
        defer { signals.cancel() }
        guard sinceLast != true || state != nil else {
            throw WeFlowError(.usage, "--since-last needs --state, the file that keeps the place")
        }
        let file = try state.map { path throws(WeFlowError) in
            try CursorFile(path, url == nil ? .cursor : .event)
        }
        let last = sinceLast == true ? try file?.read() : nil
        let isStream = format == .sse
        let command = exec
        let work: @Sendable () throws -> Void
        if let url {
            let address = try ServerAddress(url)
            let filter = try filter(namesOf: serversAccount(in: context), in: context)
            let client = try StreamClient(address, filter: filter) { try Self.token(in: context) }
            stop.onStop { client.stop() }
            work = {
                let output = PushOutput(isStream: isStream, command: command, context: context)
                try ServerFollower(client: client, last: last, file: file, output: output).run()
            }
        } else {
            let account = try Settings(account, in: context).openAccount()
            let filter = try filter(namesOf: account, in: context)
            let watch = try StoreWatch(account)
            context.warnOfOwner(account)
            stop.onStop { watch.stop() }
            work = {
                let journal = ArrivalJournal(of: account, in: context.state)
                let feed = PushFeed(journal, from: last.map(PushFeed.Start.cursor) ?? .now)
                let output = PushOutput(isStream: isStream, command: command, context: context)
                try StoreFollower(feed: feed, watch: watch, filter: filter, file: file, output: output).run()
            }
        }
        // The wait blocks its thread, so it gets one of its own.
        let queue = DispatchQueue(label: "weflow.watch")
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            queue.async { done.resume(with: Result { try work() }) }
        }
    }

    /// Which events are meant; names stand for ids where there is an account to look them up in.
    private func filter(namesOf account: Account?, in context: Context) throws(WeFlowError) -> PushFilter {
        let includesSelf = includeSelf ?? false
        guard let account else {
            let parameters = Parameters(commandLine: ["talker": talker, "exclude": exclude])
            return PushFilter(
                talkers: try parameters.list("talker"), exclude: try parameters.list("exclude"),
                includesSelf: includesSelf)
        }
        let names = context.names(in: account)
        return PushFilter(
            talkers: try names.ids(of: talker, as: .chat), exclude: try names.ids(of: exclude, as: .chat),
            includesSelf: includesSelf)
    }

    /// The account whose names a server's sessions are called by: the one of the settings, where there is one.
    private func serversAccount(in context: Context) throws(WeFlowError) -> Account? {
        guard talker?.isEmpty == false || exclude?.isEmpty == false else { return nil }
        let settings = try Settings(account, in: context)
        if settings.account != nil { return try settings.openAccount() }
        context.warn("without an account folder names are not known: what --talker and --exclude give are ids")
        return nil
    }

    private static func token(in context: Context) throws -> AccessToken {
        if let given = context.environment["WEFLOW_TOKEN"].flatMap(AccessToken.init) { return given }
        if let stored = try AccessToken.stored(in: context.state) { return stored }
        throw WeFlowError(.unauthorized, "there is no token; set WEFLOW_TOKEN to the server's")
    }

    /// What a signal stops, from the moment on that it is known.
    private final class StopSwitch: Sendable {
        private let state = Mutex<(isStopped: Bool, action: (@Sendable () -> Void)?)>((false, nil))

        func onStop(_ action: @escaping @Sendable () -> Void) {
            let isStopped = state.withLock { state in
                state.action = action
                return state.isStopped
            }
            if isStopped { action() }
        }

        func stop() {
            let action = state.withLock { state in
                state.isStopped = true
                return state.action
            }
            action?()
        }
    }
}
