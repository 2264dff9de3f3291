import Foundation
import TestSupport
import Testing

/// A failure is one sentence on the standard error, nothing on the standard output, and the exit code of its kind.
struct FailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var status: Int32
        var says: String
        var variables: [String: String] = [:]
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Case(arguments: ["messages", "x", "--limit", "1x"], status: 64, says: "--limit is not a whole number"),
        Case(arguments: ["messages", "x", "--limit", "1.5"], status: 64, says: "--limit is not a whole number"),
        Case(arguments: ["messages", "x", "--offset", "1e3"], status: 64, says: "--offset is not a whole number"),
        Case(arguments: ["messages", "x", "--start", "20260231"], status: 64, says: "--start"),
        Case(arguments: ["messages", "x", "--end", "yesterday"], status: 64, says: "--end"),
        Case(arguments: ["messages", "x", "--format", "xml"], status: 64, says: "--format must be json, "),
        Case(arguments: ["messages", "x", "--order", "up"], status: 64, says: "--order must be "),
        Case(arguments: ["messages"], status: 64, says: "--talker is missing"),
        Case(
            arguments: ["messages", "x", "--talker", "y"], status: 64,
            says: "the argument and --talker are not the same"),
        Case(arguments: ["messages", "x", "--media=maybe"], status: 64, says: "--media"),
        Case(arguments: ["messages", "x", "--limmit", "1"], status: 64, says: "--limit"),
        Case(
            arguments: ["sessions", "--format", "text"], status: 64,
            says: "--format must be json, chatlab, jsonl, csv or table"),
        Case(arguments: ["sessions", "--format", "tabel"], status: 64, says: "; did you mean table?"),
        Case(
            arguments: ["contacts", "--format", "chatlab"], status: 64,
            says: "--format must be json, jsonl, csv, vcf or table"),
        Case(arguments: ["sesions"], status: 64, says: "did you mean weflow sessions?"),
        Case(arguments: ["sns", "stat"], status: 64, says: "did you mean weflow sns stats?"),
        Case(
            arguments: ["sessions", "--limt", "1"], status: 64, says: "there is no option --limt; did you mean --limit?"
        ),
        Case(arguments: ["check", "--color", "red"], status: 64, says: "--color must be auto, always or never"),
        Case(arguments: ["group-members"], status: 64, says: "--chatroom-id is missing"),
        Case(arguments: ["search"], status: 64, says: "there is nothing to search for"),
        Case(arguments: ["search", " ", "--any"], status: 64, says: "there is nothing to search for"),
        Case(arguments: ["search", "a", "--type", "flie"], status: 64, says: "--type knows no flie"),
        Case(arguments: ["search", "a", "--cursor", "s1.AAAA"], status: 64, says: "cursor is not one"),
        Case(arguments: ["stats", "--by", "days"], status: 64, says: "--by knows no days"),
        Case(arguments: ["group-members", "a@chatroom", "--talker", "b@chatroom"], status: 64, says: "disagree"),
        Case(
            arguments: ["sessions"], status: 78, says: "there is no such folder",
            variables: ["WEFLOW_ACCOUNT": "/nowhere"]),
        Case(
            arguments: ["sessions"], status: 78, says: "no account folder is given", variables: ["WEFLOW_ACCOUNT": ""]),
        Case(
            arguments: ["sessions"], status: 78, says: "is encrypted and there is no key", variables: ["WEFLOW_KEY": ""]
        ),
        Case(arguments: ["sessions"], status: 78, says: "neither 64 nor 96", variables: ["WEFLOW_KEY": "abc"]),
        Case(
            arguments: ["sessions"], status: 78, says: "the key does not fit session/session.db",
            variables: ["WEFLOW_KEY": String(repeating: "0f", count: 32)]),
        Case(arguments: ["sessions", "--key-file", "missing"], status: 78, says: "there is no such key file"),
        Case(
            arguments: ["sessions", "--output", "missing/folder/x"], status: 74,
            says: "missing/folder/x cannot be written"),
    ])
    func aFailureIsOneSentence(_ failure: Case) throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let outcome = try program.run(failure.arguments, failure.variables)
        #expect(outcome.status == failure.status)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weflow: error: "))
        #expect(outcome.errors.contains(failure.says))
        for secret in [account.key, failure.variables["WEFLOW_KEY"]] {
            if let secret, secret.count > 3 { #expect(!outcome.errors.contains(secret)) }
        }
    }

    @Test func aKeyFileThatOthersReadIsRefused() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let file = program.scratch.file("key")
        try program.scratch.write(Array((account.key ?? "").utf8), to: "key")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let refused = try program.run(["sessions", "--key-file", file])
        #expect(refused.status == 78 && refused.output.isEmpty)
        #expect(refused.errors.contains("run chmod 600 \(file)"))
        #expect(try program.shell("chmod 600 \(file) && $WEFLOW sessions --key-file \(file)").status == 0)
    }

    @Test func aConfigurationWithASecretThatOthersReadIsRefused() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let file = program.scratch.file("config/weflow/config.json")
        try FileManager.default.createDirectory(
            atPath: program.scratch.file("config/weflow"), withIntermediateDirectories: true)
        try program.scratch.write(Array(#"{"imageKey": "abcdefghijklmnop"}"#.utf8), to: "config/weflow/config.json")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let refused = try program.run(["sessions"])
        #expect(refused.status == 78 && refused.output.isEmpty)
        #expect(refused.errors.contains("run chmod 600 \(file)"))
        #expect(!refused.errors.contains("abcdefgh"))
    }

    @Test func whatADamagedPageDoesNotTouchIsDelivered() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        let path = copy + "/db_storage/message/message_0.db"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        // A page that holds messages of one talker.
        let page = 19
        bytes[(page - 1) * 4096 + 100] ^= 0x01
        try Data(bytes).write(to: URL(fileURLWithPath: path))

        var statuses: Set<Int32> = []
        for talker in try #require(account.truth()["messages"]).members.keys.sorted() {
            let wanted = try account.messages(of: talker)
            let outcome = try program.run(["messages", talker, "--limit", "0"], ["WEFLOW_ACCOUNT": copy])
            statuses.insert(outcome.status)
            let messages = try #require(outcome.json()["messages"]).items
            if outcome.status == 0 {
                #expect(messages.count == wanted.count && outcome.errors.isEmpty)
            } else {
                #expect(outcome.errors.contains("message/message_0.db: page \(page) "))
                #expect(messages.count < wanted.count)
                let known = Set(wanted.compactMap { $0["serverId"]?.text })
                #expect(messages.allSatisfy { known.contains($0["serverId"]?.text ?? "") })
            }
        }
        #expect(statuses == [0, 75])
    }

    @Test func commitsBehindABreakOfTheLogAreNotLostInSilence() throws {
        let account = try FixtureAccount("raw-wal")
        let program = try Program(account)
        let talkers = try #require(account.truth()["messages"]).members.keys.sorted()
        let copy = try account.copy(to: program.scratch)
        let path = copy + "/db_storage/message/message_0.db-wal"
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let frames = (whole.count - 32) / 4120
        func outcome(_ bytes: [UInt8], _ arguments: [String]) throws -> Program.Outcome {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return try program.run(arguments, ["WEFLOW_ACCOUNT": copy])
        }
        #expect(try outcome(whole, ["messages", talkers[0], "--limit", "0"]).status == 0)
        for place in [3, 20, 32 + 4, 32 + 10, 32 + 1000, 32 + 4120 * (frames / 2) + 77] {
            var bytes = whole
            bytes[place] ^= 0x10
            for command in [["messages", talkers[0], "--limit", "0"], ["stats"], ["check"]] {
                let outcome = try outcome(bytes, command)
                #expect(outcome.status == 75)
                #expect(outcome.errors.contains("message/message_0.db-wal: "))
            }
        }
        // Of a transaction that was never ended nothing is lost.
        for end in [whole.count - 4120, whole.count - 2000] {
            #expect(try outcome(Array(whole[..<end]), ["stats"]).errors.contains("-wal") == false)
        }
    }

    @Test(arguments: ["message/message_0.db-shm", "message/message_0.db-journal", "contact/contact.db"])
    func aPipeInTheStoreIsNotWaitedFor(_ name: String) throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        let path = "\(copy)/db_storage/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        let stats = try program.run(["stats"], ["WEFLOW_ACCOUNT": copy])
        #expect(try stats.status == 0 && stats.json()["total"]?.int ?? 0 > 0)
        #expect(stats.errors.contains("contact.db cannot be read") == name.hasPrefix("contact"))
        #expect(try program.run(["contacts"], ["WEFLOW_ACCOUNT": copy]).status == (name.hasPrefix("contact") ? 70 : 0))
    }

    @Test func withoutContactsIdsStandForNames() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        try FileManager.default.removeItem(atPath: copy + "/db_storage/contact/contact.db")
        let sessions = try program.run(["sessions"], ["WEFLOW_ACCOUNT": copy])
        #expect(sessions.status == 0)
        #expect(sessions.errors.hasPrefix("weflow: warning: "))
        #expect(sessions.errors.contains("contact.db"))
        #expect(try sessions.json()["count"]?.int == account.truth()["sessions"]?.items.count)
        let contacts = try program.run(["contacts"], ["WEFLOW_ACCOUNT": copy])
        #expect(contacts.status == 78 && contacts.output.isEmpty)
        #expect(contacts.errors.contains("contact.db"))
    }
}
