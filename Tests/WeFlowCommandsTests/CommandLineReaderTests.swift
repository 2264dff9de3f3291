import Testing
import WeFlowArrivals
import WeFlowPages
import WeFlowParameters

@testable import WeFlowCommands
@testable import WeFlowMoments
@testable import WeFlowQuery

/// The one way from the words of a command line to values.
struct CommandLineReaderTests {
    private func values(_ words: [String], of command: any Command.Type) throws -> Parameters {
        guard case .values(let values) = try CommandLineReader.line(words[...], command.parameters) else {
            Issue.record("\(words) is no line of values")
            return Parameters()
        }
        return values
    }

    private func messages(_ words: String...) throws -> MessagesRequest {
        try MessagesRequest(values(["wxid_a"] + words, of: Messages.self))
    }

    private func complaint(_ words: [String], of command: any Command.Type = Messages.self) -> String? {
        do throws(WeFlowError) {
            _ = try CommandLineReader.line(words[...], command.parameters)
            return nil
        } catch {
            #expect(error.kind == .usage)
            return error.sentence
        }
    }

    @Test func anOptionComesInAllForms() throws {
        for words in [["--limit", "5"], ["--limit=5"], ["--limit=5", "--limit", "5"]] {
            #expect(try MessagesRequest(values(["a"] + words, of: Messages.self)).limit == 5)
        }
        for words in [["-o", "f"], ["-of"], ["-o=f"], ["--output", "f"], ["--output=f"]] {
            #expect(try OutputOptions(values(words, of: Sessions.self)).output == "f")
        }
        #expect(try messages("--keyword", "--limit=5").keyword == "--limit=5")
        #expect(try messages("--offset", "-3").offset == 0)
        #expect(try AccountOptions(values(["--key-file", "-"], of: Sessions.self)).keyFile == "-")
    }

    /// An empty value is none, and takes nothing away from what follows.
    @Test func anEmptyValueIsNone() throws {
        for words in [["--keyword=", "--limit=5"], ["--keyword", "", "--limit", "5"], ["--limit=5", "--keyword="]] {
            let request = try MessagesRequest(values(["a"] + words, of: Messages.self))
            #expect(request.keyword == nil && request.limit == 5)
            let list = try values(words, of: Sessions.self)
            #expect(try SessionsRequest(list).limit == 5 && SessionsRequest(list).keyword == nil)
        }
        #expect(try messages("--media=").media == .none)
        #expect(try OutputOptions(values(["--output="], of: Sessions.self)).output == nil)
    }

    /// A mark joins the sign before it to one letter, which is no sign then.
    @Test func aValueMayBeginWithAMark() throws {
        #expect(try messages("--keyword=\u{301}a").keyword == "\u{301}a")
        #expect(try messages("--keyword=\u{200D}", "--limit=5").limit == 5)
        #expect(complaint(["-\u{301}x"], of: Sessions.self)?.hasPrefix("there is no option -\u{301}x") == true)
        #expect(complaint(["--\u{301}=x"])?.hasPrefix("there is no option --\u{301}") == true)
    }

    @Test(
        arguments: [
            (["--media"], true), (["--no-media"], false), (["--media=1"], true), (["--media=off"], false),
            (["--media=TRUE"], true), (["--meiti=on"], true), (["--no-meiti"], false), (["--media", "--meiti"], true),
            (["--media", "--media=yes"], true),
        ] as [([String], Bool)])
    func switchesComeInAllForms(words: [String], isOn: Bool) throws {
        let request = try MessagesRequest(values(["wxid_a"] + words, of: Messages.self))
        #expect(request.media.isEnabled == isOn && request.talker == "wxid_a")
    }

    @Test(
        arguments: [
            (["--bogus"], "there is no option --bogus"),
            (["--limti", "5"], "there is no option --limti; did you mean --limit?"),
            (["--vioc"], "there is no option --vioc; did you mean --voice?"),
            (["--vioec"], "there is no option --vioec; did you mean --voice?"),
            (["--no-vioc"], "there is no option --no-vioc; did you mean --no-voice?"),
            (["--hlep"], "there is no option --hlep; did you mean --help?"),
            (["--no-pretty"], "there is no option --no-pretty"),
            (["-x"], "there is no option -x"), (["-\u{1B}[2J"], "there is no option -\u{FFFD}[2J"),
            (["--limit"], "--limit needs a value; write --limit <limit>"),
            (["--output", "--pretty"], "--output needs a value; write --output <file>"),
            (["-o"], "-o needs a value; write -o <file>"),
            (["--no-media=1"], "--no-media takes no value"),
            (["--limit", "5", "--limit", "6"], "--limit is given twice, and differently; give it once"),
            (["--media", "--no-media"], "--no-media is given twice, and differently; give it once"),
            (["a", "b"], "b is one argument too many"),
            (["a", "--talker", "b"], "the argument and --talker are not the same; give one of them"),
        ] as [([String], String)])
    func aMistakeIsNamed(words: [String], sentence: String) {
        #expect(complaint(words) == sentence)
    }

    @Test func argumentsStandAnywhere() throws {
        for words in [
            ["a", "--detail"], ["--detail", "a"], ["--detail", "--", "a"], ["a", "--talker", "a", "--detail"],
        ] {
            let request = try MessagesRequest(values(words, of: Messages.self))
            #expect(request.talker == "a" && request.detail)
        }
        #expect(try MessagesRequest(values(["--", "--help"], of: Messages.self)).talker == "--help")
        #expect(try MomentDeletionRequest(values(["-5", "--yes"], of: SnsDelete.self)).tid == -5)
        #expect(complaint(["-5"], of: Sessions.self) == "there is no option -5")
    }

    @Test func aListMayBeGivenInPieces() throws {
        let request = try NewMessagesRequest(
            values(["--talker", "a,b", "--talker=c", "--exclude", "d"], of: MessagesNew.self))
        #expect(request.talkers == ["a", "b", "c"] && request.exclude == ["d"])
        // The elements of a JSON list are whole.
        let body = try JSONValue(parsing: Array(#"{"talker": ["a,b", "c"]}"#.utf8))
        let parameters = try Parameters(query: QueryString(""), body: body)
        #expect(try NewMessagesRequest(parameters).talkers == ["a,b", "c"])
    }

    /// What is declared twice in one command could never be read.
    @Test func everyNameOfACommandIsItsOwn() {
        func check(_ command: any Command.Type, _ path: String) {
            var seen: Set<String> = []
            for argument in CommandTree.Command(command).arguments {
                for name in argument.names {
                    #expect(seen.insert(name).inserted, "\(path): \(name)")
                    if argument.hasNegation { #expect(seen.insert("--no-" + name.dropFirst(2)).inserted) }
                }
            }
            for next in command.subcommands { check(next, "\(path) \(next.name)") }
        }
        check(Weflow.self, "weflow")
    }

    /// The long option of each parameter of each command is read back as that parameter.
    @Test func everyOptionIsRead() throws {
        func check(_ command: any Command.Type) throws {
            for parameter in command.parameters where parameter.scope.contains(.commandLine) {
                guard parameter.position == .named || parameter.position == .either else { continue }
                for name in parameter.names {
                    let option = "--" + ParameterDeclaration.optionName(name)
                    let word = parameter.isSwitch ? option : "\(option)=x"
                    let values = try values([word], of: command)
                    #expect(values[name] == .string(parameter.isSwitch ? "1" : "x"), "\(word)")
                }
            }
            for next in command.subcommands { try check(next) }
        }
        try check(Weflow.self)
    }
}
