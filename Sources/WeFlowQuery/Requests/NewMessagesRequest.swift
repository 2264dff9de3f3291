public import WeFlowPages

/// What `/api/v1/messages/new` and `weflow messages new` ask for (<doc:ArrivalsAndJournal>).
public struct NewMessagesRequest: Sendable, Equatable {
    /// The forms in which new messages are given.
    public enum Format: String, Sendable, CaseIterable {
        /// One object with an envelope.
        case json
        /// One message object a line; command line only.
        case jsonl
    }

    /// Where to begin.
    public enum Beginning: Sendable, Equatable {
        /// Behind the place that an earlier answer named.
        case cursor(String)
        /// At this second, Unix time.
        case since(Int64)
        /// At what is unread.
        case unread
        /// At this moment; only the command line, which keeps the cursor itself, begins so.
        case now
    }

    /// The form of a cursor as a regular expression, for a description of the API.
    public static let cursorPattern = ArrivalCursor.pattern

    /// Where to begin; a cursor wins over `since`, which clients keep sending along.
    public var beginning: Beginning
    /// 1…10000.
    public var limit: Int
    /// The sessions to look at; empty is all.
    public var talkers: [String]
    /// The sessions to leave out.
    public var exclude: [String]
    /// Whether own messages are left out.
    public var received: Bool
    /// What the displayed text must hold.
    public var keyword: String?
    /// The form of the answer.
    public var format: Format
    /// Which media to export.
    public var media: MediaSelection
    /// How many seconds to wait for a message, 0…60.
    public var wait: Int

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed; `.notFound` for a cursor that no answer gave.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        let since = try parameters.time("since", as: .start)
        if let cursor = try parameters.string("cursor") {
            // What is none is refused before anything is opened.
            _ = try ArrivalCursor(cursor)
            beginning = .cursor(cursor)
        } else {
            beginning = since.map(Beginning.since) ?? .unread
        }
        limit = try parameters.limit()
        talkers = try parameters.list("talker")
        exclude = try parameters.list("exclude")
        received = try parameters.bool("received")
        keyword = try parameters.keyword()
        format = try parameters.choice("format", of: parameters.source == .http ? [.json] : Format.allCases) ?? .json
        media = try MediaSelection(parameters)
        wait = try parameters.int("wait", default: 0, in: 0...60)
    }
}
