public import WeFlowPages

/// The forms in which messages are given.
public enum MessageFormat: String, Sendable, CaseIterable {
    /// One object with an envelope.
    case json
    /// ChatLab 0.0.2.
    case chatlab
    /// One message object a line; command line only.
    case jsonl
    /// ChatLab's line form; command line only.
    case chatlabLines = "chatlab-jsonl"
    /// For reading; command line only.
    case text

    /// What `source` may ask for.
    public static func choices(for source: Parameters.Source) -> [MessageFormat] {
        source == .http ? [.json, .chatlab] : allCases
    }
}

/// The way along which messages are listed and paged.
public enum MessageOrder: String, Sendable, CaseIterable {
    /// Newest first.
    case newestFirst = "desc"
    /// Oldest first.
    case oldestFirst = "asc"
}

/// What `/api/v1/messages` and `weflow messages` ask for.
public struct MessagesRequest: Sendable, Equatable {
    /// Session id, echoed as given.
    public var talker: String
    /// 1…10000; nil is all of them, which only the command line can ask for.
    public var limit: Int?
    /// How many to skip after the filters, from 0.
    public var offset: Int
    /// The way of listing and paging.
    public var order: MessageOrder
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// What the displayed text must hold, blanks at both ends taken off.
    public var keyword: String?
    /// The form of the answer.
    public var format: MessageFormat
    /// Whether each message carries `detail`.
    public var detail: Bool
    /// Whether a damaged store is answered with what it still gives.
    public var partial: Bool
    /// Which media to export.
    public var media: MediaSelection

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        talker = try parameters.required("talker", remedy: "give the id of a session, a wxid or an id with @chatroom")
        limit = try parameters.messageLimit()
        offset = try parameters.offset()
        order = try parameters.choice("order", of: MessageOrder.allCases) ?? .newestFirst
        start = try parameters.time("start", as: .start)
        end = try parameters.time("end", as: .end)
        keyword = try parameters.keyword()
        let chatlab = try parameters.bool("chatlab")
        format =
            try parameters.choice("format", of: MessageFormat.choices(for: parameters.source))
            ?? (chatlab ? .chatlab : .json)
        detail = try parameters.bool("detail")
        partial = try parameters.bool("partial")
        media = try MediaSelection(parameters)
    }
}

extension Parameters {
    /// `limit` of a list: 100, 1…10000.
    func limit() throws(WeFlowError) -> Int {
        try int("limit", default: 100, in: 1...10_000)
    }

    /// `limit` of messages: as of any list, but 0 on the command line is nil, all of them.
    func messageLimit() throws(WeFlowError) -> Int? {
        let limit = try limit()
        // What was clamped to 1 may have been 0.
        if source == .commandLine, limit == 1, try int("limit", default: 1, in: -1...1) == 0 { return nil }
        return limit
    }

    /// `offset`: from 0 to 2^53, so that no sum with a limit overflows.
    func offset() throws(WeFlowError) -> Int {
        try int("offset", default: 0, in: 0...(1 << 53))
    }

    /// `keyword` without blanks at both ends; nil where nothing is left.
    func keyword() throws(WeFlowError) -> String? {
        guard let keyword = try string("keyword")?.trimmingBlanks, !keyword.isEmpty else { return nil }
        return keyword
    }
}
