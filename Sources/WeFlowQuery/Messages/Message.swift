public import WeFlowModel
import WeFlowStore

/// One message as the API gives it. Its bytes are lent with it, for the time of a call; it cannot be copied.
public struct Message: ~Copyable {
    /// Position in the table; the same number occurs in two shards.
    public let localID: Int64
    /// The server's id, to be printed unsigned; 0 where the store has none.
    public let serverID: UInt64
    /// Sub-type in the high half, type in the low.
    public let localType: Int64
    /// Unix seconds.
    public let createTime: Int64
    /// What messages are ordered by.
    public let sortSeq: Int64
    /// Whether the owner of the account sent it.
    public let isSend: Bool
    /// How many bytes of the text are the group prefix. The body is not kept beside it: a message of 128 bytes is handed on
    /// in registers, and one of 144 was copied four times on its way by calls that were 3 % of an export.
    let prefixLength: UInt32
    /// The sender's username, empty where unknown.
    public let sender: UnsafeRawBufferPointer
    /// The decompressed text, the group prefix included.
    public let rawContent: UnsafeRawBufferPointer
    /// What the message is.
    public let content: MessageContent
    /// `packed_info_data` as stored.
    public let packedInfo: UnsafeRawBufferPointer
    /// `source` as stored, possibly compressed.
    public let source: UnsafeRawBufferPointer
    /// What became of its media, where they were asked for.
    public let media: MediaOutcome?

    /// The text without the group prefix.
    @inline(__always)
    public var body: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: rawContent[Int(prefixLength)...]) }

    /// Whether nobody sent it: a notice of the system, whatever it tells of, or a pat that names no sender.
    public var isNotice: Bool {
        if MessageType(localType: localType).isNotice { return true }
        guard sender.isEmpty, case .pat = content else { return false }
        return true
    }

    /// The text that the client made of a voice; nil for every other kind, and where there is no final one.
    ///
    /// It stands in the row itself, so whoever holds the message has it for nothing.
    public var transcript: String? {
        // Asked of every message that is searched.
        guard !packedInfo.isEmpty, MessageKind(MessageType(localType: localType)) == .voice else { return nil }
        return VoiceTranscript.text(in: packedInfo)
    }

    /// What it carries besides its text.
    public var detail: MessageDetail {
        var detail = content.detail
        detail.transcript = transcript
        return detail
    }

    /// The usernames that the text mentions; `notify@all` stands for everyone.
    public var mentions: [String] {
        // A source that cannot be decompressed mentions nobody: the message is whole without it.
        guard !source.isEmpty else { return [] }
        return ContentDecoder().withText(of: source) { text in
            guard case .success(let text) = text else { return [] }
            return MessageSource.mentions(text)
        }
    }
}
