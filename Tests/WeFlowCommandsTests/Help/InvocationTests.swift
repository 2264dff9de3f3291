import Testing

@testable import WeFlowCommands

/// What a command line is taken for.
struct InvocationTests {
    @Test(
        arguments: [
            ([], .nothing), (["help"], .help([])), (["help", "messages", "new"], .help(["messages", "new"])),
            (["help", "exit-codes"], .topic(.exitCodes)), (["__complete", "a", ""], .complete(["a", ""])),
            (["sessions", "--limit=1"], .command(["sessions", "--limit=1"])),
            (["messages", "nwe", "x"], .command(["messages", "nwe", "x"])), (["--version"], .command(["--version"])),
            (["sns"], .command(["sns"])), (["messages", "x", "--media=0"], .command(["messages", "x", "--no-media"])),
            (["mesages", "x"], .unknown("mesages", suggestion: "weflow messages")),
            (["session"], .unknown("session", suggestion: "weflow sessions")),
            (["hlep"], .unknown("hlep", suggestion: "weflow help")),
            (["frobnicate"], .unknown("frobnicate", suggestion: nil)),
            (["sns", "timline"], .unknown("sns timline", suggestion: "weflow sns timeline")),
            (["push", "wach", "-x"], .unknown("push wach", suggestion: "weflow push watch")),
            (["help", "enviroment"], .unknown("enviroment", suggestion: "weflow help environment")),
            (["help", "sns", "stat"], .unknown("sns stat", suggestion: "weflow help sns stats")),
        ] as [([String], Invocation)])
    func aCommandLineIsTakenFor(arguments: [String], wanted: Invocation) {
        #expect(Invocation(arguments) == wanted)
    }
}
