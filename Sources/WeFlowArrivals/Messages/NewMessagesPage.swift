public import WeFlowPages
public import WeFlowQuery

/// What a call of ``NewMessagesQuery`` came to, its messages aside.
public struct NewMessagesPage: Sendable {
    /// How many messages were handed on.
    public internal(set) var count = 0
    /// Whether more are there already.
    public internal(set) var hasMore = false
    /// What the next call gives back.
    public internal(set) var cursor: ArrivalCursor
    /// Whether some messages may have been given before, since the journal does not reach back to the cursor.
    public internal(set) var resync = false
    /// Whether the journal does not reach back to the cursor.
    var isJournalLost = false
    /// What could not be read.
    public internal(set) var losses = MessageLosses()
    /// Why names are missing, where they are.
    public internal(set) var notice: WeFlowError?

    init(cursor: ArrivalCursor, losses: MessageLosses = MessageLosses()) {
        (self.cursor, self.losses) = (cursor, losses)
    }
}
