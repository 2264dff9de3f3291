import Foundation
import TestSupport
import Testing

/// What every command ends with, and that a failure is one sentence and no output.
struct ExitCodeTests {
    /// What a command works on.
    enum Store: String, Sendable, CaseIterable {
        /// No account, so that an account is no matter to it.
        case none = "nothing"
        /// The messages.
        case messages = "message/message_0.db"
        /// The sessions.
        case sessions = "session/session.db"
        /// The contacts.
        case contacts = "contact/contact.db"
        /// The moments.
        case moments = "sns/sns.db"
        /// All databases there are.
        case all = "every database"
    }

    /// A command that is run as it should be.
    struct Command: Sendable, CustomTestStringConvertible {
        var line: String
        var store = Store.none
        /// Whether it says all that it has to say on the standard output.
        var prints = true
        var testDescription: String { line }
        var arguments: [String] { line.split(separator: " ").map(String.init) }
        /// The words that name it.
        var name: [String] { Array(arguments.prefix { !$0.hasPrefix("-") && $0.allSatisfy(\.isLowercaseWord) }) }
    }

    static let commands = [
        Command(line: "messages -- TALKER", store: .messages), Command(line: "messages new", store: .messages),
        Command(line: "pull -- TALKER", store: .messages), Command(line: "sessions", store: .sessions),
        Command(line: "contacts", store: .contacts), Command(line: "group-members -- GROUP", store: .contacts),
        Command(line: "sns timeline", store: .moments), Command(line: "sns usernames", store: .moments),
        Command(line: "sns stats", store: .moments), Command(line: "sns block-delete status", store: .moments),
        Command(line: "sns export --output-dir moments", store: .moments),
        Command(line: "sql --database contact -- SELECT(1)", store: .contacts), Command(line: "check", store: .all),
        Command(line: "config"), Command(line: "token"),
        Command(line: "openapi"), Command(line: "manual"), Command(line: "completions -- bash"),
        Command(line: "push on", prints: false), Command(line: "push off", prints: false),
        Command(line: "sample -- demo", prints: false), Command(line: "help"), Command(line: "help -- exit-codes"),
    ]

    private static let reading = commands.filter { $0.store != .none }

    private let account: FixtureAccount
    private let program: Program
    private let names: [String: String]

    init() throws {
        account = try FixtureAccount("none")
        program = try Program(account)
        let talkers = try #require(account.truth()["messages"]).members.keys.sorted()
        names = [
            "TALKER": try #require(talkers.first { $0.hasPrefix("wxid_") }),
            "GROUP": try #require(talkers.first { $0.hasSuffix("@chatroom") }),
        ]
    }

    private func run(_ line: String, _ variables: [String: String] = [:]) throws -> Program.Outcome {
        try program.run(line.split(separator: " ").map { names[String($0)] ?? String($0) }, variables)
    }

