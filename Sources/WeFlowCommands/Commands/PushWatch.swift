internal import ArgumentParser
internal import Dispatch
internal import Synchronization
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow push`: events of what arrives (contract section 6).
struct Push: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow what arrives.", subcommands: [PushWatch.self])
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

            It needs no server: it watches the store itself. With --state the place is kept in a file, and --since-last \
            goes on there.
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

    @Option(parsing: .unconditional, help: ArgumentHelp("Only these sessions.", valueName: "id,id,…"))
    var talker: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Not these sessions.", valueName: "id,id,…"))
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

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let parameters = Parameters(commandLine: ["talker": talker, "exclude": exclude])
        let filter = PushFilter(
            talkers: try parameters.list("talker"), exclude: try parameters.list("exclude"),
            includesSelf: includeSelf ?? false)
        guard sinceLast != true || state != nil else {
            throw WeFlowError(.usage, "--since-last needs --state, the file that keeps the place")
        }
        let file = try state.map { path throws(WeFlowError) in try CursorFile(path) }
        let cursor = sinceLast == true ? try file?.read() : nil
        let account = try Settings(account, in: context).openAccount()
        let watch = try StoreWatch(account)
        let follower = PushFollower(
            journal: ArrivalJournal(of: account, in: context.state), cursor: cursor, filter: filter, file: file,
            isStream: format == .sse, command: exec, context: context)
        let signals = await StopSignals.watch { watch.stop() }
        defer { signals.cancel() }
        // The wait blocks its thread, so it gets one of its own.
        let queue = DispatchQueue(label: "weflow.watch")
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            queue.async { done.resume(with: Result { try follower.run(watch) }) }
        }
    }
}

/// What `push watch` does with what arrives.
private struct PushFollower: Sendable {
    let journal: ArrivalJournal
    let cursor: String?
    let filter: PushFilter
    let file: CursorFile?
    let isStream: Bool
    let command: String?
    let context: Context

    /// How long a store that cannot be read is left alone, in milliseconds.
    private static let pause = 1000

    /// Follows until it is stopped, or nobody reads any more.
    func run(_ watch: StoreWatch) throws {
        let feed = PushFeed(journal, from: cursor.map(PushFeed.Start.cursor) ?? .now)
        let output = StandardOutput()
        var progress = StoreWatch.Progress()
        _ = watch.wait(&progress, atMost: 0)
        var said: Set<String> = []
        var hasBegun = false
        while true {
            do {
                try deliver(feed, output, &said)
                hasBegun = true
            } catch let error as WeFlowError where hasBegun && error.kind != .usage && error.kind != .system {
                // The store is being replaced, or a share is away: that ends, and nothing was passed over.
                if said.insert(error.sentence).inserted { context.warn(error.sentence) }
                switch watch.wait(&progress, atMost: Self.pause) {
                case .stopped, .outputClosed: return
                case .written, .timeout: continue
                }
            }
            switch watch.wait(&progress, output: 1) {
            case .stopped, .outputClosed: return
            case .written, .timeout: continue
            }
        }
    }

    private func deliver(_ feed: PushFeed, _ output: StandardOutput, _ said: inout Set<String>) throws {
        var hasMore = true
        while hasMore {
            let before = feed.cursor
            let batch = try feed.next()
            hasMore = batch.hasMore
            if batch.resync {
                context.warn("the journal does not reach back to the place that was kept; some events may repeat")
            }
            for sentence in batch.losses.sentences where said.insert(sentence).inserted { context.warn(sentence) }
            for event in batch.events where filter.admits(event) {
                try output.write(isStream ? event.frame : event.line)
                try output.flush()
                if let command { try ShellCommand(command).run(event.line.array(), context) }
            }
            if let file, let cursor = feed.cursor, !batch.events.isEmpty || before == nil { try file.write(cursor) }
        }
    }
}
