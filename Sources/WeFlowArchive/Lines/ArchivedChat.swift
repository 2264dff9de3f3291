import WeFlowPages
import WeFlowQuery

/// What an archive holds of a chat, read out of its files.
struct ArchivedChat {
    private let folder: String
    private let months: [Month: FileRecord]
    private let archive: ArchiveFolder

    /// Smaller chats are read through faster than another file is kept for them.
    private static let fewest: Int64 = 4096
    /// The index is written in pieces of so many bytes, each a number of whole entries.
    private static let pieceSize = 12 * 4096
    private static let mark: UInt64 = 0x3130_5844_4957_5757

    /// - Parameters:
    ///   - folder: the chat's folder below `chats/`.
    ///   - months: its files.
    ///   - archive: where they lie.
    init(_ folder: String, months: [Month: FileRecord], in archive: ArchiveFolder) {
        (self.folder, self.months, self.archive) = (folder, months, archive)
    }

    private var rows: Int64 { months.values.reduce(0) { $0 + max(0, $1.rows) } }

    /// Reads all lines.
    ///
    /// - Parameters:
    ///   - comparesContents: whether sums of contents are kept.
    ///   - time: voices from this second on may still get a text.
    /// - Returns: the lines by key, and the messages that lack something.
    /// - Throws: `.invalidData` where a file is missing; `.system` where one cannot be read.
    func scan(
        comparesContents: Bool, since time: Int64
    ) throws(WeFlowError) -> (index: LineIndex, state: SourceState.Chat) {
        // A manifest says what somebody wrote: no more room is made than there can be lines.
        let most = months.values.reduce(Int64(0)) { $0 &+ max(0, $1.bytes) } / 128 + 1
        var index = LineIndex(
            expected: Int(clamping: max(0, min(rows, most, 1 << 26))), comparesContents: comparesContents)
        var state = SourceState.Chat()
        var equal = EqualMessages()
        for month in months.keys.sorted() {
            let file = try LineFile(archive.file(ArchivePath.month(month, of: folder)), sums: false)
            while let bytes = try file.next() {
                guard let line = ArchiveLine(bytes) else { continue }
                let key = equal.key(of: line, bytes)
                guard index.find(key) == nil else { continue }
                var info = LineIndex.Info(month: month, .old)
                if line.isRevokeNotice(bytes) { info.insert(.notice) }
                if line.recalled != nil { info.insert(.recalled) }
                if line.gone != nil { info.insert(.gone) }
                let revisit = SourceState.Revisit(
                    key: key, localID: line.order.localID, month: month, kind: 0, createTime: line.order.createTime)
                if let loss = line.mediaError, line.recalled == nil,
                    !bytes[loss].dropFirst().dropLast().elementsEqual(MediaLoss.tooLarge.rawValue.utf8)
                {
                    info.insert(.missing)
                    state.missing.append(revisit)
                }
                if line.isVoice, !line.hasTranscript(bytes) {
                    info.insert(.untold)
                    if line.order.createTime >= time { state.untold.append(revisit) }
                }
                index.insert(key, info, content: comparesContents ? LineBatch.content(line, bytes) : 0)
            }
        }
        return (index, state)
    }

    // MARK: The index that is kept

    private var name: String { "state/index/\(folder.utf8.suffix(8).map { String(UnicodeScalar($0)) }.joined())" }

    /// A number that changes when any file of the chat does.
    private var stamp: UInt64 {
        months.sorted { $0.key < $1.key }.reduce(Self.mark) { sum, entry in
            MessageIdentity.mix(sum ^ entry.value.digest.number ^ UInt64(bitPattern: Int64(entry.key.number)))
        }
    }

    /// The index that an earlier run kept of these very files; nil where there is none.
    func keptIndex() -> LineIndex? {
        guard rows >= Self.fewest, let found = try? archive.bytes(name), found.count >= 40 else { return nil }
        return found.withUnsafeBytes { bytes in
            func word(_ at: Int) -> UInt64 {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            }
            let (head, size) = (24, 12)
            guard word(0) == Self.mark, word(8) == stamp, let count = Int(exactly: word(16)),
                count <= bytes.count / size, bytes.count == head + count * size + 8
            else { return nil }
            var sum = MessageIdentity.hash(UnsafeRawBufferPointer(rebasing: bytes[..<head]), Self.mark)
            for start in stride(from: head, to: bytes.count - 8, by: Self.pieceSize) {
                let end = min(start + Self.pieceSize, bytes.count - 8)
                sum = MessageIdentity.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), sum)
            }
            guard word(bytes.count - 8) == sum else { return nil }
            var index = LineIndex(expected: count)
            for place in 0..<count {
                let at = head + place * size
                let info = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt32.self))
                index.insert(word(at), LineIndex.Info(rawValue: info).union(.old))
            }
            return index
        }
    }

    /// Keeps an index of these files for the next run.
    ///
    /// - Throws: `.system` where it cannot be written.
    func keep(_ index: LineIndex, in staging: Staging) throws(WeFlowError) {
        guard rows >= Self.fewest else { return }
        // Piece by piece: the index of a million messages has 12 MB, and so would its bytes.
        let file = try staging.newFile(isSummed: false)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        var (filled, sum) = (0, Self.mark)
        func put() throws(WeFlowError) {
            guard filled > 0 else { return }
            let bytes = UnsafeRawBufferPointer(rebasing: piece[..<filled])
            sum = MessageIdentity.hash(bytes, sum)
            try file.append(bytes)
            filled = 0
        }
        func add(_ number: some FixedWidthInteger) {
            piece.storeBytes(of: number.littleEndian, toByteOffset: filled, as: type(of: number))
            filled += MemoryLayout.size(ofValue: number)
        }
        for word in [Self.mark, stamp, UInt64(index.count)] { add(word) }
        try put()
        try index.forEach { key, info throws(WeFlowError) in
            add(key)
            add(info.rawValue)
            if filled == Self.pieceSize { try put() }
        }
        try put()
        add(sum)
        try put()
        _ = try file.finish()
        staging.keep(file.path, as: name, nil)
    }
}

extension ArchiveLine {
    /// Whether it says that a message was taken back.
    func isRevokeNotice(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard isNotice else { return false }
        let raw = JSONScan.unescaped(UnsafeRawBufferPointer(rebasing: bytes[rawContent]))
        return raw.withUnsafeBytes { RevokeNotice.isOne(localType: localType, $0) }
    }
}
