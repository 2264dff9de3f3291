import WeFlowModel
import WeFlowOutput
import WeFlowQuery

/// Messages of one batch as lines, and what a run has to know of each.
final class LineBatch: @unchecked Sendable {
    // Unchecked: a batch is filled by one thread and read by another after that.

    /// A line.
    struct Head: Sendable {
        /// Where it lies in the text, its end included.
        let range: Range<Int>
        let order: ArchiveLine.Order
        /// What tells it apart where the server gave it no id, else 0.
        var base: UInt64 = 0
        /// A sum of its content, where it may have to be compared; else 0.
        var content: UInt32 = 0
        /// Where `detail` lies in the line, for a voice with a text.
        var told: Range<Int>?
        var isVoice = false
        /// Whether it says that a message was taken back, and which.
        var isRevoke = false
        var revoked: UInt64 = 0
        let place: ChatReader.Place
        let wish: ChatReader.MediaWish?
    }

    private var writer = JSONWriter(capacity: 128 << 10)
    private var room: [UInt8] = []
    /// The lines, in the order in which they were read.
    private(set) var heads: [Head] = []
    private let names: NameBook
    private let compares: Bool

    /// - Parameters:
    ///   - names: display names.
    ///   - compares: whether contents are compared with what is archived.
    init(_ names: NameBook, compares: Bool) { (self.names, self.compares) = (names, compares) }

    /// Adds a message.
    func add(_ message: borrowing Message, _ place: ChatReader.Place, _ wish: ChatReader.MediaWish?) {
        let start = writer.bytes.count
        writer.archivedMessage(message, names: names, text: &room)
        var head = Head(
            range: start..<writer.bytes.count,
            order: ArchiveLine.Order(
                createTime: message.createTime, sortSeq: message.sortSeq, localID: message.localID,
                tie: message.serverID),
            place: place, wish: wish)
        if case .revoke(let content) = message.content {
            head.isRevoke = true
            head.revoked = UInt64(content.revokedServerId) ?? 0
        }
        head.isVoice = MessageType(localType: message.localType).base == 34
        let isTold = head.isVoice && message.transcript != nil
        if message.serverID == 0 || compares || isTold {
            withLine(head) { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                if message.serverID == 0 { head.base = MessageIdentity.base(line, bytes) }
                if compares { head.content = Self.content(line, bytes) }
                if isTold { head.told = line.detail }
            }
        }
        heads.append(head)
    }

    /// A sum of a content, never 0.
    static func content(_ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: MessageIdentity.hash(UnsafeRawBufferPointer(rebasing: bytes[line.rawContent]), 11)) | 1
    }

    /// Lends a line without its end.
    func withLine<Result>(_ head: Head, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try writer.bytes.withBytes { bytes in
            try body(UnsafeRawBufferPointer(rebasing: bytes[head.range.lowerBound..<head.range.upperBound - 1]))
        }
    }

    /// Lends a line with its end.
    func withWholeLine<Result>(_ head: Head, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try writer.bytes.withBytes { bytes in try body(UnsafeRawBufferPointer(rebasing: bytes[head.range])) }
    }
}
