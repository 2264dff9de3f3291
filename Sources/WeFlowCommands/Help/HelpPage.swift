internal import WeFlowOutput

/// The page that `--help` and `weflow help` print: examples first, then what the command does and what it takes.
struct HelpPage {
    let command: CommandTree.Command
    /// Columns; never more than 80, which is what a terminal has when it is small.
    let width: Int
    let style: TerminalStyle

    init(_ command: CommandTree.Command, width: Int, style: TerminalStyle) {
        self.command = command
        self.width = min(max(width, 40), 80)
        self.style = style
    }

    /// The page.
    var text: String {
        var parts = [command.examples.map { "  \($0)\n" }.joined()]
        parts.append(command.abstract.wrapped(to: width, indent: 0) + "\n")
        if !command.discussion.isEmpty { parts.append(command.discussion.wrapped(to: width, indent: 0) + "\n") }
        parts.append(usage)
        parts += groups
        if command.path.count == 1 {
            for group in Weflow.groups {
                parts.append(section(group.title, group.commands.map { ($0.name, $0.abstract) }))
            }
            parts.append(section("More help", Self.more))
        } else if !command.subcommands.isEmpty {
            parts.append(section("Subcommands", command.subcommands.map { ($0.name, $0.abstract) }))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static var more: [(term: String, text: String)] {
        [("weflow help <command>", "The options of a command, after examples.")]
            + HelpTopic.allCases.map { ("weflow help \($0.rawValue)", $0.abstract) }
            + [("weflow --version", "The version.")]
    }

    private var usage: String {
        let name = command.path.joined(separator: " ")
        var lines: [String] = []
        let positional = command.arguments.filter { $0.kind == .positional }.map { " \($0.label)" }.joined()
        if !command.isFamily {
            let options = command.arguments.contains { $0.kind != .positional } ? " [options]" : ""
            lines.append(name + positional + options)
        }
        if command.isFamily {
            lines.append("\(name) <command> [options]")
        } else {
            lines += command.subcommands.map { "\(name) \($0.name) [options]" }
        }
        return style.paint("Usage", .heading) + "\n" + lines.map { "  \($0)\n" }.joined()
    }

    private var groups: [String] {
        var order: [String] = []
        var rows: [String: [(term: String, text: String)]] = [:]
        for argument in command.arguments {
            let title = argument.section
            if rows[title] == nil { order.append(title) }
            rows[title, default: []].append((argument.label, argument.abstract))
        }
        return order.map { section($0, rows[$0] ?? []) }
    }

    private func section(_ title: String, _ rows: [(term: String, text: String)]) -> String {
        style.paint(title, .heading) + "\n" + TermList.text(rows, width: width)
    }
}
