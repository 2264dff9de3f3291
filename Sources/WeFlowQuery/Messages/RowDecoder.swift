import WeFlowModel
package import WeFlowStore

/// Makes messages of rows, of whatever chat, with storage that is reused. For one thread.
package final class RowDecoder {
    private let ownUsername: [UInt8]
    private let text = ContentDecoder()
    private let decoder: MessageDecoder

    /// - Parameters:
    ///   - ownUsername: the owner's username.
    ///   - readsRecords: whether forwarded records are taken apart.
    ///   - readsLinks: whether addresses and descriptions of cards are read.
    package init(ownUsername: String, readsRecords: Bool, readsLinks: Bool = true) {
        self.ownUsername = Array(ownUsername.utf8)
        decoder = MessageDecoder(readsRecords: readsRecords, readsLinks: readsLinks)
    }

    /// Lends the message that a row is, where its text is admitted.
    ///
    /// - Parameters:
    ///   - row: the row.
    ///   - sender: who sent it, as the shard knows.
    ///   - isGroup: whether the chat is a group.
    ///   - names: tells the people of notices.
    ///   - losses: takes why its text cannot be read.
    ///   - admits: whether a message with this text is wanted; one of which the text cannot be read is asked for with none.
    ///   - body: takes the message.
    /// - Throws: what `body` throws.
    package func read(
        _ row: borrowing MessageRow, sender: UnsafeRawBufferPointer?, isGroup: Bool, names: LazyNames,
        losses: inout MessageLosses, where admits: (UnsafeRawBufferPointer) -> Bool,
        _ body: (borrowing Message) throws -> Void
    ) throws {
        try withMessage(
            row, sender: sender, isGroup: isGroup, names: names, depth: .whole, media: nil, losses: &losses,
            where: admits, body)
    }

    /// Lends the message that a row is; nil where its text is not admitted.
    @inline(__always)
    @discardableResult
    func withMessage<Value, Failure: Error>(
        _ row: borrowing MessageRow, sender known: UnsafeRawBufferPointer?, isGroup: Bool, names: LazyNames,
        depth: MessageDepth, media: MediaOutcome?, losses: inout MessageLosses,
        where admits: (UnsafeRawBufferPointer) -> Bool = { _ in true },
        _ body: (borrowing Message) throws(Failure) -> Value
    ) throws(Failure) -> Value? {
        // A row cannot be copied into the closures; what they need of it can.
        let (localID, serverID, localType, createTime) = (row.localID, row.serverID, row.localType, row.createTime)
        let (sortSeq, status, packedInfo, source) = (row.sortSeq, row.status, row.packedInfo, row.source)
        // Without a sender the text may name one, but for notices, which nobody sent.
        let needsText = depth == .whole || known == nil && !MessageType(localType: localType).isNotice
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return try text.withText(
            compressContent: needsText ? row.compressed : none, messageContent: needsText ? row.content : none
        ) { text throws(Failure) in
            var sender = known
            var raw = none
            switch text {
            case .success(let text): raw = text
            case .failure(let failure): losses.add(failure)
            }
            guard admits(raw) else { return nil }
            var shown = raw
            if isGroup {
                let prefix = GroupPrefix(raw, sender: sender)
                shown = UnsafeRawBufferPointer(rebasing: raw[prefix.body])
                if sender == nil, let name = prefix.sender { sender = UnsafeRawBufferPointer(rebasing: raw[name]) }
            }
            let isSend = sender.map(isOwn) ?? (!isGroup && status == 2)
            // A text asks for no names, whose reference would be counted for each row.
            let isText = !needsText || MessageType(localType: localType).isText
            let decoded =
                isText ? .text : decoder.decode(localType: localType, body: shown) { names.book.known($0) }
            let message = Message(
                localID: localID, serverID: UInt64(bitPattern: serverID), localType: localType,
                createTime: createTime, sortSeq: sortSeq, isSend: isSend,
                prefixLength: UInt32(truncatingIfNeeded: raw.count - shown.count),
                sender: sender ?? (isSend ? ownName : none), rawContent: raw, content: decoded,
                packedInfo: packedInfo, source: source, media: media)
            return try body(message)
        }
    }

    /// The own username as borrowed bytes; the array lives as long as the decoder.
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
    package func isOwn(_ sender: UnsafeRawBufferPointer) -> Bool {
        // Usernames begin alike; the last byte tells most of them apart.
        guard sender.count == ownUsername.count, let last = sender.last, let ownLast = ownUsername.last,
            last | 0x20 == ownLast | 0x20
        else { return false }
        for (a, b) in zip(sender, ownUsername) where a != b {
            let letter = a | 0x20
            guard letter == b | 0x20, letter >= 0x61, letter <= 0x7A else { return false }
        }
        return true
    }
}
