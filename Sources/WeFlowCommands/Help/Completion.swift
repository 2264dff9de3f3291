internal import Dispatch
internal import Synchronization
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// What a shell offers in the place of the word that is being typed. The scripts of the shells only ask and show, so
/// that all three know the same.
struct Completion {
    /// A word, and what it means.
    struct Candidate: Equatable {
        var word: String
        var meaning: String
    }

    /// What the shell is to do.
    enum Answer: Equatable {
        /// Offer these.
        case words([Candidate])
        /// Offer files.
        case files
        /// Offer folders.
        case folders
    }

    private let context: Context
    /// How long a shell waits for the sessions; who types does not feel it.
    private static let patience = DispatchTimeInterval.milliseconds(80)

    init(_ context: Context) { self.context = context }

    /// The answer in the form that the scripts read: a line that says what follows, then a word and its meaning a line.
    func answer(to words: [String]) -> String {
        switch Self.answer(to: words, in: CommandTree().root, sessions: { sessions($0) }) {
        case .files: return "files\n"
        case .folders: return "folders\n"
        case .words(let candidates): return Self.text(of: candidates)
        }
    }

    /// Words in the form that the scripts read. One that would break the line, or that a terminal would obey, cannot be
    /// typed either.
    static func text(of candidates: [Candidate]) -> String {
        let safe = candidates.filter { $0.word == $0.word.inOneLine }
        return "words\n" + safe.map { "\($0.word)\t\($0.meaning.inOneLine.isolated)\n" }.joined()
    }

    /// What may stand in the place of the last word.
    ///
    /// - Parameters:
    ///   - words: the command line up to the cursor, without the program's name; the last may be empty.
    ///   - root: the program.
    ///   - sessions: gives sessions, newest first, by the options of the account that stand on the command line.
    /// - Returns: what the shell is to do.
    static func answer(
        to words: [String], in root: CommandTree.Command, sessions: ([String]) -> [Session]
    ) -> Answer {
        let line = Line(words, in: root)
        if let option = line.option {
            return values(of: option, line, sessions)
        }
        if line.prefix.hasPrefix("-") {
            if let equals = line.prefix.firstIndex(of: "="),
                let option = line.command.arguments.first(where: { $0.names.contains(String(line.prefix[..<equals])) })
            {
                var after = line
                after.prefix = String(line.prefix[line.prefix.index(after: equals)...])
                let name = line.prefix[...equals]
                guard case .words(let candidates) = values(of: option, after, sessions) else { return .files }
                return .words(candidates.map { Candidate(word: name + $0.word, meaning: $0.meaning) })
            }
            return .words(options(of: line.command).filter { $0.word.hasPrefix(line.prefix) })
        }
        var candidates: [Candidate] = []
        if line.positionals == 0 {
            candidates += line.command.subcommands.map { Candidate(word: $0.name, meaning: $0.abstract) }
            if line.command.path.count == 1 { candidates.append(Candidate(word: "help", meaning: "Show a help page.")) }
            if line.isHelp, line.command.path.count == 1 {
                candidates += HelpTopic.allCases.map { Candidate(word: $0.rawValue, meaning: $0.abstract) }
            }
        }
        candidates.removeAll { !$0.word.hasPrefix(line.prefix) }
        let positionals = line.command.arguments.filter { $0.kind == .positional }
        guard !line.isHelp, line.positionals < positionals.count else { return .words(candidates) }
        switch values(of: positionals[line.positionals], line, sessions) {
        case .words(let more): return .words(candidates + more)
        case let other: return candidates.isEmpty ? other : .words(candidates)
        }
    }

    private static func options(of command: CommandTree.Command) -> [Candidate] {
        command.arguments.filter { $0.kind != .positional }.flatMap { argument in
            let names = argument.names.filter { $0.hasPrefix("--") }
            let negations = argument.hasNegation ? names.map { "--no-" + $0.dropFirst(2) } : []
            return (names + negations).map { Candidate(word: $0, meaning: argument.abstract) }
        } + [Candidate(word: "--help", meaning: "Show the help page.")]
    }

