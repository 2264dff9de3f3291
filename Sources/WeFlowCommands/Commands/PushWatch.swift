internal import Dispatch
internal import Synchronization
internal import WeFlowArrivals
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowStore

/// `weflow push`: events of what arrives.
enum Push: Command {
    static let name = "push"
    static let abstract = "Follow what arrives, or have the server tell it."
    static let examples = ["weflow push watch", "weflow push on"]
    static let subcommands: [any Command.Type] = [PushWatch.self, PushOn.self, PushOff.self]
}

/// `weflow push watch`: a line for each message, as it arrives.
enum PushWatch: Command {
    static let name = "watch"
    static let abstract = "Print a line for each message that arrives, until Ctrl-C."
    static let examples = [
        "weflow push watch --format text",
        #"weflow push watch --talker 蛋糕会 --exec 'notify-send -- "$(jq -r .content)"'"#,
        "weflow push watch --since-last --state watch.cursor >> events.jsonl",
        "weflow push watch --url http://127.0.0.1:5031",
    ]
    static let discussion = """
        It needs no server: it watches the store itself. With --url it follows a running server and comes back when the \
        server does; the token is the one of weflow token, or WEFLOW_TOKEN. With --state the place is kept in a file, and \
        --since-last goes on there.
        """

    /// The forms of the output.
    enum Format: String, ParameterChoice {
        /// An object a line.
        case jsonl
        /// As the server sends it.
        case sse
        /// A line for reading.
        case text
    }

    private static let format = Parameter.choice(
        "format", default: Format.jsonl, "jsonl, sse as the server sends it, or text for reading.")
    private static let sinceLast = Parameter.flag("sinceLast", "Go on at the place that --state kept, where it did.")
    private static let exec = Parameter.text(
        "exec", "Run a command for each event too, one after another, with the object on its standard input.",
        .value("command"))

    @ParameterList static var parameters: [ParameterDeclaration] {
        format
        PushRequest.parameters
        CommonOptions.state
        sinceLast
        exec
        CommonOptions.url
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        // Before all that takes time: whoever interrupts the start means the end, too.
        let stop = StopSwitch()
        let signals = await StopSignals.watch { stop.stop() }
        defer { signals.cancel() }
        // What is wrong is said before anything is opened.
        _ = try PushRequest(values)
        let (state, isResumed, url) =
            (try values[CommonOptions.state], try values[sinceLast], try values[CommonOptions.url])
        guard !isResumed || state != nil else {
            throw WeFlowError(.usage, "--since-last needs --state, the file that keeps the place")
        }
        let file = try state.map { path throws(WeFlowError) in
            try CursorFile(path, url == nil ? .cursor : .event)
        }
        let last = isResumed ? try file?.read() : nil
        let form = try values[format]
        let command = try values[exec]
        if let url {
            let address = try ServerAddress(url)
            let filter = try filter(values, namesOf: serversAccount(values, in: context), in: context)
            let client = StreamClient(address, filter: filter) { try token(in: context) }
            stop.onStop { client.stop() }
            let output = PushOutput(form, command: command, context: context)
            try await ServerFollower(client: client, last: last, file: file, output: output).run()
        } else {
            let account = try Settings(AccountOptions(values), in: context).openAccount()
            let filter = try filter(values, namesOf: account, in: context)
            let watch = try StoreChanges(account)
            context.warnOfOwner(account)
            stop.onStop { watch.stop() }
            // The wait blocks its thread, so it gets one of its own.
            let queue = DispatchQueue(label: "weflow.watch")
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                queue.async {
                    done.resume(
                        with: Result {
                            let journal = ArrivalJournal(of: account, in: context.state)
                            let feed = PushFeed(journal, from: try last.map { .cursor(try ArrivalCursor($0)) } ?? .now)
                            let output = PushOutput(form, command: command, context: context)
                            try StoreFollower(
                                account: account, feed: feed, watch: watch, filter: filter, file: file, output: output
                            ).run()
                        })
                }
            }
        }
    }

    /// Which events are meant; names stand for ids where there is an account to look them up in.
    private static func filter(
        _ values: Parameters, namesOf account: Account?, in context: Context
    ) throws(WeFlowError) -> PushFilter {
        guard let account else { return try PushRequest(values).filter }
        return try PushRequest(context.named(values, in: account)).filter
    }

    /// The account whose names a server's sessions are called by: the one of the settings, where there is one.
    private static func serversAccount(_ values: Parameters, in context: Context) throws(WeFlowError) -> Account? {
        let filter = try PushRequest(values).filter
        guard !filter.talkers.isEmpty || !filter.exclude.isEmpty else { return nil }
        let settings = try Settings(AccountOptions(values), in: context)
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