    private func expectFailure(_ outcome: Program.Outcome, _ status: Int32) {
        #expect(outcome.status == status)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weflow: error: ") && outcome.errors.hasSuffix("\n"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: commands) func whatIsWellIsZero(_ command: Command) throws {
        let outcome = try run(command.line)
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty != command.prints)
        #expect(!outcome.errors.contains("error: "))
    }

    @Test(arguments: commands.filter { $0.name != ["help"] }) func anUnknownOptionIsUsage(_ command: Command) throws {
        expectFailure(try run((command.name + ["--no-such-option"]).joined(separator: " ")), 64)
    }

    @Test(arguments: commands.filter(\.prints)) func aClosedOutputIsAFailureOfTheSystem(_ command: Command) throws {
        let line = command.arguments.map { "'\(names[$0] ?? $0)'" }.joined(separator: " ")
        expectFailure(try program.shell("exec $WEFLOW \(line) >&-"), 74)
    }

    @Test(arguments: reading) func withoutAnAccountNothingIsReadable(_ command: Command) throws {
        expectFailure(try run(command.line, ["WEFLOW_ACCOUNT": "/nowhere"]), 78)
        expectFailure(try run(command.line, ["WEFLOW_ACCOUNT": ""]), 78)
    }

    @Test(arguments: reading.filter { $0.store != .all }, ["", "abc", String(repeating: "0f", count: 32)])
    func withoutTheRightKeyNothingIsReadable(_ command: Command, key: String) throws {
        let encrypted = try FixtureAccount("raw-wal")
        expectFailure(try run(command.line, ["WEFLOW_ACCOUNT": encrypted.path, "WEFLOW_KEY": key]), 78)
    }

    /// A database that is not there is none that can be named in SQL, and a statement need not touch what is damaged.
    @Test(arguments: reading.filter { $0.name.first != "sql" }) func aMissingDatabaseIsNotReadable(_ command: Command)
        throws
    {
        let copy = try account.copy(to: program.scratch)
        for store in Store.allCases where store == command.store || command.store == .all {
            for number in 0..<4 {
                let name = store.rawValue.replacing("_0", with: "_\(number)")
                for path in [name, name.replacing("/message_", with: "/biz_message_")] {
                    let file = "\(copy)/db_storage/\(path)"
                    if FileManager.default.fileExists(atPath: file) { try FileManager.default.removeItem(atPath: file) }
                }
            }
        }
        let outcome = try run(command.line, ["WEFLOW_ACCOUNT": copy])
        if command.store == .all { #expect(outcome.status == 75) } else { expectFailure(outcome, 78) }
    }

    /// The rest is delivered, the file and the page are named.
    @Test(
        arguments: reading.filter {
            $0.line != "messages new" && $0.line != "sns block-delete status" && $0.name.first != "sql"
        })
    func aDamagedDatabaseIsReadInPart(_ command: Command) throws {
        let copy = try account.copy(to: program.scratch)
        let stores = command.store == .all ? [Store.messages, .sessions, .contacts, .moments] : [command.store]
        for store in stores {
            let file = URL(fileURLWithPath: "\(copy)/db_storage/\(store.rawValue)")
            var bytes = try Data(contentsOf: file)
            // All but the first, without which it would be no database.
            for page in 1..<bytes.count / 4096 {
                bytes.replaceSubrange(page * 4096..<(page + 1) * 4096, with: Data(repeating: 0x99, count: 4096))
            }
            try bytes.write(to: file)
        }
        let outcome = try run(command.line, ["WEFLOW_ACCOUNT": copy])
        #expect(outcome.status == 75)
        #expect(!outcome.output.isEmpty)
        if command.store != .all { #expect(outcome.errors.contains("\(command.store.rawValue): page ")) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var status: Int32
        var says = ""
        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(line: "messages", status: 64, says: "--talker is missing"),
        Case(line: "messages new --cursor x", status: 64, says: "cursor"),
        Case(line: "pull", status: 64, says: "--talker is missing"),
        Case(line: "group-members", status: 64, says: "--chatroom-id is missing"),
        Case(line: "sns media", status: 64, says: "--url is missing"),
        Case(line: "sns media --url http://127.0.0.1/x", status: 64, says: "127.0.0.1"),
        Case(line: "sns export", status: 64, says: "--output-dir is missing"),
        Case(line: "sns export --output-dir /dev/null/x", status: 64, says: "--output-dir: the folder /dev/null/x"),
        Case(line: "sns delete", status: 64, says: "--post-id is missing"),
        Case(line: "sns delete 1", status: 64, says: "--yes"),
        Case(line: "sns delete 1 --yes", status: 66, says: "Post not found"),
        Case(line: "media get", status: 64, says: "<path>"),
        Case(line: "media get nobody/images/x.jpg", status: 66, says: "Media not found"),
        Case(line: "media get ../x", status: 77, says: "leaves the media folder"),
        Case(line: "sample", status: 64, says: "<dir>"),
        Case(line: "sample /dev/null/x", status: 74, says: "/dev/null/x"),
        Case(line: "completions tcsh", status: 64, says: "<shell> must be bash, zsh or fish"),
        Case(line: "completions", status: 64, says: "<shell> is missing; give bash, zsh or fish"),
        Case(line: "sessions --limit -5", status: 64, says: "--limit is negative"),
        Case(line: "help --bogus", status: 64, says: "--bogus"),
        Case(line: "--account x sessions", status: 64, says: "options stand behind the command"),
        Case(line: "health --url nowhere", status: 64, says: "--url"),
        Case(line: "health --url http://127.0.0.1:1", status: 69, says: "no server answers"),
        Case(line: "push watch --url http://127.0.0.1:1", status: 77, says: "there is no token"),
        Case(line: "push watch --since-last", status: 64, says: "--state"),
        Case(line: "serve --host 192.0.2.1", status: 64, says: "--host"),
        Case(line: "serve --port 65536", status: 64, says: "--port"),
        Case(line: "sessions --output missing/x", status: 74, says: "missing/x"),
        Case(line: "nothing", status: 64, says: "there is no command nothing"),
        Case(line: "help nothing", status: 64, says: "there is no command nothing"),
    ])
    func otherFailuresHaveTheirOwnCodes(_ failure: Case) throws {
        let outcome = try run(failure.line)
        expectFailure(outcome, failure.status)
        #expect(outcome.errors.contains(failure.says))
    }

    /// Every option and argument that takes a chat or a person.
    static let naming = [
        "messages", "messages --format text", "messages --limit 0 --format jsonl", "pull", "group-members",
        "group-members --talker", "messages new --talker", "messages new --exclude", "push watch --talker",
        "push watch --exclude", "sns timeline --usernames", "sns export --output-dir moments --usernames",
        "serve --port 0 --push-list",
    ]

    @Test(arguments: naming, ["wxid_nobody", "没有的群", "1@chatroom"])
    func whomNobodyKnowsIsNotFound(line: String, name: String) throws {
        let outcome = try run("\(line) \(name)")
        expectFailure(outcome, 66)
        #expect(outcome.errors.contains(name))
    }

    @Test(arguments: ["messages new --talker", "push watch --exclude", "sns timeline --usernames"])
    func aListIsWrongWhereOneOfItIs(line: String) throws {
        expectFailure(try run("\(line) TALKER,wxid_nobody".replacing("TALKER", with: names["TALKER"] ?? "")), 66)
    }
}

extension Character {
    /// Whether it may stand in the name of a command.
    fileprivate var isLowercaseWord: Bool { self == "-" || ("a"..."z").contains(self) }
}
