internal import WeFlowQuery

/// Messages in JSON or JSON lines (<doc:JSONAnswers#Messages>).
struct JSONMessages: MessageForm {
    let request: MessagesRequest
    let style: JSONWriter.Style
    let media: MediaEnvelope
    /// Tells the names of senders, where the request wants them.
    private let names: NameBook?

    init(_ query: MessagesQuery, style: JSONWriter.Style, media: MediaEnvelope) {
        (request, self.style, self.media) = (query.request, style, media)
        names = request.names ? query.chat.names.book : nil
    }

    private var isLines: Bool { request.format == .jsonl }

    /// Messages lie two levels deep in the envelope; a line lies at the top.
    var makeFragment: @Sendable () -> MessageFragment {
        let (detail, names, isLines, baseURL) = (request.detail, names, isLines, media.baseURL)
        let style: JSONWriter.Style = isLines ? .compact : style
        let depth = isLines ? 0 : 2
        return {
            MessageFragment(
                style: style, depth: depth, baseURL: baseURL, detail: detail, names: names, isLines: isLines)
        }
    }

    func add(_ message: borrowing Message, to piece: MessageFragment) { piece.add(message) }

    func summary(of page: MessagesQuery.Page, _ pieces: [MessageFragment]) -> MessageSummary {
        MessageSummary(
            total: pieces.reduce(0) { $0 + $1.count }, hasMore: page.hasMore,
            mediaCount: pieces.reduce(0) { $0 + $1.mediaCount })
    }

    func summary(
        of query: MessagesQuery, _ pool: FragmentPool<MessageFragment>, _ stepped: () -> Void
    ) async throws -> MessageSummary {
        guard !isLines else { return MessageSummary() }
        let total = max(0, try await query.count() - request.offset)
        // How many messages carry media stands before them, so their files are exported first.
        return MessageSummary(total: total, mediaCount: try await query.exportMedia())
    }

    func document(_ summary: MessageSummary) -> Document { Document(self, summary) }

    /// The messages in their envelope; lines have none.
    final class Document: MessageDocument {
        private let isLines: Bool
        private var writer: JSONWriter

        init(_ form: JSONMessages, _ summary: MessageSummary) {
            isLines = form.isLines
            writer = JSONWriter(style: form.style)
            if !isLines { begin(form, summary) }
        }

        private func begin(_ form: JSONMessages, _ summary: MessageSummary) {
            writer.beginObject()
            writer.key("success")
            writer.bool(true)
            writer.key("talker")
            writer.string(form.request.talker)
            writer.key("count")
            writer.integer(summary.total ?? 0)
            writer.key("hasMore")
            writer.bool(summary.hasMore)
            writer.key("media")
            writer.media(form.media, count: summary.mediaCount)
            writer.key("messages")
            writer.beginArray()
        }

        func write(_ piece: MessageFragment, to sink: ByteSink) async throws {
            if isLines {
                try await sink(piece.writer.bytes)
            } else {
                try await writer.pass(piece.writer.bytes, to: sink)
            }
        }

        func end(to sink: ByteSink) async throws {
            guard !isLines else { return }
            writer.endArray()
            writer.endObject()
            try await sink(writer.bytes)
        }
    }
}
