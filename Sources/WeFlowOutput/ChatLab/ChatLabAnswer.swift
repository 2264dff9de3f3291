public import WeFlowQuery

/// Messages in ChatLab's form, as one object or as lines (<doc:ChatLabDocuments>).
public struct ChatLabAnswer: Sendable {
    /// Where a client that pulls goes on (<doc:ChatLabDocuments#Pulls>).
    public struct Sync: Sendable {
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

    private let query: MessagesQuery
    private let people: ChatPeople
    private let style: JSONWriter.Style
    private let exportedAt: Int64
    private let media: MediaEnvelope?
    private let sync: Sync?

    /// Makes an answer.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - people: the names in the chat.
    ///   - style: how one object is laid out; lines are always compact.
    ///   - exportedAt: the time of the export, Unix seconds.
    ///   - media: what the envelope says of media; nil leaves it out.
    ///   - sync: for a client that pulls; nil leaves it out.
    public init(
        _ query: MessagesQuery, people: ChatPeople, style: JSONWriter.Style, exportedAt: Int64, media: MediaEnvelope?,
        sync: Sync? = nil
    ) {
        self.query = query
        self.people = people
        self.style = style
        self.exportedAt = exportedAt
        self.media = media
        self.sync = sync
    }

    /// A page that is encoded but not sent.
    public struct Page: Sendable {
        fileprivate let fragments: [ChatLabFragment]
        /// Whether a further offset would return something.
        public let hasMore: Bool
        fileprivate let entryCount: Int
        /// What could not be read.
        public let losses: MessageLosses
    }

    /// Reads and encodes the page that the request means; `request.limit` must not be nil.
    ///
    /// - Throws: why it cannot be read.
    public func page() async throws -> Page {
        let make = makeFragment
        return try await query.retrying { query in
            let found = try await query.page()
            var fragments: [ChatLabFragment] = []
            let losses = try await query.encode(found, into: make) { message, fragment in
                fragment.add(message)
            } consume: { fragment in
                fragments.append(fragment)
            }
            return Page(fragments: fragments, hasMore: found.hasMore, entryCount: found.count, losses: losses)
        }
    }

    /// Writes a page with all that ChatLab wants around it.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        var writer = JSONWriter(style: isLines ? .compact : style)
        begin(&writer, people.withPictures(Self.members(page.fragments.map(\.people)), isBounded: !isLines))
        for fragment in page.fragments {
            try await writer.pass(fragment.writer.bytes, to: sink)
        }
        end(
            &writer, hasMore: page.hasMore, count: page.entryCount,
            mediaCount: page.fragments.reduce(0) { $0 + $1.mediaCount })
        try await sink(writer.bytes)
    }

    /// Reads, encodes and writes all messages from the request's offset on, without keeping them.
    ///
    /// The senders stand before the messages, so the chat is walked twice.
    ///
    /// - Parameters:
    ///   - sink: takes the bytes.
    ///   - wrote: told how far it has come; the first walk writes no message.
    /// - Returns: what could not be read.
    /// - Throws: why they cannot be read, and what `sink` throws.
    public func writeAll(to sink: ByteSink, wrote: WrittenMessages = { _, _ in }) async throws -> MessageLosses {
        var people: [ChatPerson] = []
        let pool = FragmentPool(makeFragment)
        _ = try await query.encodeAll(.sender, into: pool.take) { message, fragment in
            fragment.note(message)
        } consume: { fragment in
            people = Self.members([people, fragment.people])
            wrote(0, nil)
            pool.give(fragment)
        }
        var writer = JSONWriter(style: isLines ? .compact : style)
        begin(&writer, self.people.withPictures(people, isBounded: !isLines))
        var count = 0
        var mediaCount = 0
        let losses = try await query.encodeAll(into: pool.take) { message, fragment in
            fragment.add(message)
        } consume: { fragment in
            count += fragment.count
            mediaCount += fragment.mediaCount
            try await writer.pass(fragment.writer.bytes, to: sink)
            wrote(fragment.count, nil)
            pool.give(fragment)
        }
        end(&writer, hasMore: false, count: count, mediaCount: mediaCount)
        try await sink(writer.bytes)
        return losses
    }

    private var isLines: Bool { query.request.format == .chatlabLines }

    private var makeFragment: @Sendable () -> ChatLabFragment {
        let (people, style, isLines, baseURL) = (people, style, isLines, media?.baseURL ?? "")
        return { ChatLabFragment(people, style: style, isLines: isLines, baseURL: baseURL) }
    }

    /// Senders in order of first appearance, each once.
    private static func members(_ lists: [[ChatPerson]]) -> [ChatPerson] {
        var seen: Set<String> = []
        return lists.joined().filter { seen.insert($0.platformID).inserted }
    }

    private func begin(_ writer: inout JSONWriter, _ members: [ChatPerson]) {
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
        writer.integer(exportedAt)
        writer.key("generator")
        writer.string(literal: "WeFlow")
        writer.endObject()
        writer.key("meta")
        writer.meta(people, talker: query.request.talker)
        if isLines {
            writer.endObject()
            writer.endLine()
            for member in members {
                writer.beginObject()
                writer.key("_type")
                writer.string(literal: "member")
                writer.member(member)
                writer.endObject()
                writer.endLine()
            }
            return
        }
        writer.key("members")
        writer.beginArray()
        for member in members {
            writer.beginObject()
            writer.member(member)
            writer.endObject()
        }
        writer.endArray()
        writer.key("messages")
        writer.beginArray()
    }

    private func end(_ writer: inout JSONWriter, hasMore: Bool, count: Int, mediaCount: Int) {
        if isLines {
            guard let sync else { return }
            writer.beginObject()
            writer.key("_type")
            writer.string(literal: "sync")
            writer.sync(sync, hasMore: hasMore, count: count)
            writer.endObject()
            writer.endLine()
            return
        }
        writer.endArray()
        if let media {
            writer.key("media")
            writer.media(media, count: mediaCount)
        }
        if let sync {
            writer.key("sync")
            writer.beginObject()
            writer.sync(sync, hasMore: hasMore, count: count)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func meta(_ people: ChatPeople, talker: String) {
        beginObject()
        key("name")
        plainString(people.name)
        key("platform")
        string(literal: "wechat")
        key("type")
        string(Username.sessionType(talker))
        if people.isGroup {
            key("groupId")
            plainString(talker)
            if !people.groupAvatar.isEmpty {
                key("groupAvatar")
                plainString(people.groupAvatar)
            }
        }
        key("ownerId")
        plainString(people.ownUsername)
        endObject()
    }

    /// Writes the fields of a member into an open object.
    fileprivate mutating func member(_ person: ChatPerson) {
        key("platformId")
        plainString(person.platformID)
        key("accountName")
        plainString(person.accountName)
        if !person.groupNickname.isEmpty {
            key("groupNickname")
            plainString(person.groupNickname)
        }
        if !person.avatar.isEmpty {
            key("avatar")
            plainString(person.avatar)
        }
    }

    /// Writes the fields of a sync into an open object.
    fileprivate mutating func sync(_ sync: ChatLabAnswer.Sync, hasMore: Bool, count: Int) {
        key("hasMore")
        bool(hasMore)
        key("nextSince")
        integer(sync.since)
        key("nextOffset")
        integer(sync.offset + count)
        key("watermark")
        integer(sync.watermark)
    }

    /// Writes a text with its braces and closing brackets escaped: ChatLab's importer counts them without looking at
    /// strings (<doc:ChatLabDocuments#Traps-of-the-importer>).
    private mutating func plainString(_ text: String) {
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
