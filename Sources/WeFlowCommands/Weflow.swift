internal import Dispatch
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

/// The command `weflow`: everything about an account on the command line.
public enum Weflow {
    /// What `--version` prints.
    static let version = "1.0.0"

    /// The commands under their headings.
    static let groups: [(title: String, commands: [any Command.Type])] = [
        (
            "Reading",
            [
                Messages.self, Search.self, Sessions.self, Contacts.self, Labels.self, GroupMembers.self,
                FriendRequests.self, Unread.self, Stats.self, Files.self, Favorites.self, Articles.self,
                AvatarList.self,
                Pull.self, Media.self, Sns.self, SQL.self,
            ]
        ),
        ("Keeping", [Archive.self]),
        ("Following", [Push.self]),
        ("Serving", [Serve.self, Health.self, Token.self, OpenAPI.self, MCP.self]),
        ("Setting up", [Setup.self, Sample.self, Check.self, Config.self, Completions.self, Manual.self]),
    ]

    /// Reads and runs the process's command line, and ends the process.
    ///
    /// Not `async`: the runtime opens descriptors of its own when the first task starts, and a standard stream that is
    /// closed has to be taken before.
    public static func start() -> Never {
        System.holdStandardStreams()
        ClosedProcess.close()
        // A closed pipe is then an error of `write`, told from others and no failure.
        Signal.brokenPipe.ignore()
        // So is a file that may not grow any more.
        Signal.fileTooLarge.ignore()
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Asked often and by scripts, and there is nothing to read.
        if arguments == ["--version"], printsVersion() { System.end(0) }
        let invocation = Invocation(arguments)
        if let code = invocation.shortage(in: .process()) { System.end(code) }
        if invocation.isBrief { MainThread.run { await System.end(invocation.run(in: .process())) } }
        Task.detached { await System.end(invocation.run(in: .process())) }
        // A thread that only waits would take the signals that Dispatch's sources wait for.
        dispatchMain()
    }
}

extension Weflow: Command {
    static let name = "weflow"
    static let abstract = "Read your own WeChat 4 account: messages, contacts, moments, media."
    static let examples = [
        "weflow setup", "weflow sessions --account DIR --key-file FILE",
        "weflow messages filehelper --limit 20 --format text",
        "weflow sample demo && weflow sessions --account demo",
    ]
    static let discussion = """
        DIR is the account folder, the one that holds db_storage; it is opened read-only, also while WeChat runs, but for \
        sns block-delete and sns delete. weflow setup finds the account, tries its key and writes both to weflow/config.json \
        in the configuration folder, so that the options can be left out. weflow alone says what it finds and what to do \
        next.
        """
    static var subcommands: [any Command.Type] { groups.flatMap(\.commands) }
}

/// Prints the version; where that fails it is done again, and what is wrong is said.
private func printsVersion() -> Bool {
    (try? Descriptor.standardOutput.write("\(Weflow.version)\n".utf8)) != nil
}
