internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// What a command line asks for.
enum Invocation: Equatable, Sendable {
    /// Nothing stands there: where is the account, and what next?
    case nothing
    /// The page of a command, by the words that call it.
    case help([String])
    /// A page that belongs to no command.
    case topic(HelpTopic)
    /// The shell asks what may stand in the place of the last word.
    case complete([String])
    /// A word that is no command, and the whole of what was most likely meant.
    case unknown(String, suggestion: String?)
    /// A command with its arguments.
    case command([String])
    /// A command whose line needs no parser.
    case plain(PlainCommand, PlainLine)

    /// The word by which the completions of the shells call.
    static let completionWord = "__complete"

    /// Reads a command line without the program's name.
    init(_ arguments: [String]) {
        switch arguments.first {
        case nil: self = .nothing
        case Self.completionWord: self = .complete(Array(arguments.dropFirst()))
        case "help": self = Self.pageAsked(by: Array(arguments.dropFirst()))
        default:
            if let (command, line) = PlainCommand.read(arguments) {
                self = .plain(command, line)
                return
            }
            let (command, words) = Self.command(arguments)
            let configuration = command.configuration
            guard let next = arguments.dropFirst(words.count).first, !next.hasPrefix("-"),
                !configuration.subcommands.isEmpty, configuration.defaultSubcommand == nil
            else {
                self = .command(Switches.expanded(arguments))
                return
            }
            self = Self.unknown(next, after: words, of: command)
        }
    }

    /// Whether the answer takes a few milliseconds, of which a thread would be a good part.
    var isBrief: Bool {
        if case .plain(let command, let line) = self { command.isBrief(line) } else { false }
    }

    /// Does what is asked, and says what is wrong.
    ///
    /// - Returns: the exit code.
    func run(in context: Context) async -> Int32 {
        do {
            switch self {
            case .nothing: try Self.write(NextStep(context).text())
            case .help(let words): try Self.write(Self.page(words, context))
            case .topic(let topic):
                try Self.write(topic.text(width: context.terminal.width, style: context.style))
            case .complete(let words): try Self.write(Completion(context).answer(to: words))
            case .unknown(let word, let suggestion):
                let hint = suggestion.map { "did you mean \($0)?" } ?? "weflow --help lists what there is"
                throw WeFlowError(.usage, "there is no command \(word); \(hint)")
            case .command(let arguments): try await Self.run(arguments, in: context)
            case .plain(let command, let line): try await command.run(line, in: context)
            }
            return 0
        } catch is ClosedPipe {
            return 0
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

    /// Parses and runs a command.
    private static func run(_ arguments: [String], in context: Context) async throws {
        do {
            var command = try await Weflow.asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            let message = Weflow.message(for: error)
            let words = Self.command(arguments).words
            guard Weflow.exitCode(for: error) == .success else {
                let see = (["weflow"] + words + ["--help"]).joined(separator: " ")
                let sentence = message.asSentence
                throw WeFlowError(.usage, sentence.hasSuffix("?") ? sentence : "\(sentence); see \(see)")
            }
            // The parser asks for its own page by this word; ours is another.
            try write(message.hasPrefix("OVERVIEW: ") ? page(words, context) : message + "\n")
        }
    }

    private static func page(_ words: [String], _ context: Context) throws(WeFlowError) -> String {
        let command = try CommandTree().root.descendant(words)
        return HelpPage(command, width: context.terminal.width, style: context.style).text
    }

    private static func write(_ text: String) throws {
        let output = StandardOutput()
        try output.write(text)
        try output.finish()
    }

    private static func pageAsked(by words: [String]) -> Invocation {
        if words.count == 1, let topic = HelpTopic(rawValue: words[0]) { return .topic(topic) }
        let (command, known) = Self.command(words)
        guard known.count < words.count, !words[known.count].hasPrefix("-") else { return .help(known) }
        return unknown(words[known.count], after: known, of: command, beginning: ["help"])
    }

    /// The command that words call, as far as they do.
    private static func command(
        _ arguments: [String]
    ) -> (command: any ParsableCommand.Type, words: [String]) {
        var command: any ParsableCommand.Type = Weflow.self
        var words: [String] = []
        for word in arguments {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
            command = next
            words.append(word)
        }
        return (command, words)
    }

    private static func unknown(
        _ word: String, after words: [String], of command: any ParsableCommand.Type, beginning: [String] = []
    ) -> Invocation {
        var names = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        if words.isEmpty { names += beginning.isEmpty ? ["help"] : HelpTopic.allCases.map(\.rawValue) }
        let nearest = Nearest.word(to: word, among: names)
        return .unknown(
            (words + [word]).joined(separator: " "),
            suggestion: nearest.map { (["weflow"] + beginning + words + [$0]).joined(separator: " ") })
    }
}

extension String {
    /// What the parser says, as our sentences are: without a capital at its start and a stop at its end.
    fileprivate var asSentence: String {
        var text = replacing(". Did ", with: "; did ").replacing(". Please ", with: "; please ")
        if text.hasSuffix(".") { text.removeLast() }
        let second = text.dropFirst().first
        guard let first = text.first, second?.isLowercase == true || second == " " else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
