import Testing
import WeFlowPages

@testable import WeFlowCommands
@testable import WeFlowQuery

/// What a command line is taken for.
struct InvocationTests {
    /// An invocation in words.
    private static func told(_ arguments: [String]) -> String {
        switch Invocation(arguments) {
        case .nothing: "nothing"
        case .help(let words): "help \(words)"
        case .topic(let topic): "topic \(topic.rawValue)"
        case .version: "version"
        case .complete(let words): "complete \(words)"
        case .command(let command, _): "command \(command.name)"
        case .mistake(let error): error.sentence
        }
    }

    @Test(
        arguments: [
            ([], "nothing"), (["help"], "help []"), (["help", "messages", "new"], #"help ["messages", "new"]"#),
            (["help", "exit-codes"], "topic exit-codes"), (["help", "--", "formats"], "topic formats"),
            (["__complete", "a", ""], #"complete ["a", ""]"#),
            (["sessions", "--limit=1"], "command sessions"), (["messages", "nwe"], "command messages"),
            (["messages", "new"], "command new"), (["sns", "block-delete", "status"], "command status"),
            (["sns"], #"help ["sns"]"#), (["sns", "--help"], #"help ["sns"]"#), (["help", "--help"], "help []"),
            (["messages", "x", "-h"], #"help ["messages"]"#),
            (["messages", "--bogus", "--help"], #"help ["messages"]"#),
            (["--version"], "version"), (["-V"], "version"), (["sessions", "--version"], "version"),
            (["mesages", "x"], "there is no command mesages; did you mean weflow messages?"),
            (["session"], "there is no command session; did you mean weflow sessions?"),
            (["hlep"], "there is no command hlep; did you mean weflow help?"),
            (["frobnicate"], "there is no command frobnicate; weflow --help lists what there is"),
            (["sns", "timline"], "there is no command sns timline; did you mean weflow sns timeline?"),
            (["push", "wach", "-x"], "there is no command push wach; did you mean weflow push watch?"),
            (["help", "enviroment"], "there is no command enviroment; did you mean weflow help environment?"),
            (["help", "sns", "stat"], "there is no command sns stat; did you mean weflow help sns stats?"),
            (["help", "--bogus"], "weflow help takes no option --bogus; see weflow help"),
            (
                ["--limit", "5"],
                "there is no option --limit; options stand behind the command; see weflow --help"
            ),
            (["sessions", "--bogus"], "there is no option --bogus; see weflow sessions --help"),
            (["a\u{1B}[2J"], "there is no command a\u{FFFD}[2J; weflow --help lists what there is"),
        ] as [([String], String)])
    func aCommandLineIsTakenFor(arguments: [String], wanted: String) {
        #expect(Self.told(arguments) == wanted)
    }

    @Test(
        arguments: [
            ("messages x", true), ("messages x --limit 0", false), ("messages x --limit 10001", false),
            ("messages x --media", false),
            ("messages x --keyword a", false), ("messages x --limit x", true), ("sessions", true), ("contacts", true),
            ("messages new", false), ("check", false),
        ])
    func whatAnswersAtOnceIsTold(line: String, isBrief: Bool) {
        #expect(Invocation(line.split(separator: " ").map(String.init)).isBrief == isBrief)
    }
}
