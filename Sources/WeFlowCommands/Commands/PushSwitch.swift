internal import ArgumentParser
internal import WeFlowServer

/// `weflow push on`: lets the server send push events.
struct PushOn: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "on",
        abstract: "Have the server send push events, now and when it starts again.",
        discussion: """
            weflow push on

            It is the same as weflow serve --push, for a server that is running already.
            """)

    func run(in context: Context) async throws { try context.switchPush(true) }
}

/// `weflow push off`: ends the server's streams of push events.
struct PushOff: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "off",
        abstract: "Have the server send no push events, now and when it starts again.",
        discussion: """
            weflow push off

            It is the same as weflow serve --no-push, for a server that is running already.
            """)

    func run(in context: Context) async throws { try context.switchPush(false) }
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
