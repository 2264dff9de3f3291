internal import WeFlowPages
public import WeFlowQuery

/// The answer to a query for new messages, in JSON or JSON lines.
public struct NewMessagesAnswer: Sendable {
    private let query: NewMessagesQuery
    private let style: JSONWriter.Style
    private let baseURL: String

    /// Makes the answer to `query`.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - style: how the JSON is laid out; lines are always compact.
    ///   - baseURL: what addresses of our own begin with.
    public init(_ query: NewMessagesQuery, style: JSONWriter.Style, baseURL: String = "http://127.0.0.1:5031") {
        self.query = query
        self.style = style
        self.baseURL = baseURL
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
        let isLines = query.request.format == .jsonl
        return MessageFragment(
            style: isLines ? .compact : style, depth: isLines ? 0 : 2, baseURL: baseURL,
            names: query.request.names ? names.book : nil, isLines: isLines)
    }

    /// Writes a page; of JSON lines only the messages.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        guard query.request.format == .json else { return try await sink(page.fragment.writer.bytes) }
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.key("success")
        writer.bool(true)
        writer.key("count")
        writer.integer(page.summary.count)
        writer.key("hasMore")
        writer.bool(page.summary.hasMore)
        writer.key("cursor")
        writer.string(page.summary.cursor)
        writer.key("resync")
        writer.bool(page.summary.resync)
        writer.key("messages")
        writer.beginArray()
        writer.fragment(page.fragment.writer.bytes)
        writer.endArray()
        writer.endObject()
        try await sink(writer.bytes)
    }
}

extension JSONWriter {
    /// Writes what stands in front of a message that is given for its arrival.
    mutating func head(_ arrival: Arrival) {
        key("sessionId")
        string(arrival.talker)
        key("sessionName")
        string(arrival.sessionName)
        key("messageKey")
        string(arrival.messageKey)
        key("event")
        string(arrival.event)
        if arrival.revoke != nil {
            key("rawid")
            string(arrival.rawID)
        }
    }
}
