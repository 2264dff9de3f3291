public import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The command `weflow`: everything about an account on the command line.
public struct Weflow: AsyncParsableCommand {
    /// The name, the version and the subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "weflow",
        abstract: "Read your own WeChat 4 account: messages, contacts, moments, media.",
        discussion: """
            weflow sessions --account DIR --key-file FILE
            weflow messages filehelper --limit 20

            DIR is the account folder, the one that holds db_storage; it is opened read-only, also while WeChat runs, \
            but for sns block-delete and sns delete. Set WEFLOW_ACCOUNT and WEFLOW_KEY, or write them to weflow/config.json in the configuration folder, and \
            leave the options out.
            """,
        version: "1.0.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Reading",
                subcommands: [
                    Messages.self, Sessions.self, Contacts.self, GroupMembers.self, Pull.self, Media.self, Sns.self,
                ]),
            CommandGroup(name: "Following", subcommands: [Push.self]),
            CommandGroup(name: "Serving", subcommands: [Serve.self, Health.self, Token.self, OpenAPI.self]),
            CommandGroup(name: "Setting up", subcommands: [Sample.self, Check.self, Config.self]),
        ])

    /// What an error begins with, that of a subcommand too.
    public static var _errorPrefix: String { "weflow: error: " }

    /// Makes a command, for the parser.
    public init() {}

    /// Parses and runs the process's command line, and ends the process.
    public static func main() async {
        // A closed pipe is then an error of `write`, told from others and no failure.
        signal(SIGPIPE, SIG_IGN)
        await main(Switches.expanded(Array(CommandLine.arguments.dropFirst())))
    }
}
