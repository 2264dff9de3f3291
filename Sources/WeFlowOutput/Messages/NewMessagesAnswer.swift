public import WeFlowArrivals
internal import WeFlowPages
public import WeFlowQuery

/// The answer to a query for new messages, in JSON, JSON lines or rows.
public struct NewMessagesAnswer: Sendable {
    private let query: NewMessagesQuery
    private let style: JSONWriter.Style
    private let baseURL: String
    private let layout: MessageLayout

    /// Makes the answer to `query`.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - style: how the JSON is laid out; lines are always compact.
    ///   - csv: what a reader of rows needs.
    ///   - baseURL: what addresses of our own begin with.
    public init(
        _ query: NewMessagesQuery, style: JSONWriter.Style, csv: CSVWriter.Options = .init(),
        baseURL: String = "http://127.0.0.1:5031"
    ) {
        self.query = query
        self.style = style
        self.baseURL = baseURL
        let request = query.request
        layout =
            switch request.format {
            case .json: .document
            case .jsonl: .lines
            case .csv:
                .rows(
                    MessageLayout.columns(
                        hasArrival: true, names: request.names, detail: false, media: request.media.isEnabled), csv)
            }
    }

    /// Messages that are encoded but not sent.
    public struct Page: Sendable {
        /// What the query says of them.
        public let summary: NewMessagesPage
        fileprivate let fragment: MessageFragment
    }

    /// Reads and encodes the messages.
    ///
    /// - Throws: as `NewMessagesQuery.run(_:)`.
    public func page() throws -> Page {
        try retryingTransient {
            let names = query.names
            let fragment = fragment(names)
            let summary = try query.run(names: names) { arrival, message in fragment.add(message, arrival: arrival) }
            return Page(summary: summary, fragment: fragment)
        }
    }

    /// Like ``page()``, with the media that the request asks for exported first.
    ///
    /// - Throws: as there; `.system` where the export folder cannot be written to.
    public func page(exporting media: MediaExporter) async throws -> Page {
        for _ in 0..<20 {
            do {
                return try await pageOnce(media)
            } catch let error as WeFlowError where error.isTransient {
                continue
            }
        }
        return try await pageOnce(media)
    }

    private func pageOnce(_ media: MediaExporter) async throws -> Page {
        let fragment = fragment(query.names)
        let summary = try await query.run(exporting: media) { arrival, message in
            fragment.add(message, arrival: arrival)
        }
        return Page(summary: summary, fragment: fragment)
    }

    private func fragment(_ names: LazyNames) -> MessageFragment {
        MessageFragment(
            style: layout.isDocument ? style : .compact, depth: layout.isDocument ? 2 : 0, baseURL: baseURL,
            names: query.request.names ? names.book : nil, layout: layout)
    }

    /// Writes a page; of JSON lines only the messages, of rows also the names of their columns.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        guard layout.isDocument else {
            let head = layout.head()
            if !head.isEmpty { try await sink(head) }
            return try await page.fragment.write(to: sink)
        }
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.bool("success", true)
        writer.integer("count", page.summary.count)
        writer.bool("hasMore", page.summary.hasMore)
        writer.string("cursor", page.summary.cursor.text)
        writer.bool("resync", page.summary.resync)
        writer.beginArray("messages")
        writer.fragment(page.fragment.writer.bytes)
        writer.endArray()
        writer.endObject()
        try await sink(writer.bytes)
    }
}

extension JSONWriter {
    /// Writes what stands in front of a message that is given for its arrival.
    mutating func head(_ arrival: Arrival) {
        string("sessionId", arrival.talker)
        string("sessionName", arrival.sessionName)
        string("messageKey", arrival.messageKey)
        string("event", arrival.event)
        if arrival.revoke != nil {
            string("rawid", arrival.rawID)
        }
    }
}
