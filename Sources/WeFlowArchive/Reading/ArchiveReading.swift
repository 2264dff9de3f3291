import WeFlowModel
package import WeFlowOutput
import WeFlowPages
package import WeFlowParameters
package import WeFlowQuery

/// Reads the messages of a chat out of an archive, with the filters and in the forms of `messages`.
package struct ArchiveReading: Sendable {
    let archive: ReadArchive
    let request: MessagesRequest
    let isReversed: Bool
    let months: [Month: FileRecord]

    /// How the answer is laid out.
    package struct Layout: Sendable {
        package var style: JSONWriter.Style
        package var text: TerminalStyle
        package var csv: CSVWriter.Options
        package var zone: LocalZone
        /// Unix seconds, for ChatLab.
        package var now: Int64

        package init(
            style: JSONWriter.Style, text: TerminalStyle, csv: CSVWriter.Options, zone: LocalZone, now: Int64
        ) {
            (self.style, self.text, self.csv, self.zone, self.now) = (style, text, csv, zone, now)
        }
    }

    /// What was found.
    struct Page {
        var places: [ArchivedLines.Place] = []
        var hasMore = false
        var hasNewer: Bool?
    }

    /// - Parameters:
    ///   - request: what is asked for; its talker is an id of the archive.
    ///   - archive: where.
    ///   - isReversed: whether the page is printed against the order in which it was selected.
    package init(_ request: MessagesRequest, in archive: ReadArchive, isReversed: Bool = false) {
        (self.request, self.archive, self.isReversed) = (request, archive, isReversed)
        months = archive.manifest.chats[request.talker].flatMap { archive.months[$0.folder] } ?? [:]
    }

    /// Writes the answer.
    ///
    /// - Parameters:
    ///   - layout: how.
    ///   - sink: takes the bytes.
    /// - Returns: whether more messages follow.
    /// - Throws: `.invalidData` where the archive is damaged, `.notFound` for a message to stand in the middle that is not
    ///   there; what `sink` throws.
    package func write(_ layout: Layout, to sink: ByteSink) async throws -> Bool {
        var lines = ArchivedLines(archive.folder)
        var page = try request.around == nil ? self.page(&lines) : neighbours(&lines)
        if isReversed { page.places.reverse() }
        switch request.format {
        case .json: try await json(page, &lines, layout.style, sink)
        case .jsonl: try await jsonLines(page, &lines, sink)
        case .csv: try await csv(page, &lines, layout.csv, sink)
        case .text: try await text(page, &lines, layout, sink)
        case .chatlab, .chatlabLines: try await chatLab(page, &lines, layout, sink)
        }
        return page.hasMore
    }

    // MARK: Finding

    func page(_ lines: inout ArchivedLines) throws(WeFlowError) -> Page {
        let keyword = request.keyword.map { KeywordMatcher($0) }
        let limit = request.limit ?? Int.max - 1
        let wanted = request.offset.addingReportingOverflow(limit).overflow ? Int.max : request.offset + limit
        let isNewestFirst = request.order == .newestFirst
        var found: [ArchivedLines.Place] = []
        for month in isNewestFirst ? months.keys.sorted().reversed() : months.keys.sorted() {
            guard let record = months[month], request.start ?? .min <= record.last, record.first <= request.end ?? .max
            else { continue }
            var here: [ArchivedLines.Place] = []
            try lines.walk(ArchivePath.month(month, of: folder)) { line, bytes, place throws(WeFlowError) in
                let time = line.order.createTime
                guard time >= request.start ?? .min, time <= request.end ?? .max else { return }
                if let keyword {
                    let isMeant = line.text(bytes).withUnsafeBytes { keyword.matches($0) }
                    guard isMeant else { return }
                }
                here.append(place)
            }
            if isNewestFirst { here.reverse() }
            found += here
            if found.count > wanted { break }
        }
        var page = Page(places: Array(found.dropFirst(request.offset)))
        page.hasMore = page.places.count > limit
        if page.hasMore { page.places.removeLast(page.places.count - limit) }
        return page
    }

    var folder: String { archive.manifest.chats[request.talker]?.folder ?? "" }

    /// A message with those before and after it.
    func neighbours(_ lines: inout ArchivedLines) throws(WeFlowError) -> Page {
        guard let around = request.around else { return Page() }
        var all: [ArchivedLines.Place] = []
        var middle: Int?
        let talker = request.talker
        for month in months.keys.sorted() {
            try lines.walk(ArchivePath.month(month, of: folder)) { line, bytes, place throws(WeFlowError) in
                let isIt =
                    line.serverID != 0 && around.id == "\(line.serverID)"
                    || around.id.utf8.contains(UInt8(ascii: ":"))
                        && line.messageKey(bytes, talker: talker) == around.id
                if isIt { middle = all.count }
                all.append(place)
            }
        }
        guard let middle else {
            throw WeFlowError(.notFound, "there is no message \(around.id) in this chat of the archive")
        }
        let first = max(0, middle - around.context)
        let last = min(all.count, middle + around.context + 1)
        var page = Page(places: Array(all[first..<last]), hasMore: first > 0, hasNewer: last < all.count)
        if request.order == .newestFirst { page.places.reverse() }
        return page
    }

    // MARK: Writing

    static let piece = 128 << 10

    func json(
        _ page: Page, _ lines: inout ArchivedLines, _ style: JSONWriter.Style, _ sink: ByteSink
    ) async throws {
        var withFile = 0
        for place in page.places {
            let isThere = try lines.line(at: place).withUnsafeBytes { ArchiveLine($0)?.media != nil }
            if isThere { withFile += 1 }
        }
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.bool("success", true)
        writer.string("talker", request.talker)
        writer.integer("count", page.places.count)
        writer.bool("hasMore", page.hasMore)
        writer.bool("hasNewer", ifSome: page.hasNewer)
        writer.beginObject("media")
        writer.bool("enabled", !archive.info.settings.media.isEmpty)
        writer.string("exportPath", archive.folder.path)
        writer.integer("count", withFile)
        writer.endObject()
        writer.beginArray("messages")
        for place in page.places {
            try put(try lines.line(at: place), &writer)
            if writer.bytes.count > Self.piece {
                try await sink(writer.bytes)
                writer.removeBytes()
            }
        }
        writer.endArray()
        writer.endObject()
        try await sink(writer.bytes)
    }

    func put(_ line: [UInt8], _ writer: inout JSONWriter) throws {
        line.withUnsafeBytes { line in
            writer.beginObject()
            writer.members(of: line, detail: request.detail, names: request.names)
            writer.endObject()
        }
    }

    func jsonLines(_ page: Page, _ lines: inout ArchivedLines, _ sink: ByteSink) async throws {
        var writer = JSONWriter()
        for place in page.places {
            try put(try lines.line(at: place), &writer)
            writer.endLine()
            if writer.bytes.count > Self.piece {
                try await sink(writer.bytes)
                writer.removeBytes()
            }
        }
        try await sink(writer.bytes)
    }

    func csv(
        _ page: Page, _ lines: inout ArchivedLines, _ options: CSVWriter.Options, _ sink: ByteSink
    ) async throws {
        var columns: [StaticString] = [
            "localId", "serverId", "localType", "createTime", "sortSeq", "isSend", "senderUsername",
        ]
        if request.names { columns.append("senderName") }
        columns += ["content", "rawContent", "parsedContent"]
        if request.detail { columns.append("detail") }
        columns += ["replyToMessageId", "quote", "media", "mediaError", "gone", "recalled", "edited"]
        var writer = CSVWriter(options)
        writer.header(columns)
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { writer.row(of: $0, columns) }
            if writer.bytes.count > Self.piece {
                try await sink(writer.bytes)
                writer.removeBytes()
            }
        }
        try await sink(writer.bytes)
    }

    func text(_ page: Page, _ lines: inout ArchivedLines, _ layout: Layout, _ sink: ByteSink) async throws {
        var text = ReadableMessages(zone: layout.zone, style: layout.text, hasDays: true)
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { bytes in
                if let line = ArchiveLine(bytes) { text.add(Self.readable(line, bytes)) }
            }
            if text.bytes.count > Self.piece {
                try await sink(text.bytes)
                text.removeBytes()
            }
        }
        try await sink(text.bytes)
    }

    /// A message as people read it.
    static func readable(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, matches: [Range<Int>] = [], isNeighbour: Bool = false
    ) -> ReadableMessages.Message {
        let sender = line.string(line.senderName.isEmpty ? line.sender : line.senderName, bytes)
        let name: String? = line.isUnsent(bytes) ? nil : line.isSend ? "我" : sender.isEmpty ? "未知发送者" : sender
        var remarks: [String] = []
        if let media = line.media.flatMap({ ArchiveLine.text("path", in: $0, bytes) }) { remarks.append(media) }
        if let loss = line.mediaError, loss.count >= 2 {
            remarks.append("(\(line.string(loss.lowerBound + 1..<loss.upperBound - 1, bytes)))")
        }
        if line.recalled != nil { remarks.append("(recalled)") }
        if line.gone != nil { remarks.append("(gone at the source)") }
        if line.edited != nil { remarks.append("(edited)") }
        let quote = line.quote.flatMap { quote -> (name: String, text: String)? in
            guard let text = ArchiveLine.text("content", in: quote, bytes) else { return nil }
            return (ArchiveLine.text("accountName", in: quote, bytes) ?? "", text)
        }
        return ReadableMessages.Message(
            time: line.order.createTime, name: name, text: String(decoding: line.text(bytes), as: UTF8.self),
            matches: matches, transcript: line.transcript(bytes),
            url: line.detail.flatMap { ArchiveLine.text("url", in: $0, bytes) }, quote: quote, remarks: remarks,
            isNeighbour: isNeighbour)
    }
}
