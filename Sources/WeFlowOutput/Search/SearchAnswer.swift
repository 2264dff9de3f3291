internal import WeFlowModel
internal import WeFlowParameters
public import WeFlowQuery
public import WeFlowSearch

/// The answer to a search: hits as an object, lines, rows or text.
public struct SearchAnswer: Sendable {
    private let query: SearchQuery
    private let form: ListForm
    private let baseURL: String

    /// Makes the answer to `query`.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - form: the form for programs; ``writeText(_:style:to:)`` needs none.
    public init(_ query: SearchQuery, form: ListForm = .json(.compact)) {
        (self.query, self.form) = (query, form)
        baseURL = ""
    }

    /// Hits that are encoded but not sent.
    public struct Page: Sendable {
        /// What was found.
        public let found: SearchQuery.Page
        /// What could not be read.
        public let losses: MessageLosses
        fileprivate let pieces: [SearchFragment]
    }

    /// Encodes hits, before the first byte leaves.
    ///
    /// - Throws: `.unavailable` where a database moved.
    public func encode(_ found: SearchQuery.Page) async throws -> Page {
        var pieces: [SearchFragment] = []
        let losses = try await query.write(found, into: SearchSink(query, form)) { pieces.append($0) }
        return Page(found: found, losses: losses, pieces: pieces)
    }

    /// Writes hits that were encoded.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        let document = Document(form)
        try await document.begin(
            page.found, count: page.pieces.reduce(0) { $0 + $1.count }, columns: columns, to: sink)
        for piece in page.pieces { try await document.write(piece, to: sink) }
        try await document.end(to: sink)
    }

    /// Encodes and writes hits, however many, without keeping their texts.
    ///
    /// - Parameters:
    ///   - found: the hits.
    ///   - sink: takes the bytes.
    /// - Returns: what could not be read.
    /// - Throws: what `sink` throws; `.unavailable` where a database moved.
    public func writeAll(_ found: SearchQuery.Page, to sink: ByteSink) async throws -> MessageLosses {
        let document = Document(form)
        try await document.begin(found, count: found.count, columns: columns, to: sink)
        let losses = try await query.write(found, into: SearchSink(query, form)) { piece in
            try await document.write(piece, to: sink)
        }
        try await document.end(to: sink)
        return losses
    }

    private var columns: [StaticString] {
        var columns: [StaticString] = ["sessionId", "sessionName", "sessionType", "messageKey"]
        columns += MessageLayout.columns(names: true, detail: query.request.detail, media: false)
        columns += ["matches", "matchesIn"]
        return query.request.context > 0 ? columns + ["before", "after"] : columns
    }

    /// What stands around the hits.
    private final class Document {
        private let form: ListForm
        private var writer: JSONWriter

        init(_ form: ListForm) {
            self.form = form
            writer = JSONWriter(style: form.style)
        }

        func begin(
            _ found: SearchQuery.Page, count: Int, columns: [StaticString], to sink: ByteSink
        ) async throws {
            switch form {
            case .json:
                writer.beginObject()
                writer.bool("success", true)
                writer.integer("count", count)
                writer.bool("hasMore", found.hasMore)
                writer.string("cursor", ifSome: found.cursor)
                writer.beginArray("messages")
            case .lines: break
            case .csv(let options): try await sink(MessageLayout.rows(columns, options).head())
            }
        }

        func write(_ piece: SearchFragment, to sink: ByteSink) async throws {
            switch form {
            case .json: try await writer.pass(piece.writer.bytes, to: sink)
            case .lines: try await sink(piece.writer.bytes)
            case .csv: try await sink(piece.csv.bytes)
            }
        }

        func end(to sink: ByteSink) async throws {
            guard case .json = form else { return }
            writer.endArray()
            writer.endObject()
            try await sink(writer.bytes)
        }
    }

    /// Writes hits as people read them.
    ///
    /// - Parameters:
    ///   - found: the hits.
    ///   - style: how names and matches stand out.
    ///   - sink: takes the bytes.
    /// - Returns: what could not be read.
    /// - Throws: what `sink` throws; `.unavailable` where a database moved.
    public func writeText(
        _ found: SearchQuery.Page, style: TerminalStyle, to sink: ByteSink
    ) async throws -> MessageLosses {
        var text = SearchText(query.store.names.book, zone: .system, style: style)
        return try await query.tell(found, to: &text) { text in
            try await sink(text.bytes)
            text.removeBytes()
        }
    }

    /// Hits as a table for people.
    ///
    /// - Parameters:
    ///   - found: the hits.
    ///   - width: the columns of the screen; nil where there is none, and nothing is cut.
    ///   - style: how names and titles stand out.
    /// - Returns: the lines with their ends, and what could not be read.
    /// - Throws: `.unavailable` where a database moved.
    public func table(
        _ found: SearchQuery.Page, width: Int?, style: TerminalStyle
    ) async throws -> (text: String, losses: MessageLosses) {
        var table = SearchTable()
        let losses = try await query.write(found, into: SearchRows(names: query.store.names.book)) { table.add($0) }
        return (table.text(width: width, style: style), losses)
    }
}

