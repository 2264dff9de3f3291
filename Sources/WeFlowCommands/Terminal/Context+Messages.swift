internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

extension Context {
    /// Says where nothing tells whose account it is: own messages then look like those of others.
    func warnOfOwner(_ account: Account) {
        guard account.owner.isDoubted else { return }
        warn(
            "whose account \(account.folder.name) is cannot be told, so own messages may count as received; "
                + "give the folder its owner's username (wxid_…) as its name, as WeChat does")
    }

    /// Writes the messages of a query in the form that its request asks for, and says what they lack.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - account: what it was opened in.
    ///   - media: what the envelope says of media; nil leaves it out.
    ///   - sync: for a client that pulls; nil leaves it out.
    ///   - csv: what a reader of rows needs.
    ///   - isReversed: whether the page is written from its other end.
    ///   - options: where to and how.
    /// - Throws: why they cannot be read or written; `ExitCode` 75 where some are missing.
    func deliver(
        _ query: MessagesQuery, in account: Account, media: MediaEnvelope?, sync: ChatLabSync? = nil,
        csv: CSVWriter.Options = .init(), isReversed: Bool = false, _ options: OutputOptions
    ) async throws {
        var (query, isReversed) = (query, isReversed)
        var isPage = try await !givesAll(query)
        if isReversed, !isPage {
            // All of them from the other end are those in the other order; behind an offset they are not.
            isPage = query.request.offset > 0
            isReversed = isPage
            if !isPage { query = query.ordered(.oldestFirst) }
        }
        let answer = MessagesAnswer(
            query, in: account, style: style(options), text: textStyle(options), csv: csv, exportedAt: seconds,
            media: media, sync: sync, isReversed: isReversed)
        let losses = try await deliver(answer, query, isPage: isPage, options)
        if let notice = query.chat.names.notice { warn(notice.sentence) }
        warnOfOwner(account)
        try report(losses)
    }

    private func deliver(
        _ answer: MessagesAnswer, _ query: MessagesQuery, isPage: Bool, _ options: OutputOptions
    ) async throws -> MessageLosses {
        // A page is read before the file is made and the first byte leaves, so that a failure leaves no trace.
        let page = isPage ? try await answer.page() : nil
        // The export of media has a line of its own.
        let isShown = query.request.media.kinds.isEmpty && (options.output != nil || !terminal.showsOutput)
        let progress = Progress(self, isShown: isShown)
        let isDocument = [.json, .chatlab].contains(query.request.format)
        return try await writing(to: options.output) { sink in
            defer { progress.clear() }
            var isCounted = false
            let put: ByteSink = { bytes in
                try sink.write(bytes)
                progress.add(bytes: bytes.count)
                if page == nil, !isCounted, progress.isDue() {
                    isCounted = true
                    progress.total = await total(of: query)
                }
            }
            var losses = page?.losses ?? MessageLosses()
            if let page {
                try await page.write(to: put)
            } else {
                losses = try await answer.writeAll(to: put) { count, total in
                    progress.total = total ?? progress.total
                    progress.add(messages: count)
                }
            }
            if isDocument { try sink.write("\n") }
            if query.request.format == .text, query.request.around == nil, page?.hasMore == true {
                report("more messages follow; --limit 0 prints all of them, --offset goes on")
            }
            return losses
        }
    }

    /// Whether a query gives all messages from its offset on, which are then streamed. A page is held in memory, so for a
    /// large one it is worth finding out.
    private func givesAll(_ query: MessagesQuery) async throws -> Bool {
        let request = query.request
        guard let limit = request.limit else { return true }
        guard limit > 10_000, request.start == nil, request.end == nil, request.keyword == nil else { return false }
        return try await query.count() <= request.offset + limit
    }

    /// How many messages a query gives in all; nil where it takes as long to find out as to give them.
    private func total(of query: MessagesQuery) async -> Int? {
        let request = query.request
        guard request.start == nil, request.end == nil, request.keyword == nil else { return nil }
        do {
            return max(0, try await query.count() - request.offset)
        } catch {
            // The answer meets the same, and says so.
            return nil
        }
    }
}
