internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow messages new`: what arrived in all sessions since a cursor.
struct MessagesNew: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Print what arrived in all sessions since the last time, in the order of arrival.",
        discussion: """
            weflow messages new --state mail.cursor --format jsonl >> archive.jsonl
            weflow messages new --since 2026-01-01
            weflow messages new --cursor c1.… --wait 60

            Without --cursor, --since and --state: the unread messages. With --state the cursor is kept in a file, which \
            is replaced only after the output was written: a run that is killed repeats rather than loses.
            """)

    @Option(parsing: .unconditional, help: "The cursor of an earlier answer.")
    var cursor: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Without a cursor: everything from this time on, then on by arrival.", valueName: "time"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "Keep the cursor in this file. While there is none: begin at --since, or now.", valueName: "file"),
        completion: .file())
    var state: String?

    @Option(parsing: .unconditional, help: "How many, 1 to 10000. (default: 100)")
    var limit: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only these sessions.", valueName: "talker,…"),
        completion: .talkers)
    var talker: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Not these sessions.", valueName: "talker,…"),
        completion: .talkers)
    var exclude: String?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Leave own messages out.")
    var received: Bool?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only what shows this text, in any case.", valueName: "text"))
    var keyword: String?

    @Option(help: "json or jsonl. (default: json)", completion: .list(["json", "jsonl"]))
    var format: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Wait so long for a message where there is none, at most 60.", valueName: "seconds"))
    var wait: String?

    @OptionGroup(title: "Media")
    var media: MediaOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var parameters = Parameters(commandLine: [
            "cursor": cursor, "since": since, "limit": limit, "talker": talker, "exclude": exclude,
            "received": received?.parameterText, "keyword": keyword, "format": format, "wait": wait,
        ])
        media.add(to: &parameters)
        var request = try NewMessagesRequest(parameters)
        let file = try state.map { path throws(WeFlowError) in try CursorFile(path) }
        if let file {
            guard cursor == nil else {
                throw WeFlowError(.usage, "--cursor and --state are both given; give one of them")
            }
            if let kept = try file.read() {
                request.beginning = .cursor(kept)
            } else if since == nil {
                request.beginning = .now
            }
        }
        let settings = try Settings(account, exportPath: media.exportPath, in: context)
        let account = try settings.openAccount()
        let names = context.names(in: account)
        request.talkers = try names.ids(of: talker, as: .chat)
        request.exclude = try names.ids(of: exclude, as: .chat)
        let journal = ArrivalJournal(of: account, in: context.state)
        guard !request.media.kinds.isEmpty else {
            return try await deliver(request, journal, file, nil, in: context)
        }
        try await context.exporting(media: settings, of: account) { exporter in
            try await deliver(request, journal, file, exporter, in: context)
        }
    }

    private func deliver(
        _ request: NewMessagesRequest, _ journal: ArrivalJournal, _ file: CursorFile?, _ media: MediaExporter?,
        in context: Context
    ) async throws {
        var request = request
        let (answer, page) = try await read(&request, journal, media, in: context)
        try await context.writing(to: output.output) { sink in
            if page.summary.count > 0 || request.format == .json {
                try (sink as? StandardOutput)?.endTornRecord("\n")
            }
            try await answer.write(page) { bytes in try sink.write(bytes) }
            if request.format == .json { try sink.write("\n") }
        }
        try file?.write(page.summary.cursor)
        if let notice = page.summary.notice { context.warn(notice.sentence) }
        context.warnOfOwner(journal.account)
        try context.report(page.summary.losses)
    }

    /// Reads a page, waiting for its first message where that is asked for.
    private func read(
        _ request: inout NewMessagesRequest, _ journal: ArrivalJournal, _ media: MediaExporter?, in context: Context
    ) async throws -> (NewMessagesAnswer, NewMessagesAnswer.Page) {
        let end = context.milliseconds + Int64(request.wait) * 1000
        let watch = request.wait > 0 ? try StoreWatch(journal.account) : nil
        var progress = StoreWatch.Progress()
        // What is written from here on ends the wait, so nothing between it and the first look is missed.
        if let watch { _ = watch.wait(&progress, atMost: 0) }
        let baseURL = media == nil ? "" : context.serverAddress
        while true {
            let answer = NewMessagesAnswer(
                NewMessagesQuery(request, journal: journal), style: context.style(output), baseURL: baseURL)
            let page =
                if let media { try await answer.page(exporting: media) } else { try answer.page() }
            let left = end - context.milliseconds
            guard let watch, page.summary.count == 0, left > 0 else { return (answer, page) }
            request.beginning = .cursor(page.summary.cursor)
            _ = watch.wait(&progress, atMost: Int(left), output: output.output == nil ? 1 : nil)
        }
    }
}
