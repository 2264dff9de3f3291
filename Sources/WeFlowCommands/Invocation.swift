internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// What a command line asks for.
enum Invocation: Sendable {
    /// Nothing stands there: where is the account, and what next?
    case nothing
    /// The page of a command, by the words that call it.
    case help([String])
    /// A page that belongs to no command.
    case topic(HelpTopic)
    /// The program's version.
    case version
    /// The shell asks what may stand in the place of the last word.
    case complete([String])
    /// A command with what was given of its parameters.
    case command(any Command.Type, Parameters)
    /// A line that cannot be read.
    case mistake(WeFlowError)

    /// The word by which the completions of the shells call.
    static let completionWord = "__complete"

    /// Reads a command line without the program's name.
    init(_ arguments: [String]) {
        switch arguments.first {
        case nil: self = .nothing
        case Self.completionWord: self = .complete(Array(arguments.dropFirst()))
        case "help": self = Self.pageAsked(by: Array(arguments.dropFirst()))
        default: self = Self.call(arguments)
        }
    }

    private static func call(_ arguments: [String]) -> Invocation {
        let (command, words) = Self.command(arguments)
        let rest = arguments.dropFirst(words.count)
        // What it takes is put together once: asking for it again is a tenth of a millisecond.
        let parameters = command.parameters
        let isFamily = !command.subcommands.isEmpty && parameters.isEmpty
        if isFamily {
            guard let next = rest.first else { return .help(words) }
            if next.utf8.first != UInt8(ascii: "-") { return unknown(next, after: words, of: command) }
        }
        do throws(WeFlowError) {
            switch try CommandLineReader.line(rest, parameters) {
            case .values(let values): return isFamily ? .help(words) : .command(command, values)
            case .help: return .help(words)
            case .version: return .version
            }
        } catch {
            guard !error.sentence.hasSuffix("?") else { return .mistake(error) }
            let place = words.isEmpty && !rest.isEmpty ? "options stand behind the command; " : ""
            let see = (["weflow"] + words + ["--help"]).joined(separator: " ")
            return .mistake(WeFlowError(error.kind, "\(error.sentence); \(place)see \(see)"))
        }
    }

    /// Whether the answer takes a few milliseconds, of which a thread would be a good part.
    var isBrief: Bool {
        if case .command(let command, let values) = self { command.isBrief(values) } else { false }
    }

    /// Says where the system gives too little to do what is asked, before anything takes some of it.
    ///
    /// - Returns: the exit code; nil where there is enough.
    func shortage(in context: Context) -> Int32? {
        guard case .command = self, let shortage = Shortage.found() else { return nil }
        context.report("error: \(shortage.sentence)")
        return shortage.kind.exitCode
    }

    /// Does what is asked, and says what is wrong.
    ///
    /// - Returns: the exit code.
    func run(in context: Context) async -> Int32 {
        guard let code = await carryOut(in: context) else { return 0 }
        let breaks = context.opened.logBreaks()
        for broken in breaks { context.warn(broken.sentence) }
        return code == 0 && !breaks.isEmpty ? WeFlowError.Kind.partial.exitCode : code
    }

    /// Does what is asked.
    ///
    /// - Returns: the exit code; nil where nobody reads on, to whom something could be said.
    private func carryOut(in context: Context) async -> Int32? {
        do {
            switch self {
            case .nothing: try Self.write(NextStep(context).text())
            case .help(let words):
                let command = CommandTree().root.descendant(words)
                try Self.write(HelpPage(command, width: context.terminal.width, style: context.style).text)
            case .topic(let topic):
                try Self.write(topic.text(width: context.terminal.width, style: context.style))
            case .version: try Self.write(Weflow.version + "\n")
            case .complete(let words): try Self.write(Completion(context).answer(to: words))
            case .command(let command, let values): try await command.run(values, in: context)
            case .mistake(let error): throw error
            }
            return 0
        } catch is ClosedPipe {
            return nil
        } catch let error as WeFlowError {
            context.report("error: \(error.sentence)")
            return error.kind.exitCode
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            context.report("error: \(error)")
            return WeFlowError.Kind.system.exitCode
        }
    }

    private static func write(_ text: String) throws {
        let output = StandardOutput()
        try output.write(text)
        try output.finish()
    }

    private static func pageAsked(by words: [String]) -> Invocation {
        if words.count == 1, let topic = HelpTopic(rawValue: words[0]) { return .topic(topic) }
        let (command, known) = Self.command(words)
        guard let next = words.dropFirst(known.count).first(where: { $0 != "--help" && $0 != "-h" }) else {
            return .help(known)
        }
        guard next.utf8.first == UInt8(ascii: "-") else {
            // A topic may stand behind `--`, as everything may that is no option.
            return unknown(next, after: known, of: command, beginning: ["help"])
        }
        if next == "--" { return pageAsked(by: words.filter { $0 != "--" }) }
        return .mistake(WeFlowError(.usage, "weflow help takes no option \(next.inOneLine); see weflow help"))
    }

    /// The command that words call, as far as they do.
    private static func command(_ arguments: [String]) -> (command: any Command.Type, words: [String]) {
        var command: any Command.Type = Weflow.self
        var words: [String] = []
        for word in arguments {
            guard let next = command.subcommands.first(where: { $0.name == word }) else { break }
            command = next
            words.append(word)
        }
        return (command, words)
    }

    private static func unknown(
        _ word: String, after words: [String], of command: any Command.Type, beginning: [String] = []
    ) -> Invocation {
        var names = command.subcommands.map { $0.name }
        if words.isEmpty { names += beginning.isEmpty ? ["help"] : HelpTopic.allCases.map(\.rawValue) }
        let nearest = Nearest.word(to: word, among: names)
        let meant = nearest.map { (["weflow"] + beginning + words + [$0]).joined(separator: " ") }
        let hint = meant.map { "did you mean \($0)?" } ?? "weflow --help lists what there is"
        let given = (words + [word]).joined(separator: " ").inOneLine
        return .mistake(WeFlowError(.usage, "there is no command \(given); \(hint)"))
    }
}
