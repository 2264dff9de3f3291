public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

/// What `/api/v1/push/messages` and `weflow push watch` ask for.
public struct PushRequest: Sendable, Equatable {
    static let includeSelf = Parameter.flag("includeSelf", "Own messages too.", .group(.filters))
    static let lastEventID = Parameter.text(
        "lastEventId", aliases: ["last_event_id"],
        "The id to go on behind; the header Last-Event-ID says the same. What is no id counts as absent.",
        .only(.http))
    // Most clients reconnect without an id, and tell messages apart by their key. The journal goes back a week at most.
    static let replay = Parameter.number(
        "replay", in: 0...604_800, default: 60, "Without an id: how many seconds of what arrived are sent first.",
        .only(.http))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        CommonParameters.talkers
        CommonParameters.exclude
        includeSelf
        lastEventID
        replay
    }

    /// Which events are wanted.
    public var filter: PushFilter
    /// The id of the event to go on behind, as it was given.
    public var lastEventID: String?
    /// How many seconds of what arrived are sent first where there is no id.
    public var replay: Int

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        filter = PushFilter(
            talkers: try parameters[CommonParameters.talkers], exclude: try parameters[CommonParameters.exclude],
            includesSelf: try parameters[Self.includeSelf])
        lastEventID = try parameters[Self.lastEventID]
        replay = try parameters[Self.replay]
    }
}
