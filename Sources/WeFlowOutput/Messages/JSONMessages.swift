internal import WeFlowQuery

/// Messages in JSON, JSON lines or rows (<doc:JSONAnswers#Messages>).
struct JSONMessages: MessageForm {
    let request: MessagesRequest
    let style: JSONWriter.Style
    let media: MediaEnvelope
    /// Tells the names of senders, where the request wants them.
    private let names: NameBook?
    private let layout: MessageLayout

    init(_ query: MessagesQuery, style: JSONWriter.Style, csv: CSVWriter.Options, media: MediaEnvelope) {
        (request, self.style, self.media) = (query.request, style, media)
        names = request.names ? query.chat.names.book : nil
        layout =
            switch request.format {
            case .jsonl: .lines
            case .csv:
                .rows(
                    MessageLayout.columns(
                        names: request.names, detail: request.detail, media: request.media.isEnabled), csv)
            default: .document
            }
    }

    /// Messages lie two levels deep in the envelope; a line lies at the top.
    var makeFragment: @Sendable () -> MessageFragment {
        let (detail, names, layout, baseURL) = (request.detail, names, layout, media.baseURL)
        let style: JSONWriter.Style = layout.isDocument ? style : .compact
        let depth = layout.isDocument ? 2 : 0
        return {
            MessageFragment(style: style, depth: depth, baseURL: baseURL, detail: detail, names: names, layout: layout)
        }
    }

    func add(_ message: borrowing Message, to piece: MessageFragment) { piece.add(message) }

    func summary(of page: MessagesQuery.Page, _ pieces: [MessageFragment]) -> MessageSummary {
        MessageSummary(
            total: pieces.reduce(0) { $0 + $1.count }, hasMore: page.hasMore, hasNewer: page.hasNewer,
            mediaCount: pieces.reduce(0) { $0 + $1.mediaCount })
    }

    func summary(
        of query: MessagesQuery, _ pool: FragmentPool<MessageFragment>, _ stepped: () -> Void
    ) async throws -> MessageSummary {
        guard layout.isDocument else { return MessageSummary() }
        let total = max(0, try await query.count() - request.offset)
        // How many messages carry media stands before them, so their files are exported first.
        return MessageSummary(total: total, mediaCount: try await query.exportMedia())
    }

    func document(_ summary: MessageSummary) -> Document { Document(self, summary) }

    /// The messages in their envelope; lines have none, rows the names of their columns.
    final class Document: MessageDocument {
        private let layout: MessageLayout
        private var writer: JSONWriter
        private var hasBegun = false

        init(_ form: JSONMessages, _ summary: MessageSummary) {
            layout = form.layout
            writer = JSONWriter(style: form.style)
            if layout.isDocument { begin(form, summary) }
        }

        private func begin(_ form: JSONMessages, _ summary: MessageSummary) {
            writer.beginObject()
            writer.bool("success", true)
            writer.string("talker", form.request.talker)
            writer.integer("count", summary.total ?? 0)
            writer.bool("hasMore", summary.hasMore)
            writer.bool("hasNewer", ifSome: summary.hasNewer)
            writer.key("media")
            writer.media(form.media, count: summary.mediaCount)
            writer.beginArray("messages")
        }

        func write(_ piece: MessageFragment, to sink: ByteSink) async throws {
            if layout.isDocument {
                try await writer.pass(piece.writer.bytes, to: sink)
            } else {
                try await beginRows(sink)
                try await piece.write(to: sink)
            }
        }

        private func beginRows(_ sink: ByteSink) async throws {
            guard !hasBegun else { return }
            hasBegun = true
            let head = layout.head()
            if !head.isEmpty { try await sink(head) }
        }

        func end(to sink: ByteSink) async throws {
            guard layout.isDocument else { return try await beginRows(sink) }
            writer.endArray()
            writer.endObject()
            try await sink(writer.bytes)
        }
    }
}
