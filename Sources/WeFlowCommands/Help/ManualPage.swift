internal import WeFlowOutput

/// The manual page `weflow(1)` in mdoc: the frame is written by hand, the options come from the commands.
struct ManualPage {
    private let root: CommandTree.Command

    init(_ root: CommandTree.Command) { self.root = root }

    /// The page.
    var text: String {
        [
            Self.head, commands, options, Self.section("FORMATS", Self.list(HelpTopic.formats.rows, "It Cm")),
            Self.section("ENVIRONMENT", Self.list(HelpTopic.variableRows, "It Ev")),
            Self.section("FILES", Self.list(HelpTopic.fileRows, "It Pa")),
            Self.section("EXIT STATUS", Self.list(HelpTopic.exitCodes.rows, "It")), Self.tail,
        ].joined(separator: "")
    }

    /// Groups of options that many commands share; they are described once.
    private static let shared = ["Account", "Output"]

    private var commands: String {
        var text = ".Sh COMMANDS\n"
        for command in Self.flat(root) where !command.isFamily {
            text += ".Ss \(command.path.joined(separator: " "))\n" + Self.prose(command.abstract)
            if !command.discussion.isEmpty { text += ".Pp\n" + Self.prose(command.discussion) }
            let own = command.arguments.filter { !Self.shared.contains($0.section) }
            text += Self.list(own)
            let groups = Self.shared.filter { title in command.arguments.contains { $0.section == title } }
            if !groups.isEmpty {
                text += ".Pp\nIt takes the \(groups.map { $0.lowercased() }.joined(separator: " and ")) options.\n"
            }
            if !command.examples.isEmpty {
                text +=
                    ".Bd -literal -offset indent\n" + command.examples.map(Self.escaped).joined(separator: "\n")
                    + "\n.Ed\n"
            }
        }
        return text
    }

    private var options: String {
        var text = ".Sh OPTIONS\n"
        for title in Self.shared {
            text += ".Ss \(title) options\n"
            guard
                let command = Self.flat(root).first(where: { command in
                    Self.shared.allSatisfy { title in command.arguments.contains { $0.section == title } }
                })
            else { continue }
            text += Self.list(command.arguments.filter { $0.section == title })
        }
        return text
    }

    private static func flat(_ command: CommandTree.Command) -> [CommandTree.Command] {
        command.subcommands.flatMap { [$0] + flat($0) }
    }

    private static func section(_ title: String, _ body: String) -> String { ".Sh \(title)\n" + body }

    private static func list(_ rows: [(term: String, text: String)], _ item: String) -> String {
        ".Bl -tag -width Ds\n" + rows.map { ".\(item) \(escaped($0.term))\n" + prose($0.text) }.joined() + ".El\n"
    }

    private static func list(_ arguments: [CommandTree.Argument]) -> String {
        guard !arguments.isEmpty else { return "" }
        let items = arguments.map { argument in
            var names = argument.names
            if argument.hasNegation { names += names.map { "--no-" + $0.dropFirst(2) } }
            let value = argument.kind == .flag ? "" : " Ar \(escaped(argument.valueName))"
            let flags = names.map { name in "Fl \(escaped(String(name.dropFirst())))" }.joined(separator: " , ")
            return ".It \(flags)\(value)\n".replacing(".It  ", with: ".It ") + prose(argument.abstract)
        }
        return ".Bl -tag -width Ds\n" + items.joined() + ".El\n"
    }

    /// Text in lines that are not too long, a sentence beginning a line of its own.
    private static func prose(_ text: String) -> String {
        text.replacing("\n", with: " ").replacing(". ", with: ".\n").split(separator: "\n")
            .flatMap { String($0).wrapped(to: 72) }.map { escaped($0) + "\n" }.joined()
    }

    /// Text without anything that the formatter would obey, and in ASCII.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'" where escaped.isEmpty: escaped += "\\(aq"
            case "." where escaped.isEmpty: escaped += "\\&."
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case _ where scalar.value > 0x7E:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let head = #"""
        .\" Written by: weflow manual
        .Dd November 24, 2026
        .Dt WEFLOW 1
        .Os
        .Sh NAME
        .Nm weflow
        .Nd read your own WeChat 4 account
        .Sh SYNOPSIS
        .Nm
        .Nm
        .Ar command
        .Op Ar subcommand
        .Op Ar options
        .Nm
        .Cm help
        .Op Ar command | Cm exit\-codes | environment | formats
        .Sh DESCRIPTION
        .Nm
        reads the account folder that the WeChat 4 desktop client keeps, with the key
        that you supply, and prints messages, chats, contacts, groups and moments
        as JSON, ChatLab or text; exports media; and serves all of it over HTTP to
        programs on the same machine.
        .Pp
        The store is opened live and read\-only, also while WeChat runs.
        No decrypted database is ever written.
        .Pp
        Without a command
        .Nm
        says which account it finds, whether it opens, and what to do next.
        .Pp
        A chat is named by its id, or by an exact remark, nickname or group name that
        fits only one.
        Times are
        .Li 20260131 ,
        .Li 2026\-01\-31 ,
        .Li 2026\-01\-31T08:30:00+08:00
        or Unix seconds, in local time where there is no zone.
        A switch such as
        .Fl \-media
        may also be written
        .Fl \-no\-media ,
        .Fl \-media=1
        or
        .Fl \-media=off .
        .Pp
        Data goes to the standard output, everything else to the standard error.
        What is the standard output of a command is the body of the answer that the
        HTTP API gives for the same parameters.

        """#

    private static let tail = #"""
        .Sh EXAMPLES
        Make an invented account, and look into it:
        .Bd -literal -offset indent
        weflow sample demo
        export WEFLOW_ACCOUNT=demo
        weflow sessions \-\-format table
        .Ed
        .Pp
        Read a chat in a pager:
        .Bd -literal -offset indent
        weflow messages wxid_abc \-\-limit 0 \-\-order asc \-\-format text | less
        .Ed
        .Pp
        Archive what arrives, in a table of cron:
        .Bd -literal -offset indent
        */5 * * * * weflow messages new \-\-state cursor \-\-format jsonl >> all.jsonl
        .Ed
        .Pp
        Run a command for each message, as it arrives:
        .Bd -literal -offset indent
        weflow push watch \-\-exec 'jq \-r .content | notify'
        .Ed
        .Pp
        Say what of the account can be read, without anything private in it:
        .Bd -literal -offset indent
        weflow check \-\-deep \-\-report
        .Ed
        .Sh SECURITY
        .Nm
        never takes a key from a running program.
        A key on the command line shows in the list of processes and in the history
        of the shell; a file of mode 0600, the standard input or a variable do not.
        A key file or settings that others can read are refused.
        .Pp
        Page keys that were derived are remembered, sealed with AES\-GCM under a key
        that comes of your own; without that key the file says nothing.
        Keys are never printed, nor are messages or names part of an error.
        .Pp
        The server listens on a loopback address only, wants its token for everything
        but its health and its description, and answers neither foreign names in
        .Li Host
        nor pages of foreign origin.
        Media are fetched only from hosts of the media network of WeChat and those that
        the settings add, never from private addresses.
        .Pp
        Nothing in the store is changed, but by
        .Ic weflow sns delete
        and
        .Ic weflow sns block\-delete ,
        which say so.

        """#
}
