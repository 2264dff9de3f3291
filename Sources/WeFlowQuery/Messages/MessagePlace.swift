import WeFlowStore

/// A place between two messages of a chat, by what a reader was given of the message before it: the place stays where it
/// is, whatever arrives meanwhile. Messages of several shards may be alike in all of it; `MessagesRequest.offset` says how
/// many of those were given already.
public struct MessagePlace: Sendable, Equatable {
    /// `sortSeq` of the message before.
    public let sortSeq: Int64
    /// Its `createTime`, Unix seconds.
    public let createTime: Int64
    /// Its `localId`.
    public let localID: Int64

    /// Puts a place together.
    public init(sortSeq: Int64, createTime: Int64, localID: Int64) {
        (self.sortSeq, self.createTime, self.localID) = (sortSeq, createTime, localID)
    }

    /// The place before all messages that are alike in this, for a walk along `order`.
    func position(along order: MessageOrder) -> MessagePosition {
        MessagePosition(
            MessageEntry(sequence: sortSeq, rowID: localID, table: 0), createTime: createTime,
            ordinal: order == .newestFirst ? .max : -1)
    }
}
