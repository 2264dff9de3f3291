public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/messages/new` and `weflow messages new` ask for.
public struct NewMessagesRequest: Sendable, Equatable {
    /// The forms in which new messages are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// One message object a line; command line only.
        case jsonl
        /// Comma-separated values; command line only.
        case csv

        /// Where it can be asked for.
        public var scope: ParameterDeclaration.Scope { self == .json ? .everywhere : .commandLine }
    }

    /// Where to begin.
    public enum Beginning: Sendable, Equatable {
        /// Behind the place that an earlier answer named.
        case cursor(ArrivalCursor)
        /// At this second, Unix time.
        case since(Int64)
        /// At what is unread.
        case unread
        /// At this moment; only the command line, which keeps the cursor itself, begins so.
        case now
    }

    static let cursor = Parameter.formed(
        "cursor", as: { "^(\(ArrivalCursor.pattern))?$" }, "The cursor of an earlier answer.")
    static let since = Parameter.time(
        "since", as: .start, "Without a cursor: everything from this time on, then on by arrival.",
        .example("20260101"))
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let received = Parameter.flag("received", "Leave own messages out.", .group(.filters))
    static let format = Parameter.choice("format", default: Format.json, "", .only([.commandLine, .http]))
    static let wait = Parameter.number(
        "wait", in: 0...60, default: 0, "Wait so long for a message where there is none, at most 60.",
        .value("seconds"), .only([.commandLine, .http]))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        cursor
        since
        limit
        CommonParameters.talkers
        CommonParameters.exclude
        received
        CommonParameters.keyword
        format
        wait
        CommonParameters.names
        CommonParameters.partial
        MediaSelection.parameters
    }

    /// Where to begin; a cursor wins over `since`, which clients keep sending along.
    public var beginning: Beginning
    /// How many at most, from 1.
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
    /// Whether each message carries `senderName`.
    public var names: Bool
    /// Which media to export.
    public var media: MediaSelection
    /// How many seconds to wait for a message, 0…60.
    public var wait: Int

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed; `.notFound` for a cursor that no answer gave.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        let since = try parameters[Self.since]
        if let cursor = try parameters[Self.cursor] {
            // What is none is refused before anything is opened.
            beginning = .cursor(try ArrivalCursor(cursor))
        } else {
            beginning = since.map(Beginning.since) ?? .unread
        }
        limit = try parameters[Self.limit] ?? Parameters.all
        talkers = try parameters[CommonParameters.talkers]
        exclude = try parameters[CommonParameters.exclude]
        received = try parameters[Self.received]
        keyword = try parameters.trimmed(CommonParameters.keyword)
        format = try parameters[Self.format]
        media = try MediaSelection(parameters)
        wait = try parameters[Self.wait]
        names = try parameters[CommonParameters.names]
    }
}
