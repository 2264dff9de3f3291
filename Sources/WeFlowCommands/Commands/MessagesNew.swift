internal import WeFlowArrivals
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore
internal import WeFlowSystem

/// `weflow messages new`: what arrived in all chats since a cursor.
struct MessagesNew: Command {
    static let name = "new"
    static let abstract = "Print what arrived in all chats since the last time, in the order of arrival."
    static let examples = [
        "weflow messages new --state mail.cursor --format jsonl >> archive.jsonl",
        "weflow messages new --since 2026-01-01", "weflow messages new --state mail.cursor --wait 5",
    ]
    static let discussion = """
        Without --cursor, --since and --state: the unread messages. With --state the cursor is kept in a file, which is \
        replaced only after the output was written: a run that is killed repeats rather than loses.
        """

    private static let state = CommonOptions.state.with(
        .help("Keep the cursor in this file. While there is none: begin at --since, or now."))

    @ParameterList static var parameters: [ParameterDeclaration] {
        NewMessagesRequest.parameters
        state
        CommonOptions.exportPath
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    private let output: OutputOptions
    private let csv: CSVWriter.Options
    private let journal: ArrivalJournal
    private let file: CursorFile?
    private let context: Context

    static func run(_ values: Parameters, in context: Context) async throws {
        var request = try NewMessagesRequest(values)
        let output = try OutputOptions(values)
        let csv = try CSVOptions.options(values, isCSV: request.format == .csv, isShown: context.shows(output))
        let file = try values[state].map { path throws(WeFlowError) in try CursorFile(path) }
        if let file {
            if case .cursor = request.beginning {
                throw WeFlowError(.usage, "--cursor and --state are both given; give one of them")
            }
            if let kept = try file.read() {
                request.beginning = .cursor(try ArrivalCursor(kept))
            } else if request.beginning == .unread {
                request.beginning = .now
            }
        }
        let settings = try Settings(AccountOptions(values), exportPath: values[CommonOptions.exportPath], in: context)
        let account = try context.openAccount(settings)
        let named = try NewMessagesRequest(context.named(values, in: account))
        (request.talkers, request.exclude) = (named.talkers, named.exclude)
        let journal = ArrivalJournal(of: account, in: context.state)
        let command = MessagesNew(output: output, csv: csv, journal: journal, file: file, context: context)
        guard !request.media.kinds.isEmpty else { return try await command.deliver(request, nil) }
        try await context.exporting(media: settings, of: account) { exporter in
            try await command.deliver(request, exporter)
        }
    }

    private func deliver(_ request: NewMessagesRequest, _ media: MediaExporter?) async throws {
        var request = request
        let (answer, page) = try await read(&request, media)
        try await context.writing(to: output.output) { sink in
            if page.summary.count > 0 || request.format != .jsonl {
                try (sink as? StandardOutput)?.endTornRecord("\n")
            }
            try await answer.write(page) { bytes in try sink.write(bytes) }
            if request.format == .json { try sink.write("\n") }
        }
        try file?.write(page.summary.cursor.text)
        if let notice = page.summary.notice { context.warn(notice.sentence) }
        context.warnOfOwner(journal.account)
        try context.report(page.summary.losses)
    }

    /// Reads a page, waiting for its first message where that is asked for.
    private func read(
        _ request: inout NewMessagesRequest, _ media: MediaExporter?
    ) async throws -> (NewMessagesAnswer, NewMessagesAnswer.Page) {
        let end = context.milliseconds + Int64(request.wait) * 1000
        let watch = request.wait > 0 ? try StoreChanges(journal.account) : nil
        var progress = StoreChanges.Progress()
        // What is written from here on ends the wait, so nothing between it and the first look is missed.
        if let watch { _ = watch.wait(&progress, atMost: 0) }
        let baseURL = media == nil ? "" : context.serverAddress
        while true {
            let answer = NewMessagesAnswer(
                NewMessagesQuery(request, journal: journal), style: context.style(output), csv: csv,
                baseURL: baseURL)
            let page =
                if let media { try await answer.page(exporting: media) } else { try answer.page() }
            let left = end - context.milliseconds
            guard let watch, page.summary.count == 0, left > 0 else { return (answer, page) }
            request.beginning = .cursor(page.summary.cursor)
            _ = watch.wait(&progress, atMost: Int(left), output: output.output == nil ? .standardOutput : nil)
        }
    }
}
