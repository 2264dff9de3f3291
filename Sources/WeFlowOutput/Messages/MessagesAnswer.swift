internal import WeFlowModel
public import WeFlowQuery

/// Takes the bytes of an answer piece by piece, in order.
public typealias ByteSink = (borrowing OutputBytes) async throws -> Void

/// Told how many messages were written since it was last told, and how many it will be in all where that is known.
public typealias WrittenMessages = (_ count: Int, _ total: Int?) -> Void

/// What the server and the command line know about exported media when they answer.
public struct MediaEnvelope: Sendable {
    /// Whether media were asked for.
    public let enabled: Bool
    /// The folder of exported media.
    public let exportPath: String
    /// Scheme, host and port of addresses of exported media, without a trailing slash.
    public let baseURL: String

    /// Makes an envelope.
    public init(enabled: Bool, exportPath: String, baseURL: String = "http://127.0.0.1:5031") {
        self.enabled = enabled
        self.exportPath = exportPath
        self.baseURL = baseURL
    }
}

/// The answer to a query for messages, in JSON or JSON lines (<doc:JSONAnswers#Messages>).
public struct MessagesAnswer: Sendable {
    private let query: MessagesQuery
    private let style: JSONWriter.Style
    private let media: MediaEnvelope

    /// Makes the answer to `query`.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - style: how the JSON is laid out; lines are always compact.
    ///   - media: what the envelope says of media.
    public init(_ query: MessagesQuery, style: JSONWriter.Style, media: MediaEnvelope) {
        self.query = query
        self.style = style
        self.media = media
    }

    /// A page that is encoded but not sent: what is missing from it is known before its first byte leaves.
    public struct Page: Sendable {
        fileprivate let fragments: [MessageFragment]
        /// Whether a further offset would return something.
        public let hasMore: Bool
        /// What could not be read.
        public let losses: MessageLosses
    }

    /// Reads and encodes the page that the request means; `request.limit` must not be nil.
    ///
    /// - Throws: why it cannot be read.
    public func page() async throws -> Page {
        try await query.retrying { query in
            let found = try await query.page()
            var fragments: [MessageFragment] = []
            let losses = try await encode(found, of: query) { fragments.append($0) }
            return Page(fragments: fragments, hasMore: found.hasMore, losses: losses)
        }
    }

    /// Writes a page with its envelope.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        guard query.request.format == .json else {
            for fragment in page.fragments { try await sink(fragment.writer.bytes) }
            return
        }
        var writer = JSONWriter(style: style)
        begin(
            &writer, count: page.fragments.reduce(0) { $0 + $1.count }, hasMore: page.hasMore,
            mediaCount: page.fragments.reduce(0) { $0 + $1.mediaCount })
        for fragment in page.fragments { try await writer.pass(fragment.writer.bytes, to: sink) }
        end(&writer)
        try await sink(writer.bytes)
    }

    /// Reads, encodes and writes all messages from the request's offset on, without keeping them.
    ///
    /// - Parameters:
    ///   - sink: takes the bytes.
    ///   - wrote: told how far it has come.
    /// - Returns: what could not be read.
    /// - Throws: why they cannot be read, and what `sink` throws.
    public func writeAll(to sink: ByteSink, wrote: WrittenMessages = { _, _ in }) async throws -> MessageLosses {
        let (pool, detail) = (FragmentPool(makeFragment), query.request.detail)
        guard query.request.format == .json else {
            return try await query.encodeAll(into: pool.take) { message, fragment in
                fragment.add(message, detail: detail, endsLine: true)
            } consume: { fragment in
                try await sink(fragment.writer.bytes)
                wrote(fragment.count, nil)
                pool.give(fragment)
            }
        }
        let total = max(0, try await query.count() - query.request.offset)
        // How many messages carry media stands before them, so their files are exported first.
        let mediaCount = try await query.exportMedia()
        var writer = JSONWriter(style: style)
        begin(&writer, count: total, hasMore: false, mediaCount: mediaCount)
        let losses = try await query.encodeAll(into: pool.take) { message, fragment in
            fragment.add(message, detail: detail, endsLine: false)
        } consume: { fragment in
            try await writer.pass(fragment.writer.bytes, to: sink)
            wrote(fragment.count, total)
            pool.give(fragment)
        }
        end(&writer)
        try await sink(writer.bytes)
        return losses
    }

    private func encode(
        _ page: MessagesQuery.Page, of query: MessagesQuery, consume: (MessageFragment) async throws -> Void
    ) async throws -> MessageLosses {
        let (detail, isLines) = (query.request.detail, query.request.format == .jsonl)
        return try await query.encode(page, into: makeFragment) { message, fragment in
            fragment.add(message, detail: detail, endsLine: isLines)
        } consume: { fragment in
            try await consume(fragment)
        }
    }

    /// Messages lie two levels deep in the envelope; a line lies at the top.
    private var makeFragment: @Sendable () -> MessageFragment {
        let isLines = query.request.format == .jsonl
        let (style, depth, baseURL) = (isLines ? .compact : style, isLines ? 0 : 2, media.baseURL)
        return { MessageFragment(style: style, depth: depth, baseURL: baseURL) }
    }

    private func begin(_ writer: inout JSONWriter, count: Int, hasMore: Bool, mediaCount: Int) {
        writer.beginObject()
        writer.key("success")
        writer.bool(true)
        writer.key("talker")
        writer.string(query.request.talker)
        writer.key("count")
        writer.integer(count)
        writer.key("hasMore")
        writer.bool(hasMore)
        writer.key("media")
        writer.media(media, count: mediaCount)
        writer.key("messages")
        writer.beginArray()
    }

    private func end(_ writer: inout JSONWriter) {
        writer.endArray()
        writer.endObject()
    }
}

extension JSONWriter {
    /// Hands on what was written so far, then items that another writer wrote, which are not copied.
    mutating func pass(_ items: borrowing OutputBytes, to sink: ByteSink) async throws {
        beginFragment(items)
        if !bytes.isEmpty { try await sink(bytes) }
        removeBytes()
        if !items.isEmpty { try await sink(items) }
    }

    /// Writes the `media` object of an envelope.
    mutating func media(_ media: MediaEnvelope, count: Int) {
        beginObject()
        key("enabled")
        bool(media.enabled)
        key("exportPath")
        string(media.exportPath)
        key("count")
        integer(count)
        endObject()
    }
}
