import WeFlowModel
package import WeFlowOutput
package import WeFlowPages
package import WeFlowParameters
import WeFlowQuery
import WeFlowSearch
import WeFlowSystem

/// What was found, in the forms in which searches are printed.
extension ArchiveSearching {
    static let columns: [StaticString] = [
        "sessionId", "sessionName", "sessionType", "messageKey", "localId", "serverId", "localType", "createTime",
        "sortSeq", "isSend", "senderUsername", "senderName", "content", "rawContent", "parsedContent", "detail",
        "replyToMessageId", "quote", "media", "mediaError", "gone", "recalled", "edited", "matches", "matchesIn",
        "before", "after",
    ]

    /// Writes hits in JSON, in lines or in rows.
    ///
    /// - Throws: `.invalidData` where the archive is damaged; what `sink` throws.
    package func write(_ found: Found, form: ListForm, to sink: ByteSink) async throws {
        let nobody = NameBook(contacts: nil, sessions: nil)
        switch form {
        case .json(let style):
            var writer = JSONWriter(style: style)
            writer.beginObject()
            writer.bool("success", true)
            writer.integer("count", found.count)
            writer.bool("hasMore", found.hasMore)
            writer.string("cursor", ifSome: found.cursor)
            writer.beginArray("messages")
            for hit in found.hits {
                try put(hit, nobody, &writer)
                if writer.bytes.count > 128 << 10 {
                    try await sink(writer.bytes)
                    writer.removeBytes()
                }
            }
            writer.endArray()
            writer.endObject()
            try await sink(writer.bytes)
        case .lines:
            for hit in found.hits {
                var writer = JSONWriter()
                try put(hit, nobody, &writer)
                writer.endLine()
                try await sink(writer.bytes)
            }
        case .csv(let options):
            let columns = Self.columns.filter { name in
                switch name.description {
                case "detail": request.detail
                case "before", "after": request.context > 0
                default: true
                }
            }
            var csv = CSVWriter(options)
            csv.header(columns)
            for hit in found.hits {
                var writer = JSONWriter()
                try put(hit, nobody, &writer)
                writer.bytes.withBytes { csv.row(of: $0, columns) }
            }
            try await sink(csv.bytes)
        }
    }

    func put(_ hit: Hit, _ nobody: NameBook, _ writer: inout JSONWriter) throws {
        let chat = chats[hit.chat]
        try line(of: hit).withUnsafeBytes { bytes in
            guard let line = ArchiveLine(bytes) else { return }
            writer.beginObject()
            writer.string("sessionId", chat.id)
            writer.string("sessionName", chat.chat.name)
            writer.string("sessionType", Self.kind(of: chat.id, officials, nobody).rawValue)
            writer.string("messageKey", line.messageKey(bytes, talker: chat.id))
            writer.members(of: bytes, detail: request.detail, names: true)
            let (ranges, isInTranscript) = matches(line, bytes)
            writer.beginArray("matches")
            for range in ranges {
                writer.beginArray()
                writer.integer(range.lowerBound)
                writer.integer(range.count)
                writer.endArray()
            }
            writer.endArray()
            if isInTranscript {
                writer.string("matchesIn", literal: "transcript")
            }
        }
        if request.context > 0 {
            let (before, after) = try neighbours(hit)
            writer.key("before")
            put(before, &writer)
            writer.key("after")
            put(after, &writer)
        }
        writer.endObject()
    }

    func put(_ lines: [[UInt8]], _ writer: inout JSONWriter) {
        writer.beginArray()
        for line in lines {
            line.withUnsafeBytes { bytes in
                writer.beginObject()
                writer.members(of: bytes, detail: request.detail, names: true)
                writer.endObject()
            }
        }
        writer.endArray()
    }

    /// Writes hits as people read them: chat by chat, with what was said around them.
    ///
    /// - Throws: `.invalidData` where the archive is damaged; what `sink` throws.
    package func writeText(_ found: Found, zone: LocalZone, style: TerminalStyle, to sink: ByteSink) async throws {
        var text = ReadableMessages(zone: zone, style: style, hasDays: false)
        var order: [Int] = []
        for hit in found.hits where !order.contains(hit.chat) { order.append(hit.chat) }
        for (number, chat) in order.enumerated() {
            text.begin(chats[chat].chat.name, id: chats[chat].id, isFirst: number == 0)
            var hits = found.hits.filter { $0.chat == chat }
            if !request.isOrdered { hits.reverse() }
            var told: Set<[UInt8]> = []
            for (place, hit) in hits.enumerated() {
                let (before, after) = try neighbours(hit)
                let new = before.filter { !told.contains($0) }
                if place > 0, request.context > 0, new.count == before.count, !told.isEmpty, !before.isEmpty {
                    text.skip()
                }
                for line in new { add(line, isNeighbour: true, &told, &text) }
                add(try line(of: hit), isNeighbour: false, &told, &text)
                let others = Set(try hits[(place + 1)...].prefix(64).map { try line(of: $0) })
                for line in after where !others.contains(line) { add(line, isNeighbour: true, &told, &text) }
            }
            try await sink(text.bytes)
            text.removeBytes()
        }
    }

    func add(
        _ line: [UInt8], isNeighbour: Bool, _ told: inout Set<[UInt8]>, _ text: inout ReadableMessages
    ) {
        guard told.insert(line).inserted else { return }
        line.withUnsafeBytes { bytes in
            guard let parsed = ArchiveLine(bytes) else { return }
            let (ranges, isInTranscript) = isNeighbour ? ([], false) : matches(parsed, bytes)
            text.add(
                ArchiveReading.readable(
                    parsed, bytes, matches: isInTranscript ? [] : ranges, isNeighbour: isNeighbour))
        }
    }

    /// Hits as a table for people.
    ///
    /// - Parameters:
    ///   - found: the hits.
    ///   - width: the columns of the screen; nil where there is none, and nothing is cut.
    ///   - style: how names and titles stand out.
    /// - Returns: the lines with their ends.
    /// - Throws: `.invalidData` where the archive is damaged.
    package func table(_ found: Found, width: Int?, style: TerminalStyle) throws(WeFlowError) -> String {
        var table = SearchTable()
        for hit in found.hits {
            try line(of: hit).withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                table.add(
                    line.order.createTime, chat: chats[hit.chat].chat.name,
                    sender: line.isUnsent(bytes) ? "" : line.string(line.senderName, bytes),
                    text: String(decoding: line.text(bytes), as: UTF8.self), transcript: line.transcript(bytes))
            }
        }
        return table.text(width: width, style: style)
    }
}
