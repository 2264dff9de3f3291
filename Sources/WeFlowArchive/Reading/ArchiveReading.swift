import WeFlowModel
package import WeFlowOutput
import WeFlowPages
package import WeFlowParameters
package import WeFlowQuery

/// Reads the messages of a chat out of an archive, with the filters and in the forms of `messages`.
package struct ArchiveReading: Sendable {
    private let archive: ReadArchive
    private let request: MessagesRequest
    private let isReversed: Bool
    private let months: [Month: FileRecord]

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
    private struct Page {
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

    private func page(_ lines: inout ArchivedLines) throws(WeFlowError) -> Page {
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

    private var folder: String { archive.manifest.chats[request.talker]?.folder ?? "" }

    /// A message with those before and after it.
    private func neighbours(_ lines: inout ArchivedLines) throws(WeFlowError) -> Page {
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

    private static let piece = 128 << 10

    private func json(
        _ page: Page, _ lines: inout ArchivedLines, _ style: JSONWriter.Style, _ sink: ByteSink
    ) async throws {
        var withFile = 0
        for place in page.places {
            let isThere = try lines.line(at: place).withUnsafeBytes { ArchiveLine($0)?.media != nil }
            if isThere { withFile += 1 }
        }
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.key("success")
        writer.bool(true)
        writer.key("talker")
        writer.string(request.talker)
        writer.key("count")
        writer.integer(page.places.count)
        writer.key("hasMore")
        writer.bool(page.hasMore)
        if let hasNewer = page.hasNewer {
            writer.key("hasNewer")
            writer.bool(hasNewer)
        }
        writer.key("media")
        writer.beginObject()
        writer.key("enabled")
        writer.bool(!archive.info.settings.media.isEmpty)
        writer.key("exportPath")
        writer.string(archive.folder.path)
        writer.key("count")
        writer.integer(withFile)
        writer.endObject()
        writer.key("messages")
        writer.beginArray()
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

    private func put(_ line: [UInt8], _ writer: inout JSONWriter) throws {
        line.withUnsafeBytes { line in
            writer.beginObject()
            writer.members(of: line, detail: request.detail, names: request.names)
            writer.endObject()
        }
    }

    private func jsonLines(_ page: Page, _ lines: inout ArchivedLines, _ sink: ByteSink) async throws {
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

    private func csv(
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

    private func text(_ page: Page, _ lines: inout ArchivedLines, _ layout: Layout, _ sink: ByteSink) async throws {
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
            matches: matches, transcript: line.transcript(bytes), quote: quote, remarks: remarks,
            isNeighbour: isNeighbour)
    }
}

extension ArchiveReading {
    // MARK: ChatLab

    private func chatLab(
        _ page: Page, _ lines: inout ArchivedLines, _ layout: Layout, _ sink: ByteSink
    ) async throws {
        let isLines = request.format == .chatlabLines
        var writer = JSONWriter(style: isLines ? .compact : layout.style)
        let name = archive.manifest.chats[request.talker]?.name ?? request.talker
        let isGroup = Username.isGroup(request.talker)
        writer.beginObject()
        if isLines {
            writer.key("_type")
            writer.string(literal: "header")
        }
        writer.key("chatlab")
        writer.beginObject()
        writer.key("version")
        writer.string(literal: "0.0.2")
        writer.key("exportedAt")
        writer.integer(layout.now)
        writer.key("generator")
        writer.string(literal: "WeFlow")
        writer.endObject()
        writer.key("meta")
        writer.beginObject()
        writer.key("name")
        writer.bracketless(name)
        writer.key("platform")
        writer.string(literal: "wechat")
        writer.key("type")
        writer.string(Username.sessionType(request.talker))
        if isGroup {
            writer.key("groupId")
            writer.bracketless(request.talker)
        }
        writer.key("ownerId")
        writer.bracketless(archive.info.account)
        writer.endObject()
        if isLines {
            writer.endObject()
            writer.endLine()
        } else {
            writer.key("members")
            writer.beginArray()
        }
        // The senders stand before the messages.
        var known: Set<String> = []
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                let person = self.person(line, bytes, isGroup)
                guard known.insert(person.id).inserted else { return }
                writer.beginObject()
                if isLines {
                    writer.key("_type")
                    writer.string(literal: "member")
                }
                writer.key("platformId")
                writer.bracketless(person.id)
                writer.key("accountName")
                writer.bracketless(person.name)
                writer.endObject()
                if isLines { writer.endLine() }
            }
        }
        if !isLines {
            writer.endArray()
            writer.key("messages")
            writer.beginArray()
        }
        let decoder = MessageDecoder(readsRecords: false)
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                chatLab(line, bytes, isGroup, isLines, decoder, &writer)
            }
            if writer.bytes.count > Self.piece {
                try await sink(writer.bytes)
                writer.removeBytes()
            }
        }
        if !isLines {
            writer.endArray()
            writer.endObject()
        }
        try await sink(writer.bytes)
    }

    private func person(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, _ isGroup: Bool
    ) -> (id: String, name: String) {
        let sender = line.string(line.sender, bytes)
        if line.isUnsent(bytes) || isGroup && sender == request.talker {
            return (isGroup ? request.talker : "SYSTEM", "系统消息")
        }
        if line.isSend { return (sender.isEmpty ? archive.info.account : sender, "我") }
        if sender.isEmpty {
            return isGroup ? ("unknown_sender_\(line.order.localID)", "未知发送者") : (request.talker, request.talker)
        }
        let name = line.string(line.senderName, bytes)
        return (sender, name.isEmpty ? sender : name)
    }

    private func chatLab(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, _ isGroup: Bool, _ isLines: Bool,
        _ decoder: MessageDecoder, _ writer: inout JSONWriter
    ) {
        let person = person(line, bytes, isGroup)
        writer.beginObject()
        if isLines {
            writer.key("_type")
            writer.string(literal: "message")
        }
        writer.key("sender")
        writer.string(person.id)
        writer.key("accountName")
        writer.string(person.name)
        writer.key("timestamp")
        writer.integer(line.order.createTime)
        writer.key("type")
        writer.integer(line.decoded(bytes, isGroup: isGroup, decoder).chatLabType.rawValue)
        writer.key("content")
        if line.parsedContent.isEmpty {
            writer.null()
        } else {
            writer.raw(
                UnsafeRawBufferPointer(
                    rebasing: bytes[line.parsedContent.lowerBound - 1..<line.parsedContent.upperBound + 1]))
        }
        if line.serverID != 0 {
            writer.key("platformMessageId")
            writer.quoted(line.serverID)
        }
        if let reply = line.replyTo {
            writer.key("replyToMessageId")
            writer.raw(UnsafeRawBufferPointer(rebasing: bytes[reply]))
        }
        if let path = line.media.flatMap({ ArchiveLine.text("path", in: $0, bytes) }) {
            writer.key("mediaPath")
            writer.string(path)
        }
        writer.endObject()
        if isLines { writer.endLine() }
    }
}

extension JSONWriter {
    /// Writes a text with its braces and closing brackets escaped: ChatLab's importer counts them without looking at
    /// strings.
    fileprivate mutating func bracketless(_ text: String) {
        var inner = JSONWriter()
        inner.string(text)
        var escaped: [UInt8] = []
        for byte in inner.finish().array() {
            switch byte {
            case UInt8(ascii: "{"): escaped += Array("\\u007b".utf8)
            case UInt8(ascii: "}"): escaped += Array("\\u007d".utf8)
            case UInt8(ascii: "]"): escaped += Array("\\u005d".utf8)
            default: escaped.append(byte)
            }
        }
        escaped.withUnsafeBytes { raw($0) }
    }
}
