public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/stats` and `weflow stats` ask for.
public struct StatsRequest: Sendable, Equatable {
    /// What messages are counted by.
    public enum Key: String, CaseIterable, Sendable {
        /// The chat.
        case session
        /// Who sent them.
        case sender
        /// The day, local time.
        case day
        /// The week, which begins on Monday, local time.
        case week
        /// The month, local time.
        case month
        /// The year, local time.
        case year
        /// The hour of the day, local time.
        case hour
        /// The day of the week, local time.
        case weekday
        /// The kind of message.
        case type

        /// Whether it is a time, so that its order is that of the clock.
        public var isTime: Bool { ![.session, .sender, .type].contains(self) }
    }

    static let by = Parameter.list(
        "by", "One or two of \(Key.allCases.map(\.rawValue).joined(separator: " ")); without it: session.",
        .value("key,…"), .pattern { TextPattern.words(Key.self) }, .pair, .example("month"))
    static let chats = Parameter.chats("chat", "Only these chats; the same as `in`.", .arguments, .only(.commandLine))
    // Rows are few: what is counted by day for ten years is less than this.
    static let limit = Parameter.limit(most: 10_000, default: 10_000)

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        chats
        by
        SearchFilter.parameters
        limit
        CommonParameters.offset
        ListFormat.parameter
        CommonParameters.partial
    }

    /// What messages are counted by, one key or two.
    public var by: [Key]
    /// Which messages.
    public var filter: SearchFilter
    /// How many rows at most, from 1.
    public var limit: Int
    /// How many rows to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        by = try parameters.words(Self.by, of: Key.self)
        if by.isEmpty { by = [.session] }
        guard by.count <= 2, by.count < 2 || by[0] != by[1] else {
            throw WeFlowError(.usage, "\(parameters.label(Self.by)) takes one key or two different ones")
        }
        filter = try SearchFilter(parameters)
        if parameters.source == .commandLine {
            for chat in try parameters[Self.chats] where !filter.chats.contains(chat) { filter.chats.append(chat) }
        }
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
    }
}