    private static func values(
        of argument: CommandTree.Argument, _ line: Line, _ sessions: ([String]) -> [Session]
    ) -> Answer {
        switch argument.parameter.kind {
        case .file: .files
        case .folder: .folders
        case .chat, .groupChat, .chats, .people, .senders: .words(talkers(argument.parameter, line, sessions))
        default: .words(argument.values.filter { $0.hasPrefix(line.prefix) }.map { Candidate(word: $0, meaning: "") })
        }
    }

    /// Ids with their names; and, where something is typed, names that fit one session alone.
    private static func talkers(
        _ parameter: ParameterDeclaration, _ line: Line, _ sessions: ([String]) -> [Session]
    ) -> [Candidate] {
        // Lists have commas between their ids; the last is being typed.
        let isList = parameter.isList
        let done = isList ? line.prefix.prefix(through: ",") : ""
        let prefix = line.prefix.dropFirst(done.count)
        var found = sessions(line.accountOptions)
        if case .groupChat = parameter.kind { found.removeAll { $0.sessionType != "group" } }
        var candidates = found.filter { $0.username.hasPrefix(prefix) }
            .map { Candidate(word: done + $0.username, meaning: $0.displayName) }
        if !isList, !prefix.isEmpty {
            let named = Dictionary(grouping: found.filter { $0.displayName.hasPrefix(prefix) }, by: \.displayName)
            candidates += found.filter { named[$0.displayName]?.count == 1 && $0.displayName != $0.username }
                .map { Candidate(word: $0.displayName, meaning: $0.username) }
        }
        return candidates
    }

    /// The sessions of the account, in time or none: no account, no key and no file are no reason to say anything.
    private func sessions(_ options: [String]) -> [Session] {
        var quiet = context
        quiet.writeError = { _ in }
        let context = quiet
        let found = Mutex<[Session]>([])
        let box = Shared(found: found)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global(qos: .userInteractive).async {
            if let sessions = Self.read(options, in: context) { box.found.withLock { $0 = sessions } }
            done.signal()
        }
        _ = done.wait(timeout: .now() + Self.patience)
        return box.found.withLock { $0 }
    }

    private final class Shared: Sendable {
        let found: Mutex<[Session]>
        init(found: consuming Mutex<[Session]>) { self.found = found }
    }

    private static func read(_ options: [String], in context: Context) -> [Session]? {
        do {
            let account = try Settings(AccountOptions.parse(options), in: context).openAccount()
            var request = try SessionsRequest(Parameters())
            request.limit = 10_000
            return try SessionsQuery(request).run(on: account).sessions
        } catch {
            return nil
        }
    }
}

extension Completion {
    /// A command line that is being typed.
    private struct Line {
        /// The command that the words call.
        var command: CommandTree.Command
        /// The option whose value is being typed, nil where none is.
        var option: CommandTree.Argument?
        /// How many arguments without a name stand before.
        var positionals = 0
        /// What is typed of the last word.
        var prefix: String
        /// Whether `help` asks for a page.
        var isHelp = false
        /// The options that say which account.
        var accountOptions: [String] = []

        init(_ words: [String], in root: CommandTree.Command) {
            command = root
            prefix = words.last ?? ""
            for word in words.dropLast() {
                if let option {
                    if option.parameter.group == .account, let name = option.names.first, name != "--key" {
                        accountOptions += [name, word]
                    }
                    self.option = nil
                } else if word.hasPrefix("-") {
                    option = command.arguments.first { $0.kind == .option && $0.names.contains(word) }
                } else if positionals == 0, command.path.count == 1, word == "help" {
                    isHelp = true
                } else if positionals == 0, let next = command.subcommands.first(where: { $0.name == word }) {
                    command = next
                } else {
                    positionals += 1
                }
            }
        }
    }
}

extension String {
    /// The text up to and with the last `separator`.
    fileprivate func prefix(through separator: Character) -> String {
        lastIndex(of: separator).map { String(self[...$0]) } ?? ""
    }
}
