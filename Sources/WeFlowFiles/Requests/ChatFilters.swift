import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// Which chats and people a list over all chats is about.
public struct ChatFilters: Sendable, Equatable {
    static let included = Parameter.chats("in", "Only these chats.")
    static let senders = Parameter.senders(
        "from", "Only what these people sent; me is the owner.", .example("me"))
    static let kinds = Parameter.list(
        "sessionType", "Only these kinds of chats: private, group, official or other.", .value("kind,…"),
        .group(.filters), .pattern { TextPattern.words(ChatKind.self) }, .example("private"))

    /// The only chats; empty is all.
    public var included: Set<String>
    /// The chats that are left out.
    public var excluded: Set<String>

    /// Reads `in` and `exclude`.
    ///
    /// - Throws: `.usage` where one of them is no list.
    init(_ parameters: Parameters) throws(WeFlowError) {
        included = Set(try parameters[Self.included])
        excluded = Set(try parameters[CommonParameters.exclude])
    }

    /// Whether a chat is meant.
    func admit(_ talker: String) -> Bool {
        (included.isEmpty || included.contains(talker)) && !excluded.contains(talker)
    }
}
