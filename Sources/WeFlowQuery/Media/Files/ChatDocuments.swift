import Synchronization
import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowStore

/// The names that the files of a chat have in its folder of the export, kept until the chat's tables change: who has the
/// plain name is decided by all its rows, whichever of them are exported.
final class ChatDocuments: Sendable {
    /// A message by its row.
    struct Row: Hashable, Sendable {
        let ordinal: Int
        let rowID: Int64

        init(_ entry: MessageEntry, in chat: Chat) {
            self.init(ordinal: chat.tables[entry.table].ordinal, rowID: entry.rowID)
        }

        init(ordinal: Int, rowID: Int64) { (self.ordinal, self.rowID) = (ordinal, rowID) }
    }

    private struct Kept {
        let version: [[UInt32]]
        let names: [Row: String]
    }

    /// By talker.
    private let kept = Mutex<[String: Kept]>([:])
    /// How many chats are kept.
    private static let capacity = 16

    /// A row with a file, as far as it tells the file's name.
    private struct Entry {
        let position: MessagePosition
        let file: WantedFile
    }

    /// The names of all files of a chat.
    ///
    /// - Throws: `.unavailable` where a database moved.
    func names(of chat: Chat, by finder: FileFinder) throws(WeFlowError) -> [Row: String] {
        let version = chat.tables.map { [UInt32(clamping: $0.ordinal), $0.snapshot.epoch, $0.snapshot.generation] }
        if let known = kept.withLock({ $0[chat.talker] }), known.version == version { return known.names }
        var entries = try Self.entries(of: chat)
        entries.sort { $0.position < $1.position }
        // Few files have no name of their own.
        let nameless = entries.indices.filter { entries[$0].file.name.isEmpty }
        let found = finder.find(nameless.map { entries[$0].file })
        let named = Dictionary(
            zip(nameless, found.files.map(\.nameOnDisk)), uniquingKeysWith: { first, _ in first })
        var folder = DocumentNames()
        var names: [Row: String] = [:]
        for (place, entry) in entries.enumerated() {
            let row = Row(ordinal: entry.position.ordinal, rowID: entry.position.rowID)
            let name = named[place] ?? entry.file.name
            names[row] = folder.name(name, identity: entry.file.identity(in: finder.zone))
        }
        let made = names
        kept.withLock { kept in
            if kept.count >= Self.capacity { kept.removeAll() }
            kept[chat.talker] = Kept(version: version, names: made)
        }
        return made
    }

    private static func entries(of chat: Chat) throws(WeFlowError) -> [Entry] {
        let hash = TableHash(of: chat.talker)
        let (text, decoder) = (ContentDecoder(), MessageDecoder(readsRecords: false))
        var entries: [Entry] = []
        for (place, table) in chat.tables.enumerated() {
            do throws(PageFailure) {
                // A message that cannot be read is not exported either.
                try table.rows(ofTypes: FileRows.files, failed: { _ in }) { row, id in
                    guard let file = row.file(text, decoder) else { return }
                    let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: place)
                    entries.append(
                        Entry(
                            position: MessagePosition(entry, createTime: row.createTime, in: table),
                            file: WantedFile(file, chat: hash, localID: row.localID, createTime: row.createTime)))
                }
            } catch {
                throw error.error
            }
        }
        return entries
    }
}

extension WantedFile {
    /// What tells the file's bytes from those of others as far as its row does, 32 hex digits: its MD5, else when and how
    /// long it was.
    fileprivate func identity(in zone: LocalZone) -> String {
        md5?.text ?? md5Hex("\(MediaFolders.month(of: createTime, in: zone)) \(size ?? -1)")
    }
}

/// The rows that can have files.
package enum FileRows {
    /// The values of `local_type` of messages that are a file; rows of some stores do not say the sub-type.
    package static let files = types(of: [.file])
    /// The values of `local_type` of messages that are a file or hold some.
    package static let filesAndRecords = types(of: [.file, .forward, .note, .favourite])

    private static func types(of kinds: [MessageKind]) -> [Int64] {
        let base = Int64(MessageType.appBase)
        return [base] + kinds.flatMap(\.appTypes).map { Int64($0.number) << 32 | base }
    }
}

extension MessageRow {
    /// The file that the row's message is, nil where it is none.
    borrowing func file(_ text: ContentDecoder, _ decoder: MessageDecoder) -> FileContent? {
        let type = localType
        return text.withText(compressContent: compressed, messageContent: content) { text in
            guard case .success(let text) = text else { return nil }
            // Whoever sent it, what stands in front of the first line is no part of the XML.
            let body = UnsafeRawBufferPointer(
                rebasing: text[GroupPrefix(text, sender: nil as UnsafeRawBufferPointer?).body])
            guard case .file(let file) = decoder.decode(localType: type, body: body, names: { _ in nil }) else {
                return nil
            }
            return file
        }
    }
}