/// Hits of one batch, written by one thread and joined by another.
final class SearchFragment: @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    var writer: JSONWriter
    var csv: CSVWriter
    /// How many hits were written.
    var count = 0
    /// Whether what comes behind the hit is being written.
    var isBehind = false
    var text: [UInt8] = []

    init(_ form: ListForm) {
        switch form {
        case .json(let style):
            writer = JSONWriter(style: style, depth: 2, capacity: 16 << 10)
            csv = CSVWriter(capacity: 0)
        case .lines:
            writer = JSONWriter(capacity: 16 << 10)
            csv = CSVWriter(capacity: 0)
        case .csv(let options):
            writer = JSONWriter()
            csv = CSVWriter(options, capacity: 16 << 10)
        }
    }
}

/// Writes hits in JSON's names.
private struct SearchSink: SearchQuery.Sink {
    private let form: ListForm
    private let names: NameBook
    private let detail: Bool
    private let hasContext: Bool
    private let columns: [StaticString]

    init(_ query: SearchQuery, _ form: ListForm) {
        self.form = form
        names = query.store.names.book
        detail = query.request.detail
        hasContext = query.request.context > 0
        columns =
            ["sessionId", "sessionName", "sessionType", "messageKey"]
            + MessageLayout.columns(names: true, detail: query.request.detail, media: false)
            + ["matches", "matchesIn"] + (query.request.context > 0 ? ["before", "after"] : [])
    }

    func makeOutput() -> SearchFragment { SearchFragment(form) }

    func add(_ hit: SearchQuery.Hit, _ message: borrowing Message, to output: inout SearchFragment) {
        output.count += 1
        output.writer.beginObject()
        output.writer.string("sessionId", hit.sessionID)
        output.writer.string("sessionName", hit.sessionName)
        output.writer.string("sessionType", hit.kind.rawValue)
        output.writer.string("messageKey", hit.messageKey)
        output.writer.fields(of: message, detail: detail, names: names, baseURL: "", text: &output.text)
        output.writer.beginArray("matches")
        for match in hit.matches {
            output.writer.beginArray()
            output.writer.integer(match.lowerBound)
            output.writer.integer(match.count)
            output.writer.endArray()
        }
        output.writer.endArray()
        if hit.isInTranscript {
            output.writer.string("matchesIn", literal: "transcript")
        }
        guard hasContext else { return }
        output.writer.beginArray("before")
        output.isBehind = false
    }

    func add(_ neighbour: borrowing Message, at place: SearchNeighbour, to output: inout SearchFragment) {
        if !place.isBefore { turn(&output) }
        output.writer.beginObject()
        output.writer.fields(of: neighbour, detail: detail, names: names, baseURL: "", text: &output.text)
        output.writer.endObject()
    }

    /// Goes on to what comes behind the hit.
    private func turn(_ output: inout SearchFragment) {
        guard !output.isBehind else { return }
        output.isBehind = true
        output.writer.endArray()
        output.writer.beginArray("after")
    }

    func endHit(_ output: inout SearchFragment) {
        if hasContext {
            turn(&output)
            output.writer.endArray()
        }
        output.writer.endObject()
        switch form {
        case .json: break
        case .lines: output.writer.endLine()
        case .csv:
            Self.put(output.writer.bytes, columns, into: &output.csv)
            output.writer.removeBytes()
        }
    }

    private static func put(_ object: borrowing OutputBytes, _ columns: [StaticString], into csv: inout CSVWriter) {
        object.withBytes { csv.row(of: $0, columns) }
    }
}

/// Writes hits as rows of a table.
private struct SearchRows: SearchQuery.Sink {
    let names: NameBook

    func makeOutput() -> SearchTable { SearchTable() }

    func add(_ hit: SearchQuery.Hit, _ message: borrowing Message, to output: inout SearchTable) {
        output.add(
            message.createTime, chat: hit.sessionName,
            sender: message.isNotice ? "" : names.displayName(of: String(decoding: message.sender, as: UTF8.self)),
            text: message.content.displayText(of: message.body), transcript: message.transcript)
    }

    func add(_ neighbour: borrowing Message, at place: SearchNeighbour, to output: inout SearchTable) {}

    func endHit(_ output: inout SearchTable) {}
}
