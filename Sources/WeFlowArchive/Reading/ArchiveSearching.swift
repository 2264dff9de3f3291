import WeFlowModel
import WeFlowOutput
package import WeFlowPages
import WeFlowParameters
import WeFlowQuery
package import WeFlowSearch
import WeFlowSystem

/// Finds messages in all chats of an archive, by what `search` asks for.
package struct ArchiveSearching: Sendable {
    /// What was found.
    package struct Found: Sendable {
        /// Hits, in the order that was asked for.
        package var count: Int { hits.count }
        /// Whether more follow.
        package internal(set) var hasMore = false
        /// Behind the last one; nil where there is none.
        package internal(set) var cursor: String?
        var hits: [Hit] = []
    }

    /// A message that is meant.
    struct Hit: Sendable {
        let order: ArchiveLine.Order
        /// Which of the chats, by id.
        let chat: Int
        let file: Int32
        let length: Int32
        let offset: Int64
    }

    let archive: ReadArchive
    let request: SearchRequest
    let filter: SearchFilter
    let chats: [(id: String, chat: Manifest.Chat)]
    let files: [(chat: Int, path: String)]
    let words: [KeywordMatcher]
    let behind: Place?
    let officials: Set<String>

    /// A place in the order.
    struct Place: Comparable {
        let order: ArchiveLine.Order
        let id: String

        static func < (a: Place, b: Place) -> Bool {
            let (x, y) = (a.order, b.order)
            if (x.createTime, x.sortSeq, x.localID) != (y.createTime, y.sortSeq, y.localID) {
                return (x.createTime, x.sortSeq, x.localID) < (y.createTime, y.sortSeq, y.localID)
            }
            if a.id != b.id { return a.id.utf8.lexicographicallyPrecedes(b.id.utf8) }
            return x.tie < y.tie
        }
    }

    /// Prepares a search.
    ///
    /// - Parameters:
    ///   - request: what is asked for; chats by their ids.
    ///   - cursor: where it goes on; nil at its beginning.
    ///   - archive: where.
    /// - Throws: `.usage` for a cursor of another search.
    package init(_ request: SearchRequest, cursor: String?, in archive: ReadArchive) throws(WeFlowError) {
        (self.request, self.archive) = (request, archive)
        let filter = request.filter
        self.filter = filter
        officials = try Self.officials(archive)
        words = filter.words.map { KeywordMatcher($0) }
        let nobody = NameBook(contacts: nil, sessions: nil)
        let officials = officials
        let chats = archive.manifest.chats.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .filter { id, _ in
                guard filter.chats.isEmpty || filter.chats.contains(id), !filter.exclude.contains(id) else {
                    return false
                }
                return filter.sessionTypes.isEmpty
                    || filter.sessionTypes.contains(Self.kind(of: id, officials, nobody))
            }.map { (id: $0.key, chat: $0.value) }
        self.chats = chats
        var files: [(chat: Int, path: String)] = []
        for (place, chat) in chats.enumerated() {
            for (month, record) in (archive.months[chat.chat.folder] ?? [:]).sorted(by: { $0.key < $1.key })
            where filter.start ?? .min <= record.last && record.first <= filter.end ?? .max {
                files.append((place, archive.folder.file(ArchivePath.month(month, of: chat.chat.folder))))
            }
        }
        self.files = files
        behind = try cursor.map { text throws(WeFlowError) in try Self.place(text, request) }
    }

    static func kind(of id: String, _ officials: Set<String>, _ nobody: NameBook) -> ChatKind {
        let kind = ChatKind(of: id, in: nobody)
        return kind == .person && officials.contains(id) ? .official : kind
    }

    /// Contacts that are official accounts although their id does not say so.
    static func officials(_ archive: ReadArchive) throws(WeFlowError) -> Set<String> {
        guard archive.manifest.files["contacts.jsonl"] != nil else { return [] }
        let file = try LineFile(archive.folder.file("contacts.jsonl"), sums: false)
        var found: Set<String> = []
        while let bytes = try file.next() {
            let whole = 0..<bytes.count
            if ArchiveLine.text("type", in: whole, bytes) == "official",
                let id = ArchiveLine.text("username", in: whole, bytes)
            {
                found.insert(id)
            }
        }
        return found
    }

    /// Finds the hits of a page.
    ///
    /// - Throws: `.invalidData` where the archive is damaged.
    package func find() async throws -> Found {
        let limit = request.limit ?? Int.max - 1
        let isNewestFirst = request.order == .newestFirst
        var all: [Hit] = []
        func sort() {
            all.sort { isNewestFirst ? place(of: $1) < place(of: $0) : place(of: $0) < place(of: $1) }
        }
        try await inOrder(Array(files.indices), width: System.processors) { number in
            try hits(in: number)
        } consume: { (_: Int, found: [Hit]) in
            all += found
            // Places, not texts; and no more of them than are wanted.
            if limit < 1 << 20, all.count > 4 * limit + 4096 {
                sort()
                all.removeLast(all.count - limit - 1)
            }
        }
        sort()
        var found = Found()
        found.hasMore = all.count > limit
        found.hits = Array(all.prefix(limit))
        found.cursor = found.hits.last.map { Self.text(of: place(of: $0), request) }
        return found
    }

    func place(of hit: Hit) -> Place { Place(order: hit.order, id: chats[hit.chat].id) }

    /// Counts the messages that are meant, chat by chat; most first.
    ///
    /// - Returns: the chats that have any.
    /// - Throws: `.invalidData` where the archive is damaged.
    package func counts() async throws -> [SearchQuery.Count] {
        var counts: [Int: (count: Int, first: Int64, last: Int64)] = [:]
        try await inOrder(Array(files.indices), width: System.processors) { number in
            try hits(in: number)
        } consume: { _, found in
            for hit in found {
                let (time, known) = (hit.order.createTime, counts[hit.chat])
                counts[hit.chat] = (
                    (known?.count ?? 0) + 1, min(known?.first ?? time, time), max(known?.last ?? time, time)
                )
            }
        }
        let nobody = NameBook(contacts: nil, sessions: nil)
        return counts.map { place, count in
            let (id, chat) = chats[place]
            return SearchQuery.Count(
                sessionID: id, sessionName: chat.name, kind: Self.kind(of: id, officials, nobody), count: count.count,
                firstTime: count.first, lastTime: count.last)
        }.sorted { a, b in
            if a.count != b.count { return a.count > b.count }
            if a.lastTime != b.lastTime { return a.lastTime > b.lastTime }
            return a.sessionID.utf8.lexicographicallyPrecedes(b.sessionID.utf8)
        }
    }
}
