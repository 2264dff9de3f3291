import WeFlowModel
import WeFlowPages
import WeFlowQuery
import WeFlowSearch

/// Which messages are meant.
extension ArchiveSearching {
    /// The hits of one file.
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
}
