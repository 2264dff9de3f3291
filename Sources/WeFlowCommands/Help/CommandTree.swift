internal import ArgumentParser
internal import WeFlowPages
internal import WeFlowQuery

/// What the commands say of themselves: the one source of the help, the manual and the completions.
struct CommandTree {
    /// A command with all that can follow it.
    struct Command {
        /// The words that call it, the program's name among them.
        var path: [String]
        /// The words that have to be written: a subcommand that is meant anyway is not.
        var spoken: [String]
        /// What it does, a sentence.
        var abstract: String
        /// Command lines that show it, one or more.
        var examples: [String]
        /// What is to be said besides.
        var discussion: String
        /// The subcommand that is meant where none is named.
        var standard: String?
        /// Its subcommands.
        var subcommands: [Command]
        /// Its own arguments, without those of its subcommands.
        var ownArguments: [Argument]

        /// Its name, the last word of its path.
        var name: String { path.last ?? "" }
        /// Its arguments, and those of the subcommand that is meant where none is named.
        var arguments: [Argument] {
            ownArguments + (subcommands.first { $0.name == standard }?.ownArguments ?? [])
        }
        /// The subcommands that have to be named.
        var namedSubcommands: [Command] { subcommands.filter { $0.name != standard } }

        /// The command that words below this one call, as far as they do.
        func descendant(_ words: some Sequence<String>) -> Command {
            var command = self
            for word in words {
                guard let next = command.subcommands.first(where: { $0.name == word }) else { break }
                command = next
            }
            return command
        }
    }

    /// An argument, an option or a switch.
    struct Argument: Equatable {
        /// What an argument takes.
        enum Kind: Equatable { case positional, option, flag }

        var kind: Kind
        /// All its names with their dashes; none for a positional argument.
        var names: [String]
        /// What stands for its value.
        var valueName: String
        /// The group that it belongs to, empty where it belongs to none.
        var section: String
        /// What it is for.
        var abstract: String
        /// The values that it takes, where they can be listed.
        var values: [String] = []
        /// How the shell can complete its value.
        var completes: Completes = .nothing
        /// Whether it is a switch that can be turned off by `--no-`.
        var hasNegation = false

        /// Where values come from.
        enum Completes: Equatable { case nothing, files, folders, program }

        /// How it is written.
        var label: String {
            switch kind {
            case .positional: return "<\(valueName)>"
            case .option: return names.joined(separator: ", ") + " <\(valueName)>"
            case .flag:
                guard hasNegation, let name = names.first else { return names.joined(separator: ", ") }
                return "--[no-]" + name.dropFirst(2)
            }
        }
    }

    /// The program itself.
    let root: Command

    /// Asks the commands.
    ///
    /// - Throws: `.system` where they cannot be read, which a test excludes.
    init() throws(WeFlowError) {
        let broken = WeFlowError(.system, "the commands do not describe themselves; please report this")
        let document: JSONValue
        do {
            document = try JSONValue(
                parsing: Array(Weflow._dumpHelp().utf8), limits: .init(depth: 64, values: 1_000_000))
        } catch {
            throw broken
        }
        guard let command = document["command"] else { throw broken }
        root = Self.command(command, below: [], spoken: [])
    }

    private static func command(
        _ json: JSONValue, below parents: [String], spoken before: [String], isStandard: Bool = false
    ) -> Command {
        let name = json["commandName"].text
        let path = parents + [name]
        let spoken = before + (isStandard ? [] : [name])
        let standard = json["defaultSubcommand"]?.asText
        // Examples are the first paragraph.
        let discussion = json["discussion"].text.split(separator: "\n\n", maxSplits: 1)
        return Command(
            path: path, spoken: spoken, abstract: json["abstract"].text,
            examples: discussion.first.map { $0.split(separator: "\n").map(String.init) } ?? [],
            discussion: discussion.count > 1 ? String(discussion[1]) : "",
            standard: standard,
            subcommands: json["subcommands"].items.filter { $0["shouldDisplay"] != .bool(false) }
                .map { command($0, below: path, spoken: spoken, isStandard: $0["commandName"]?.asText == standard) }
                .filter { $0.name != "help" },
            ownArguments: arguments(json["arguments"].items.filter { $0["shouldDisplay"] != .bool(false) }))
    }

    private static func arguments(_ list: [JSONValue]) -> [Argument] {
        var arguments: [Argument] = []
        for json in list {
            let argument = argument(json)
            // Every command has these two, and they are told of once.
            if argument.names.contains("--help") || argument.names.contains("--version") { continue }
            if argument.kind == .flag, let last = arguments.indices.last,
                let positive = arguments[last].names.first, argument.names.first == "--no-" + positive.dropFirst(2)
            {
                arguments[last].hasNegation = true
            } else {
                arguments.append(argument)
            }
        }
        return arguments
    }

    private static func argument(_ json: JSONValue) -> Argument {
        let kind: Argument.Kind =
            switch json["kind"].text {
            case "positional": .positional
            case "option": .option
            default: .flag
            }
        let names = json["names"].items.map { name in
            (name["kind"]?.asText == "short" ? "-" : "--") + (name["name"]?.asText ?? "")
        }
        var abstract = json["abstract"].text
        let standard = json["defaultValue"].text
        if !standard.isEmpty, kind == .option, !abstract.contains("(default") { abstract += " (default: \(standard))" }
        var argument = Argument(
            kind: kind, names: names, valueName: json["valueName"].text, section: json["sectionTitle"].text,
            abstract: abstract)
        let completion = json["completionKind"]
        argument.values = completion?["list"]?["values"].items.map(\.asText) ?? json["allValues"].items.map(\.asText)
        if completion?["file"] != nil { argument.completes = .files }
        if completion?["directory"] != nil { argument.completes = .folders }
        if completion?["custom"] != nil { argument.completes = .program }
        return argument
    }
}

extension JSONValue {
    /// The text of a string, else none.
    fileprivate var asText: String {
        if case .string(let text) = self { text } else { "" }
    }
}

extension JSONValue? {
    fileprivate var text: String { self?.asText ?? "" }
    fileprivate var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }
}
