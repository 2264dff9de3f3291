public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/unread` and `weflow unread` ask for.
public struct UnreadRequest: Sendable, Equatable {
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let mentions = Parameter.flag(
        "mentions", "Only chats in which an unread message mentions the owner, or everybody.", .group(.filters))
    static let messages = Parameter.flag("messages", default: true, "Give the messages of each chat.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        ChatFilters.kinds
        mentions
        ChatFilters.included
        CommonParameters.exclude
        messages
        limit
        CommonParameters.offset
        ListFormat.parameter
        CommonParameters.partial
    }

    /// Which chats.
    public var chats: ChatFilters
    /// The kinds of chats; empty is all.
    public var kinds: Set<ChatKind>
    /// Whether only chats are given that mention the owner.
    public var mentions: Bool
    /// Whether the messages are given.
    public var messages: Bool
    /// How many chats at most, from 1.
    public var limit: Int
    /// How many chats to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat

    /// The same without the messages of each chat.
    public var withoutMessages: UnreadRequest {
        var other = self
        other.messages = false
        return other
    }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        chats = try ChatFilters(parameters)
        kinds = Set(try parameters.words(ChatFilters.kinds, of: ChatKind.self))
        mentions = try parameters[Self.mentions]
        messages = try parameters[Self.messages]
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
    }
}
