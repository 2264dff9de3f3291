public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/search` and `weflow search` ask for.
public struct SearchRequest: Sendable, Equatable {
    /// The forms in which hits are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// One message object a line; command line only.
        case jsonl
        /// For reading, under a heading for each chat; command line only.
        case text
        /// For spreadsheets; command line only.
        case csv
        /// Aligned columns for reading; command line only.
        case table

        /// Where it can be asked for.
        public var scope: ParameterDeclaration.Scope { self == .json ? .everywhere : .commandLine }
    }

    static let order = Parameter.optionalChoice(
        "order", default: MessageOrder.newestFirst, "desc: the newest first; asc: the oldest first.", .group(.filters))
    static let context = Parameter.number(
        "context", in: 0...50, default: 0, "How many messages of the same chat before and after each.", .letter("C"),
        .value("n"))
    static let detail = Parameter.flag(
        "detail",
        "Add what a message carries besides its text: address, file, place, card, transfer, record, transcript.")
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let cursor = Parameter.formed(
        "cursor", as: { SearchCursor.pattern },
        "The cursor of an earlier answer to the same search, to go on behind its last message.",
        .group(.filters))
    static let counts = Parameter.flag("counts", aliases: ["count"], "No messages: how many each chat has.")
    static let format = Parameter.choice("format", default: Format.json, "", .only([.commandLine, .http]))

    /// What they have to do with each other.
    public static var rules: [ParameterRule] { [.needsOne(SearchFilter.choosing, called: "filters")] }

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        SearchFilter.q.with(.only([.http, .tools]))
        SearchFilter.words
        SearchFilter.any
        SearchFilter.others
        order
        context
        detail
        limit
        cursor
        counts
        format
        CommonParameters.partial
    }

    /// Which messages.
    public var filter: SearchFilter
    /// The way of listing and paging.
    public var order: MessageOrder
    /// Whether the order was asked for.
    public var isOrdered: Bool
    /// How many messages before and after each, 0…50.
    public var context: Int
    /// Whether each message carries `detail`.
    public var detail: Bool
    /// How many at most, from 1; nil is all of them, which only the command line can ask for.
    public var limit: Int?
    /// Where to go on.
    public var cursor: SearchCursor?
    /// Whether chats are counted.
    public var counts: Bool
    /// The form of the answer.
    public var format: Format
    /// Whether a damaged store is answered with what it still gives.
    public var partial: Bool

    /// The arguments as they were typed: the blanks around a word are looked for, too.
    private static func arguments(_ parameters: Parameters) -> [String] {
        guard case .array(let values)? = parameters[SearchFilter.words.declaration.name] else { return [] }
        return values.compactMap { if case .string(let word) = $0 { word } else { nil } }
    }

    /// Reads and checks the parameters.
    ///
    /// - Parameters:
    ///   - parameters: the request's.
    ///   - areIDs: whether chats and people are given by their ids, of which the cursor of an answer knows.
    /// - Throws: `.usage`, naming the parameter, where one is malformed, where nothing is asked for, and for a cursor of
    ///   another search.
    public init(_ parameters: Parameters, areIDs: Bool = true) throws(WeFlowError) {
        if parameters.source == .commandLine {
            filter = try SearchFilter(parameters, words: Self.arguments(parameters))
        } else {
            filter = try SearchFilter(parameters)
        }
        let order = try parameters[Self.order]
        self.order = order ?? .newestFirst
        isOrdered = order != nil
        context = try parameters[Self.context]
        detail = try parameters[Self.detail]
        limit = try parameters[Self.limit]
        counts = try parameters[Self.counts]
        format = try parameters[Self.format]
        partial = try parameters[CommonParameters.partial]
        let cursor = try parameters[Self.cursor]
        guard filter.isSearch else {
            throw WeFlowError(
                .usage,
                parameters.source == .commandLine
                    ? "there is nothing to search for; give words, or --from, --type, --start, --end, --mentions or --in"
                    : "there is nothing to search for; give q, from, type, start, end, mentions or in")
        }
        if format == .text, detail {
            throw WeFlowError(.usage, "\(parameters.label(Self.detail)) has no place in a text; give --format json")
        }
        if counts, format == .text {
            throw WeFlowError(.usage, "counts are no text; give --format table")
        }
        if areIDs, let cursor { self.cursor = try SearchCursor(cursor, of: filter, order: self.order) }
    }
}
