public import WeFlowPages
public import WeFlowParameters

/// The forms in which messages are given.
public enum MessageFormat: String, ParameterChoice {
    /// One object with an envelope.
    case json
    /// One message object a line; command line only.
    case jsonl
    /// ChatLab 0.0.2.
    case chatlab
    /// ChatLab's line form; command line only.
    case chatlabLines = "chatlab-jsonl"
    /// Comma-separated values; command line only.
    case csv
    /// For reading; command line only.
    case text

    /// Where it can be asked for.
    public var scope: ParameterDeclaration.Scope {
        self == .json || self == .chatlab ? .everywhere : .commandLine
    }
}

/// The way along which messages are listed and paged.
public enum MessageOrder: String, ParameterChoice {
    /// Newest first.
    case newestFirst = "desc"
    /// Oldest first.
    case oldestFirst = "asc"
}

/// What `/api/v1/messages` and `weflow messages` ask for.
public struct MessagesRequest: Sendable, Equatable {
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let order = Parameter.choice(
        "order", default: MessageOrder.newestFirst, "desc: the newest first; asc: the oldest first.", .group(.filters))
    // Where it is not given `chatlab` decides.
    static let format = Parameter.optionalChoice(
        "format", default: MessageFormat.json, "", .only([.commandLine, .http]))
    static let chatlab = Parameter.flag(
        "chatlab", "The same as `format` chatlab; `format` beats it.", .only([.commandLine, .http]))
    /// The first moment; whoever follows with `messages new` calls it `since`.
    static let start = Parameter.time(
        "start", aliases: ["since"], as: .start, "Only from this time on.", .group(.filters), .example("20260101"))
    static let detail = Parameter.flag(
        "detail",
        "Add what a message carries besides its text: address, file, place, card, transfer, record, transcript.")

    static let around = Parameter.text(
        "around", "This message, by its serverId or messageKey, and those before and after it; the oldest first.",
        .value("id"), .group(.filters))
    static let context = Parameter.number(
        "context", in: 0...1000, default: 20, "With `around`: how many messages on each side.", .letter("C"),
        .group(.filters))

    /// What pages, which the neighbours of one message do not.
    @ParameterList private static var paging: [ParameterDeclaration] {
        limit
        CommonParameters.offset
        CommonParameters.keyword
        start
        CommonParameters.end
    }

    /// What they have to do with each other.
    public static var rules: [ParameterRule] { [.excludes(around.declaration, paging, called: "page")] }

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        CommonParameters.talker
        limit
        CommonParameters.offset
        order
        start
        CommonParameters.end
        CommonParameters.keyword
        around
        context
        format
        chatlab
        detail
        CommonParameters.names
        CommonParameters.partial
        MediaSelection.parameters
    }

    /// Session id, echoed as given.
    public var talker: String
    /// The message that is to stand in the middle, and how many are wanted on each side; nil for a page.
    public var around: Around?
    /// How many at most, from 1; nil is all of them, which only the command line can ask for.
    public var limit: Int?
    /// How many to skip after the filters, from 0.
    public var offset: Int
    /// The way of listing and paging.
    public var order: MessageOrder
    /// Only what lies behind this place along the order; nil is all. No parameter: a reader who was given a page says so.
    public var place: MessagePlace?
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
    /// Whether each message carries `senderName`.
    public var names: Bool
    /// Whether a damaged store is answered with what it still gives.
    public var partial: Bool
    /// Which media to export.
    public var media: MediaSelection

    /// A message and how many are wanted before and after it.
    public struct Around: Sendable, Equatable {
        /// Its `serverId` or its `messageKey`, as it was given.
        public var id: String
        /// How many on each side, from 0.
        public var context: Int
    }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        talker = try parameters[CommonParameters.talker]
        limit = try parameters[Self.limit]
        offset = try parameters[CommonParameters.offset]
        let context = try parameters[Self.context]
        around = try parameters.trimmed(Self.around).map { Around(id: $0, context: context) }
        order = try parameters[Self.order]
        if around != nil {
            try Self.refuse(parameters)
            limit = 2 * context + 1
            if !parameters.contains(Self.order) { order = .oldestFirst }
        }
        start = try parameters[Self.start]
        end = try parameters[CommonParameters.end]
        keyword = try parameters.trimmed(CommonParameters.keyword)
        let chatlab = try parameters[Self.chatlab]
        format = try parameters[Self.format] ?? (chatlab ? .chatlab : .json)
        detail = try parameters[Self.detail]
        if format == .text, detail {
            throw WeFlowError(.usage, "\(parameters.label(Self.detail)) has no place in a text; give --format json")
        }
        names = try parameters[CommonParameters.names]
        partial = try parameters[CommonParameters.partial]
        media = try MediaSelection(parameters)
    }

    /// Refuses what pages with what asks for the neighbours of a message.
    private static func refuse(_ parameters: Parameters) throws(WeFlowError) {
        guard let other = paging.first(where: parameters.contains) else { return }
        throw WeFlowError(
            .usage,
            "\(parameters.label(Self.around)) and \(parameters.label(other)) exclude each other; \(parameters.label(Self.context)) says "
                + "how many messages stand on each side")
    }
}
