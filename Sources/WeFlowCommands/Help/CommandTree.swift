internal import WeFlowParameters
internal import WeFlowQuery

/// What the commands say of themselves: the one source of the help, the manual and the completions.
struct CommandTree {
    /// A command with all that can follow it.
    struct Command {
        /// The words that call it, the program's name among them.
        var path: [String]
        /// What it does, a sentence.
        var abstract: String
        /// Command lines that show it, one or more.
        var examples: [String]
        /// What is to be said besides.
        var discussion: String
        /// Its subcommands.
        var subcommands: [Command]
        /// What it takes itself.
        var arguments: [Argument]
        /// Whether it is nothing but the head of others.
        var isFamily: Bool

        /// Its name, the last word of its path.
        var name: String { path.last ?? "" }

        init(_ type: any WeFlowCommands.Command.Type, below parents: [String] = []) {
            let path = parents + [type.name]
            self.path = path
            (abstract, examples, discussion) = (type.abstract, type.examples, type.discussion)
            subcommands = type.subcommands.map { Command($0, below: path) }
            arguments = type.parameters.filter { $0.scope.contains(.commandLine) }.flatMap(Argument.all)
            isFamily = type.isFamily
        }

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
    struct Argument {
        /// What an argument takes.
        enum Kind: Equatable { case positional, option, flag }

        var kind: Kind
        /// All its names with their dashes; none for a positional argument.
        var names: [String]
        /// What it is for.
        var abstract: String
        /// What is declared of it.
        var parameter: ParameterDeclaration

        /// What stands for its value.
        var valueName: String { parameter.argumentName }
        /// The group that it belongs to.
        var section: String { parameter.group.rawValue }
        /// The values that it takes, where they can be listed.
        var values: [String] { parameter.choices(in: .commandLine).map(\.word) }
        /// Whether it is a switch that can be turned off by `--no-`.
        var hasNegation: Bool { parameter.hasNegation }

        /// How it is written.
        var label: String {
            switch kind {
            case .positional: return parameter.argumentLabel
            case .option: return names.joined(separator: ", ") + " <\(valueName)>"
            case .flag:
                guard hasNegation, let name = names.first else { return names.joined(separator: ", ") }
                return "--[no-]" + name.dropFirst(2)
            }
        }

        /// How a parameter can be written: as an option, as an argument, or as either.
        static func all(_ parameter: ParameterDeclaration) -> [Argument] {
            let help = parameter.help(in: .commandLine)
            var names = parameter.letter.map { ["-" + String(decoding: [$0], as: UTF8.self)] } ?? []
            names += parameter.names.map { "--" + ParameterDeclaration.optionName($0) }
            let argument = Argument(kind: .positional, names: [], abstract: help, parameter: parameter)
            let option = Argument(
                kind: parameter.isSwitch ? .flag : .option, names: names, abstract: help, parameter: parameter)
            switch parameter.position {
            case .named: return [option]
            case .argument, .arguments: return [argument]
            case .either:
                var same = option
                same.abstract = "The same as the argument."
                return [argument, same]
            }
        }
    }

    /// The program itself.
    let root = Command(Weflow.self)
}
