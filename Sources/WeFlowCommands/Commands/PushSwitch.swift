internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow push on`: lets the server send push events.
enum PushOn: Command {
    static let name = "on"
    static let abstract = "Have the server send push events, now and when it starts again."
    static let examples = ["weflow push on"]
    static let discussion = "It is the same as weflow serve --push, for a server that is running already."

    static func run(_ values: Parameters, in context: Context) async throws { try context.switchPush(true) }
}

/// `weflow push off`: ends the server's streams of push events.
enum PushOff: Command {
    static let name = "off"
    static let abstract = "Have the server send no push events, now and when it starts again."
    static let examples = ["weflow push off"]
    static let discussion = "It is the same as weflow serve --no-push, for a server that is running already."

    static func run(_ values: Parameters, in context: Context) async throws { try context.switchPush(false) }
}

extension Context {
    /// Remembers whether push events are sent; a running server goes by it at once.
    fileprivate func switchPush(_ isOn: Bool) throws {
        var settings = try ServeSettings(from: state)
        settings.push = isOn
        try settings.save(to: state)
        report("push is \(isOn ? "on" : "off")")
    }
}
