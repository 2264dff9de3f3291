import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Reads rows of a chat and takes them apart: what one thread needs, kept from batch to batch.
final class MessageWorker {
    private let chat: Chat
    private let ownUsername: [UInt8]
    private var readers: [MessageReader?]
    private let text = ContentDecoder()
    private let decoder: MessageDecoder
    private var shown: [UInt8] = []

    init(_ chat: Chat, readsRecords: Bool) {
        self.chat = chat
        ownUsername = Array(chat.ownUsername.utf8)
        readers = chat.tables.map { _ in nil }
        decoder = MessageDecoder(readsRecords: readsRecords)
    }

    /// Reads each entry's row and hands on those that pass the filter.
    ///
    /// A row whose page is damaged is noted in `losses`, and the others are handed on.
    ///
    /// - Parameters:
    ///   - entries: the messages.
    ///   - filter: which of them are meant.
    ///   - media: what became of the media of each entry, where they were asked for.
    ///   - losses: takes what cannot be read.
    ///   - body: takes each message that passes.
    /// - Returns: the place of the last row that was read, nil where none was.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock; what `body` throws.
    func read(
        _ entries: ArraySlice<MessageEntry>, filter: MessageFilter, media: [MediaOutcome?] = [],
        losses: inout MessageLosses,
        _ body: (MessageEntry, borrowing Message) throws -> Void
    ) throws -> MessagePlace? {
        var last: (entry: MessageEntry, time: Int64)?
        for table in chat.tables.indices {
            let rows = entries.lazy.filter { $0.table == table }.map(\.rowID)
            if !rows.isEmpty { reader(table).plan(rows) }
        }
        for (place, entry) in zip(entries.indices, entries) {
            let reader = reader(entry.table)
            let row: MessageRow
            do throws(PageFailure) {
                guard let found = try reader.row(entry.rowID) else { continue }
                row = found
            } catch {
                if error.reason == .moved { throw error.error }
                losses.add(error)
                continue
            }
            last = (entry, row.createTime)
            guard filter.admits(row.createTime) else { continue }
            let outcome = media.isEmpty ? nil : media[place - entries.startIndex]
            let message = message(row, reader, outcome, &losses)
            if let keyword = filter.keyword, !matches(message, keyword) { continue }
            try body(entry, message)
        }
        return last.map { MessagePlace($0.entry, createTime: $0.time, in: chat.tables[$0.entry.table]) }
    }

    private func reader(_ table: Int) -> MessageReader {
        if let reader = readers[table] { return reader }
        let reader = MessageReader(chat.tables[table])
        readers[table] = reader
        return reader
    }

    private func message(
        _ row: MessageRow, _ reader: MessageReader, _ media: MediaOutcome?, _ losses: inout MessageLosses
    ) -> Message {
        var raw = UnsafeRawBufferPointer(start: nil, count: 0)
        do throws(ContentFailure) {
            raw = try text.text(compressContent: row.compressed, messageContent: row.content)
        } catch {
            losses.add(error)
        }
        var sender: UnsafeRawBufferPointer?
        do throws(PageFailure) {
            sender = try reader.sender(row.senderID)
        } catch {
            losses.add(error)
        }
        var body = raw
        if chat.isGroup {
            let prefix = GroupPrefix(raw, sender: sender)
            body = UnsafeRawBufferPointer(rebasing: raw[prefix.body])
            if sender == nil, let name = prefix.sender { sender = UnsafeRawBufferPointer(rebasing: raw[name]) }
        }
        let isSend: Bool
        if let sender {
            isSend = isOwn(sender)
        } else {
            isSend = !chat.isGroup && row.status == 2
        }
        let content = decoder.decode(localType: row.localType, body: body) { [names = chat.names] username in
            names.book.known(username)
        }
        return Message(
            localID: row.localID, serverID: UInt64(bitPattern: row.serverID), localType: row.localType,
            createTime: row.createTime, sortSeq: row.sortSeq, isSend: isSend,
            sender: sender ?? (isSend ? ownName : UnsafeRawBufferPointer(start: nil, count: 0)), rawContent: raw,
            body: body, content: content, packedInfo: row.packedInfo, source: row.source,
            media: media)
    }

    /// The own username as borrowed bytes; the array lives as long as the worker.
    private lazy var ownName: UnsafeRawBufferPointer = {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, ownUsername.count), alignment: 1)
        copy.copyBytes(from: ownUsername)
        ownNameMemory = copy
        return UnsafeRawBufferPointer(rebasing: copy[..<ownUsername.count])
    }()
    private var ownNameMemory: UnsafeMutableRawBufferPointer?

    deinit {
        ownNameMemory?.deallocate()
    }

    /// Whether a username is the owner's, in any case of its letters.
    private func isOwn(_ sender: UnsafeRawBufferPointer) -> Bool {
        guard sender.count == ownUsername.count else { return false }
        for (a, b) in zip(sender, ownUsername) where a != b {
            let letter = a | 0x20
            guard letter == b | 0x20, letter >= 0x61, letter <= 0x7A else { return false }
        }
        return true
    }

    private func matches(_ message: borrowing Message, _ keyword: KeywordMatcher) -> Bool {
        if message.content.isDisplayed(as: message.body) { return keyword.matches(message.body) }
        shown.removeAll(keepingCapacity: true)
        message.content.appendDisplayText(of: message.body, to: &shown)
        return shown.withUnsafeBytes { keyword.matches($0) }
    }
}
