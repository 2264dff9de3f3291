import WeFlowCrypto
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

    /// How many messages a chat has that are meant.
    struct Count: Sendable {
        let id: String
        var count = 0
        var firstTime = Int64.max
        var lastTime = Int64.min
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

    // MARK: Cursors

    static let prefix = "a1."

    static func mark(of request: SearchRequest) -> UInt64 {
        let filter = request.filter
        let parts = [
            filter.words.joined(separator: "\u{1}"), filter.any ? "any" : "all",
            filter.chats.joined(separator: "\u{1}"),
            filter.exclude.joined(separator: "\u{1}"), filter.sessionTypes.map(\.rawValue).joined(separator: ","),
            filter.from.joined(separator: "\u{1}"), filter.types.map(\.rawValue).joined(separator: ","),
            "\(filter.mentions) \(filter.start ?? .min) \(filter.end ?? .max)", request.order.rawValue,
        ]
        return Array(parts.joined(separator: "\u{2}").utf8).withUnsafeBytes { MessageIdentity.hash($0, 17) }
    }

    static func text(of place: Place, _ request: SearchRequest) -> String {
        var writer = ByteWriter()
        writer.put(mark(of: request))
        writer.put(place.order.createTime)
        writer.put(place.order.sortSeq)
        writer.put(place.order.localID)
        writer.put(place.order.tie)
        writer.put(place.id)
        return prefix + HexDigits.text(writer.bytes)
    }

    static func place(_ text: String, _ request: SearchRequest) throws(WeFlowError) -> Place {
        let failure = WeFlowError(
            .usage,
            "cursor is not one that an answer to this search gave; leave it out and take the cursor of the next answer"
        )
        let digits = Array(text.utf8.dropFirst(prefix.utf8.count))
        guard text.hasPrefix(prefix), digits.count.isMultiple(of: 2) else { throw failure }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else {
                throw failure
            }
            bytes.append(byte)
        }
        var reader = ByteReader(bytes)
        guard reader.take(UInt64.self) == mark(of: request), let time = reader.take(Int64.self),
            let sequence = reader.take(Int64.self), let localID = reader.take(Int64.self),
            let tie = reader.take(UInt64.self), let id = reader.text(), reader.at == bytes.count
        else { throw failure }
        let order = ArchiveLine.Order(createTime: time, sortSeq: sequence, localID: localID, tie: tie)
        return Place(order: order, id: id)
    }

    // MARK: Finding

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
    func counts() async throws -> [Count] {
        var counts: [Int: Count] = [:]
        try await inOrder(Array(files.indices), width: System.processors) { number in
            try hits(in: number)
        } consume: { _, found in
            for hit in found {
                var count = counts[hit.chat] ?? Count(id: chats[hit.chat].id)
                count.count += 1
                count.firstTime = min(count.firstTime, hit.order.createTime)
                count.lastTime = max(count.lastTime, hit.order.createTime)
                counts[hit.chat] = count
            }
        }
        return counts.values.sorted { a, b in
            if a.count != b.count { return a.count > b.count }
            if a.lastTime != b.lastTime { return a.lastTime > b.lastTime }
            return a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
        }
    }

    func hits(in number: Int) throws(WeFlowError) -> [Hit] {
        let (chat, path) = files[number]
        let isGroup = Username.isGroup(chats[chat].id)
        let decoder = MessageDecoder(readsRecords: false)
        let file = try LineFile(path, sums: false)
        // What is never escaped stands in a line as it is typed.
        let isPlain = filter.words.allSatisfy { word in
            word.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0 != "\"" && $0 != "\\" && !(0x7F..<0xA0 ~= $0.value)
                    && $0 != "\u{2028}" && $0 != "\u{2029}"
            }
        }
        var found: [Hit] = []
        var offset: Int64 = 0
        while let bytes = try file.next() {
            defer { offset += Int64(bytes.count) + 1 }
            if isPlain, !words.isEmpty {
                let mayBe =
                    filter.any ? words.contains { $0.matches(bytes) } : words.allSatisfy { $0.matches(bytes) }
                guard mayBe else { continue }
            }
            guard let line = ArchiveLine(bytes) else { throw LineFile.damaged(path) }
            let hit = Hit(
                order: line.order, chat: chat, file: Int32(clamping: number), length: Int32(clamping: bytes.count),
                offset: offset)
            guard admits(line, bytes, isGroup, decoder), isBehind(hit) else { continue }
            found.append(hit)
        }
        return found
    }

    func isBehind(_ hit: Hit) -> Bool {
        guard let behind else { return true }
        return request.order == .newestFirst ? place(of: hit) < behind : behind < place(of: hit)
    }

    func admits(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, _ isGroup: Bool, _ decoder: MessageDecoder
    ) -> Bool {
        let time = line.order.createTime
        guard time >= filter.start ?? .min, time <= filter.end ?? .max else { return false }
        if !filter.from.isEmpty {
            let sender = line.string(line.sender, bytes)
            guard filter.from.contains(sender) || line.isSend && filter.from.contains("me") else { return false }
        }
        if filter.mentions {
            let named = line.mentions(bytes)
            guard !line.isSend, named.contains(archive.info.account) || named.contains("notify@all") else {
                return false
            }
        }
        if !filter.types.isEmpty {
            let content = line.decoded(bytes, isGroup: isGroup, decoder)
            guard filter.types.contains(content.kind.name) else { return false }
        }
        guard !words.isEmpty else { return true }
        let text = line.text(bytes)
        let transcript = line.transcript(bytes)
        func isThere(_ word: KeywordMatcher) -> Bool {
            text.withUnsafeBytes { word.matches($0) } || transcript.map(word.matches) ?? false
        }
        return filter.any ? words.contains(where: isThere) : words.allSatisfy(isThere)
    }

    /// Where the words are, and whether in the transcript.
    func matches(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer
    ) -> (ranges: [Range<Int>], isInTranscript: Bool) {
        guard !words.isEmpty else { return ([], false) }
        let text = line.text(bytes)
        func isThere(_ word: KeywordMatcher) -> Bool { text.withUnsafeBytes { word.matches($0) } }
        let isText = filter.any ? words.contains(where: isThere) : words.allSatisfy(isThere)
        let transcript = isText ? nil : line.transcript(bytes)
        let searched = transcript.map { Array($0.utf8) } ?? text
        var ranges = searched.withUnsafeBytes { bytes in words.flatMap { $0.ranges(in: bytes) } }
        ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var joined: [Range<Int>] = []
        for range in ranges {
            if let last = joined.last, range.lowerBound < last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return (joined, transcript != nil)
    }

    // MARK: Reading again

    func line(of hit: Hit) throws(WeFlowError) -> [UInt8] {
        let path = files[Int(hit.file)].path
        let file = try LineFile.open(path)
        do throws(SystemError) {
            let bytes = try file.bytes(Int(hit.length), at: hit.offset)
            if bytes.count == Int(hit.length) { return bytes }
        } catch {
            throw .system("\(path) cannot be read", error)
        }
        throw LineFile.damaged(path)
    }

    /// What was said before and after a hit, oldest first.
    func neighbours(_ hit: Hit) throws(WeFlowError) -> (before: [[UInt8]], after: [[UInt8]]) {
        let count = request.context
        guard count > 0 else { return ([], []) }
        // The files of a chat stand together, in the order of the months.
        var all = archive.months[chats[hit.chat].chat.folder].map { $0.keys.sorted() } ?? []
        let own = files[Int(hit.file)].path
        func path(_ month: Month) -> String {
            archive.folder.file(ArchivePath.month(month, of: chats[hit.chat].chat.folder))
        }
        var before: [[UInt8]] = []
        var after: [[UInt8]] = []
        while let first = all.first, path(first) != own {
            // Only the last lines of the months before it are wanted.
            if all.count > 1, path(all[1]) == own || before.isEmpty { try tail(path(first), count, &before) }
            all.removeFirst()
        }
        var isPast = false
        for month in all {
            let file = try LineFile(path(month), sums: false)
            var offset: Int64 = 0
            while let bytes = try file.next() {
                if path(month) == own, offset == hit.offset {
                    isPast = true
                } else if isPast {
                    after.append(Array(bytes))
                    if after.count == count { return (before, after) }
                } else {
                    before.append(Array(bytes))
                    if before.count > count { before.removeFirst() }
                }
                offset += Int64(bytes.count) + 1
            }
        }
        return (before, after)
    }

    func tail(_ path: String, _ count: Int, _ lines: inout [[UInt8]]) throws(WeFlowError) {
        let file = try LineFile(path, sums: false)
        while let bytes = try file.next() {
            lines.append(Array(bytes))
            if lines.count > count { lines.removeFirst() }
        }
    }
}
