internal import WeFlowQuery

/// Where a client that pulls goes on (<doc:ChatLabDocuments#Pulls>).
public struct ChatLabSync: Sendable {
    /// The request's `since`, repeated.
    public let since: Int64
    /// The request's `offset`.
    public let offset: Int
    /// The end of the range that the pages are cut from, Unix seconds.
    public let watermark: Int64

    /// Puts the answer's sync together.
    public init(since: Int64, offset: Int, watermark: Int64) {
        self.since = since
        self.offset = offset
        self.watermark = watermark
    }
}

/// Messages in ChatLab's form, as one object or as lines (<doc:ChatLabDocuments>).
struct ChatLabMessages: MessageForm {
    let request: MessagesRequest
    let people: ChatPeople
    let style: JSONWriter.Style
    let exportedAt: Int64
    let media: MediaEnvelope?
    let sync: ChatLabSync?

    init(
        _ request: MessagesRequest, people: ChatPeople, style: JSONWriter.Style, exportedAt: Int64,
        media: MediaEnvelope?, sync: ChatLabSync?
    ) {
        (self.request, self.people, self.style) = (request, people, style)
        (self.exportedAt, self.media, self.sync) = (exportedAt, media, sync)
    }

    private var isLines: Bool { request.format == .chatlabLines }

    var makeFragment: @Sendable () -> ChatLabFragment {
        let (people, style, isLines, baseURL) = (people, style, isLines, media?.baseURL ?? "")
        return { ChatLabFragment(people, style: style, isLines: isLines, baseURL: baseURL) }
    }

    func add(_ message: borrowing Message, to piece: ChatLabFragment) { piece.add(message) }

    func summary(of page: MessagesQuery.Page, _ pieces: [ChatLabFragment]) -> MessageSummary {
        MessageSummary(total: page.count, hasMore: page.hasMore, people: Self.members(pieces.map(\.people)))
    }

    /// The senders stand before the messages, so the chat is walked twice.
    func summary(
        of query: MessagesQuery, _ pool: FragmentPool<ChatLabFragment>, _ stepped: () -> Void
    ) async throws -> MessageSummary {
        var summary = MessageSummary()
        _ = try await query.encodeAll(.sender, into: pool.take) { message, fragment in
            fragment.note(message)
        } consume: { fragment in
            summary.people = Self.members([summary.people, fragment.people])
            stepped()
            pool.putBack(fragment)
        }
        return summary
    }

    /// Senders in order of first appearance, each once.
    private static func members(_ lists: [[ChatPerson]]) -> [ChatPerson] {
        var seen: Set<String> = []
        return lists.joined().filter { seen.insert($0.platformID).inserted }
    }

    func document(_ summary: MessageSummary) -> Document { Document(self, summary) }

    /// The messages with all that ChatLab wants around them.
    final class Document: MessageDocument {
        private let form: ChatLabMessages
        private let summary: MessageSummary
        private var writer: JSONWriter
        private var count = 0
        private var mediaCount = 0

        init(_ form: ChatLabMessages, _ summary: MessageSummary) {
            (self.form, self.summary) = (form, summary)
            writer = JSONWriter(style: form.isLines ? .compact : form.style)
            let people = form.people
            writer.begin(
                ChatLabHead(
                    name: people.name, talker: form.request.talker, groupAvatar: people.groupAvatar,
                    ownerID: people.ownUsername, exportedAt: form.exportedAt),
                members: people.withPictures(summary.people, isBounded: !form.isLines), isLines: form.isLines)
        }

        func write(_ piece: ChatLabFragment, to sink: ByteSink) async throws {
            count += piece.count
            mediaCount += piece.mediaCount
            try await writer.pass(piece.writer.bytes, to: sink)
        }

        func end(to sink: ByteSink) async throws {
            end(count: summary.total ?? count)
            try await sink(writer.bytes)
        }

        private func end(count: Int) {
            guard !form.isLines else {
                guard let sync = form.sync else { return }
                writer.beginObject()
                writer.string("_type", literal: "sync")
                writer.sync(sync, hasMore: summary.hasMore, count: count)
                writer.endObject()
                writer.endLine()
                return
            }
            writer.endArray()
            if let media = form.media {
                writer.key("media")
                writer.media(media, count: mediaCount)
            }
            if let sync = form.sync {
                writer.beginObject("sync")
                writer.sync(sync, hasMore: summary.hasMore, count: count)
                writer.endObject()
            }
            writer.endObject()
        }
    }
}

extension JSONWriter {
    /// Writes the fields of a sync into an open object.
    fileprivate mutating func sync(_ sync: ChatLabSync, hasMore: Bool, count: Int) {
        bool("hasMore", hasMore)
        integer("nextSince", sync.since)
        integer("nextOffset", sync.offset + count)
        integer("watermark", sync.watermark)
    }
}
