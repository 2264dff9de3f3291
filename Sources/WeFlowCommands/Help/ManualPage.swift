/// The manual page `weflow(1)` in mdoc: the frame is written by hand, the options come from the commands.
struct ManualPage {
    private let root: CommandTree.Command

    init(_ root: CommandTree.Command) { self.root = root }

    /// The page.
    var text: String {
        [
            Self.head, commands, options, Mdoc.section("FORMATS", Mdoc.list(HelpTopic.formats.rows, "It Cm")),
            Mdoc.section("ENVIRONMENT", Mdoc.list(HelpTopic.variableRows, "It Ev")),
            Mdoc.section("FILES", Mdoc.list(HelpTopic.fileRows, "It Pa")),
            Mdoc.section("EXIT STATUS", Mdoc.list(HelpTopic.exitCodes.rows, "It")), Self.tail,
        ].joined(separator: "")
    }

    /// Groups of options that many commands share; they are described once.
    private static let shared = ["Account", "Output"]

    private var commands: String {
        var text = ".Sh COMMANDS\n"
        for command in Self.flat(root) where !command.isFamily {
            text += ".Ss \(command.path.joined(separator: " "))\n" + Mdoc.prose(command.abstract)
            if !command.discussion.isEmpty { text += ".Pp\n" + Mdoc.prose(command.discussion) }
            let own = command.arguments.filter { !Self.shared.contains($0.section) }
            text += Mdoc.list(own)
            let groups = Self.shared.filter { title in command.arguments.contains { $0.section == title } }
            if !groups.isEmpty {
                text += ".Pp\nIt takes the \(groups.map { $0.lowercased() }.joined(separator: " and ")) options.\n"
            }
            if !command.examples.isEmpty {
                text +=
                    ".Bd -literal -offset indent\n" + command.examples.map(Mdoc.escaped).joined(separator: "\n")
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
            text += Mdoc.list(command.arguments.filter { $0.section == title })
        }
        return text
    }

    private static func flat(_ command: CommandTree.Command) -> [CommandTree.Command] {
        command.subcommands.flatMap { [$0] + flat($0) }
    }

    private static let head = #"""
        .\" Written by: weflow manual
        .Dd November 29, 2026
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
        .Op Ar command | Cm exit\-codes | environment | formats | kinds
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
        weflow sample \(ti/weflow\-sample
        weflow sessions \-\-account \(ti/weflow\-sample \-\-format table
        .Ed
        .Pp
        Read a chat in a pager:
        .Bd -literal -offset indent
        weflow messages \[u86CB]\[u7CD5]\[u4F1A] \-\-limit 0 \-\-order asc \-\-format text | less
        .Ed
        .Pp
        Bring an archive of everything up to date, and read in it:
        .Bd -literal -offset indent
        weflow archive \(ti/wechat\-archive
        weflow archive read \(ti/wechat\-archive \[u5988]\[u5988] \-\-format text
        .Ed
        .Pp
        Say what of the account can be read, without anything private in it:
        .Bd -literal -offset indent
        weflow check \-\-deep \-\-report
        .Ed
        .Pp
        .Xr weflow-recipes 7
        has more: tables of cron, notifications, DuckDB, other computers, language
        models.
        .Sh SECURITY
        .Nm
        never takes a key from a running program.
        A key on the command line shows in the list of processes and in the history
        of the shell; a file of mode 0600, the standard input or a variable do not.
        A key file or settings that others can read are refused.
        .Pp
        Page keys that were derived are remembered, sealed with AES\-GCM under a key
        that comes of your own; without that key the file says nothing.
        Keys are wiped from memory after use and never printed, nor are messages or
        names part of an error.
        Programs that are started, by
        .Fl \-exec
        or to convert pictures, get an environment without keys and tokens.
        A crash leaves no core, and on Linux no other program of yours can look into
        the memory.
        .Pp
        What is written on the account of
        .Nm
        alone, state, journal, caches, exported media, has mode 0600 in folders of
        0700.
        Symbolic links in the place of a file that is to be written are neither followed
        nor replaced.
        What a killed run left unfinished the next one removes.
        .Pp
        The server listens on a loopback address only, wants its token for everything
        but its health and its description, compares it in constant time, and answers
        neither foreign names in
        .Li Host
        nor pages of foreign origin.
        .Ic weflow token \-\-rotate
        makes the old token void at once; streams and answers that wait end with it.
        Requests, connections and waiting times are bounded.
        .Pp
        Messages come from anybody: every length is checked before it is used, XML
        entities are not expanded, and what a terminal would obey, and marks that turn
        the direction of writing, are taken out of text and tables and stand as escapes
        in JSON.
        Media are fetched only from hosts of the media network of WeChat and those that
        the settings add, never from private addresses, redirects and DNS answers
        included.
        .Pp
        Nothing in the store is changed, but by
        .Ic weflow sns delete
        and
        .Ic weflow sns block\-delete ,
        which say so.
        Who can read your files as you can read your history, with or without
        .Nm .
        .Sh SEE ALSO
        .Xr weflow-api 5 ,
        .Xr weflow-recipes 7

        """#
}
