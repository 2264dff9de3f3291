public import WeFlowPages
public import WeFlowParameters

/// Which chats and people a request over all chats is about.
public struct ChatFilters: Sendable, Equatable {
    /// The only chats.
    public static let included = Parameter.chats("in", "Only these chats.")
    /// Who sent what is meant.
    public static let senders = Parameter.senders(
        "from", "Only what these people sent; me is the owner.", .example("me"))
    /// The only kinds of chats.
    public static let kinds = Parameter.list(
        "sessionType", "Only these kinds of chats: private, group, official or other.", .value("kind,…"),
        .group(.filters), .pattern { TextPattern.words(ChatKind.self) }, .example("private"))

    /// The only chats; empty is all.
    public var included: Set<String>
    /// The chats that are left out.
    public var excluded: Set<String>

    /// Reads `in` and `exclude`.
    ///
    /// - Throws: `.usage` where one of them is no list.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        included = Set(try parameters[Self.included])
        excluded = Set(try parameters[CommonParameters.exclude])
    }

    /// Whether a chat is meant.
    public func admit(_ talker: String) -> Bool {
        (included.isEmpty || included.contains(talker)) && !excluded.contains(talker)
    }
}
