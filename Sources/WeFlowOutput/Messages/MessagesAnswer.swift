public import WeFlowQuery
public import WeFlowStore

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

/// The answer to a query for messages in the form that its request asks for: JSON, ChatLab's, either in lines, rows, or text.
public struct MessagesAnswer: Sendable {
    private enum Form: Sendable {
        case json(JSONMessages)
        case chatLab(ChatLabMessages)
        case text(TextMessages)
    }

    private let query: MessagesQuery
    private let form: Form
    private let isReversed: Bool

    /// Makes the answer to `query`.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - account: what it was opened in; tells the names of people, where the form has them.
    ///   - style: how one object is laid out; lines are always compact.
    ///   - text: how days, times and names stand out in a text.
    ///   - csv: what a reader of rows needs.
    ///   - exportedAt: the time of the export, Unix seconds, for ChatLab.
    ///   - media: what the envelope says of media; nil leaves it out of ChatLab's.
    ///   - sync: for a ChatLab client that pulls; nil leaves it out.
    ///   - isReversed: whether a page is written from its other end.
    public init(
        _ query: MessagesQuery, in account: Account, style: JSONWriter.Style, text: TerminalStyle = .plain,
        csv: CSVWriter.Options = .init(), exportedAt: Int64, media: MediaEnvelope?, sync: ChatLabSync? = nil,
        isReversed: Bool = false
    ) {
        self.query = query
        self.isReversed = isReversed
        switch query.request.format {
        case .json, .jsonl, .csv:
            form = .json(
                JSONMessages(
                    query, style: style, csv: csv, media: media ?? MediaEnvelope(enabled: false, exportPath: "")))
        case .chatlab, .chatlabLines:
            form = .chatLab(
                ChatLabMessages(
                    query.request, people: ChatPeople(query.chat, in: account), style: style, exportedAt: exportedAt,
                    media: media, sync: sync))
        case .text: form = .text(TextMessages(people: ChatPeople(query.chat, in: account), style: text))
        }
    }

    /// A page that is encoded but not sent: what is missing from it is known before its first byte leaves.
    public struct Page: Sendable {
        /// Whether a further offset would return something.
        public let hasMore: Bool
        /// What could not be read.
        public let losses: MessageLosses
        fileprivate let writing: @Sendable (ByteSink) async throws -> Void

        /// Writes the page with all that stands around it.
        ///
        /// - Throws: what `sink` throws.
        public func write(to sink: ByteSink) async throws { try await writing(sink) }
    }

    /// Reads and encodes the page that the request means; `request.limit` must not be nil.
    ///
    /// - Throws: why it cannot be read.
    public func page() async throws -> Page {
        switch form {
        case .json(let form): try await page(form)
        case .chatLab(let form): try await page(form)
        case .text(let form): try await page(form)
        }
    }

    private func page<F: MessageForm>(_ form: F) async throws -> Page {
        try await query.retrying { query in
            var (query, found) = (query, try await query.page())
            if isReversed {
                query = query.ordered(query.request.order == .newestFirst ? .oldestFirst : .newestFirst)
                found = found.reversed()
            }
            var fragments: [F.Piece] = []
            let losses = try await query.encode(found, into: form.makeFragment) { message, fragment in
                form.add(message, to: fragment)
            } consume: { fragment in
                fragments.append(fragment)
            }
            let (pieces, summary) = (fragments, form.summary(of: found, fragments))
            return Page(hasMore: found.hasMore, losses: losses) { sink in
                let document = form.document(summary)
                for piece in pieces { try await document.write(piece, to: sink) }
                try await document.end(to: sink)
            }
        }
    }

    /// Reads, encodes and writes all messages from the request's offset on, without keeping them.
    ///
    /// What stands before the messages and is not known before them costs a walk of its own: how many they are, who sent
    /// them.
    ///
    /// - Parameters:
    ///   - sink: takes the bytes.
    ///   - wrote: told how far it has come; a walk before the messages writes none.
    /// - Returns: what could not be read.
    /// - Throws: why they cannot be read, and what `sink` throws.
    public func writeAll(to sink: ByteSink, wrote: WrittenMessages = { _, _ in }) async throws -> MessageLosses {
        switch form {
        case .json(let form): try await writeAll(form, to: sink, wrote)
        case .chatLab(let form): try await writeAll(form, to: sink, wrote)
        case .text(let form): try await writeAll(form, to: sink, wrote)
        }
    }

    private func writeAll<F: MessageForm>(
        _ form: F, to sink: ByteSink, _ wrote: WrittenMessages
    ) async throws -> MessageLosses {
        let pool = FragmentPool(form.makeFragment)
        let summary = try await form.summary(of: query, pool) { wrote(0, nil) }
        let document = form.document(summary)
        let losses = try await query.encodeAll(into: pool.take) { message, fragment in
            form.add(message, to: fragment)
        } consume: { fragment in
            try await document.write(fragment, to: sink)
            wrote(fragment.count, summary.total)
            pool.putBack(fragment)
        }
        try await document.end(to: sink)
        return losses
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
        bool("enabled", media.enabled)
        string("exportPath", media.exportPath)
        integer("count", count)
        endObject()
    }
}
