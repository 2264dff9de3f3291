internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSearch
internal import WeFlowStore

/// `weflow search`: messages of all chats.
enum Search: Command {
    static let name = "search"
    static let abstract = "Find messages in all chats: by words, sender, kind or time; the newest first."
    static let examples = [
        "weflow search 猫 --format text -C 2", "weflow search 海拔 米 --in '周末爬山小分队 ⛰️' --format text",
        "weflow search --from 妈妈 --type link --format table", "weflow search --mentions --start 2026-01-26",
        "weflow search 蛋糕 --count --format table",
    ]
    static let discussion = """
        All words must occur in what a message shows, or in the transcript of a voice; with --any one is enough. \
        There is no index: every search reads all messages as they are now, so it is complete. Ctrl-C prints what was \
        found so far. What was said around a hit: -C, or weflow messages CHAT --around ID.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        SearchRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        // What is wrong with the words is said before anything is opened.
        _ = try SearchRequest(values, areIDs: false)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let request = try SearchRequest(context.named(values, in: account))
        let csv = try CSVOptions.options(values, isCSV: request.format == .csv, isShown: context.shows(output))
        let form: ListForm? =
            switch request.format {
            case .json: .json(context.style(output))
            case .jsonl: .lines
            case .csv: .csv(csv)
            case .text, .table: nil
            }
        let stop = InterruptedSearch()
        let progress = ProgressLine(context)
        defer { progress.clear() }
        let query = try SearchQuery(request, in: account)
        if request.counts {
            try await count(query, form, stop, progress, output, context)
        } else {
            try await find(query, form, stop, progress, output, context)
        }
    }

    private static func count(
        _ query: SearchQuery, _ form: ListForm?, _ stop: InterruptedSearch, _ progress: ProgressLine,
        _ output: OutputOptions, _ context: Context
    ) async throws {
        let (counts, losses) = try await query.retrying { query in
            try await query.counts(stop: stop.stop, watch: progress.search)
        }
        stop.end()
        progress.clear()
        if let form {
            try await context.deliver(encodeSearchCounts(counts, form: form), form, output)
        } else {
            let (width, style) = (context.screenWidth(output), context.textStyle(output))
            try await context.deliver(searchCountsTable(counts, width: width, style: style), output)
        }
        try finish(query, losses, stop, context)
    }

    private static func find(
        _ query: SearchQuery, _ form: ListForm?, _ stop: InterruptedSearch, _ progress: ProgressLine,
        _ output: OutputOptions, _ context: Context
    ) async throws {
        let losses = try await query.retrying { query in
            let found = try await query.page(stop: stop.stop, watch: progress.search)
            stop.end()
            progress.clear()
            return try await write(found, of: query, form, output, context)
        }
        try finish(query, losses, stop, context)
    }

    private static func write(
        _ found: SearchQuery.Page, of query: SearchQuery, _ form: ListForm?, _ output: OutputOptions, _ context: Context
    ) async throws -> MessageLosses {
        let answer = SearchAnswer(query, form: form ?? .lines)
        let style = context.textStyle(output)
        if form == nil, query.request.format == .table {
            let (text, losses) = try await answer.table(found, width: context.screenWidth(output), style: style)
            try await context.deliver(text, output)
            hint(found, query.request, context)
            return losses
        }
        // A page is read before the file is made and the first byte leaves, so that a failure leaves no trace.
        let page = form != nil && found.count <= 10_000 ? try await answer.encode(found) : nil
        let losses = try await context.writing(to: output.output) { sink in
            let put: ByteSink = { bytes in try sink.write(bytes) }
            var losses = MessageLosses()
            if let page {
                losses = page.losses
                try await answer.write(page, to: put)
            } else if form != nil {
                losses = try await answer.writeAll(found, to: put)
            } else {
                losses = try await answer.writeText(found, style: style, to: put)
            }
            if form?.isDocument == true { try sink.write("\n") }
            return losses
        }
        hint(found, query.request, context)
        return losses
    }

    /// Says that more follow where the output itself does not.
    private static func hint(_ found: SearchQuery.Page, _ request: SearchRequest, _ context: Context) {
        guard found.hasMore, request.format != .json, let cursor = found.cursor else { return }
        context.report("more messages follow; --limit 0 prints all of them, --cursor \(cursor) goes on")
    }

    private static func finish(
        _ query: SearchQuery, _ losses: MessageLosses, _ stop: InterruptedSearch, _ context: Context
    ) throws {
        if let notice = query.store.names.notice { context.warn(notice.sentence) }
        context.warnOfOwner(query.account)
        try context.report(losses, unless: stop)
    }
}

extension Context {
    /// Says what an answer lacks, and where Ctrl-C ended the search before its end, that.
    ///
    /// - Throws: `ExitCode` 130 where it was ended, 75 where messages cannot be read.
    func report(_ losses: MessageLosses, unless stop: InterruptedSearch) throws {
        guard stop.isInterrupted else { return try report(losses) }
        for sentence in losses.sentences { warn(sentence) }
        warn("interrupted: not all messages were looked through")
        throw ExitCode(130)
    }
}

extension ProgressLine {
    /// Draws how far a search has come.
    var search: SearchWatch {
        { progress in
            self.show(
                Double(progress.done), of: Double(max(progress.done, progress.total)),
                rate: { "\(Progress.mebibytes($0))/s" }, "searching")
        }
    }
}
