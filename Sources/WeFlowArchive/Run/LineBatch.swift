import WeFlowModel
import WeFlowOutput
import WeFlowQuery

/// Messages of one batch as lines, and what a run has to know of each.
final class LineBatch: @unchecked Sendable {
    // Unchecked: a batch is filled by one thread and read by another after that.

    /// A line. Plain numbers: heads are copied a lot, and counted references in them would be a fifth of a run's time.
    struct Head: Sendable {
        /// Where it lies in the text, its end included.
        let range: Range<Int>
        let order: ArchiveLine.Order
        let place: ChatReader.Place
        /// What tells it apart: of the server's id, else of what it says.
        var key: UInt64 = 0
        /// A sum of its content, where it may have to be compared; else 0.
        var content: UInt32 = 0
        var isVoice = false
        /// Whether it says that a message was taken back, and which.
        var isRevoke = false
        var revoked: UInt64 = 0
        /// Where `detail` lies in the line, for a voice with a text.
        var told: Range<Int>?
        /// Whether the server gave it an id.
        var isNumbered: Bool { order.tie != 0 }
    }

    private var writer = JSONWriter(capacity: 256 << 10)
    private var room: [UInt8] = []
    /// The lines, in the order in which they were read.
    private(set) var heads: [Head] = []
    /// The files that belong to some of them, by their places among the lines.
    private(set) var wishes: [(place: Int, wish: ChatReader.MediaWish)] = []
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
            place: place)
        if case .revoke(let content) = message.content {
            head.isRevoke = true
            head.revoked = UInt64(content.revokedServerId) ?? 0
        }
        head.isVoice = MessageType(localType: message.localType).base == 34
        let isTold = head.isVoice && message.transcript != nil
        if head.isNumbered { head.key = MessageIdentity.key(serverID: message.serverID) }
        if !head.isNumbered || compares || isTold {
            withLine(head) { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                if !head.isNumbered { head.key = MessageIdentity.base(line, bytes) }
                if compares { head.content = Self.content(line, bytes) }
                if isTold { head.told = line.detail }
            }
        }
        if let wish { wishes.append((heads.count, wish)) }
        heads.append(head)
    }

    /// A sum of a content, never 0.
    static func content(_ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: MessageIdentity.hash(UnsafeRawBufferPointer(rebasing: bytes[line.rawContent]), 11)) | 1
    }

    /// Lends a line without its end.
    func withLine<Result>(_ head: Head, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withText(head.range.lowerBound..<head.range.upperBound - 1, body)
    }

    /// Lends lines that lie side by side, with their ends.
    func withText<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try writer.bytes.withBytes { bytes in try body(UnsafeRawBufferPointer(rebasing: bytes[range])) }
    }
}
