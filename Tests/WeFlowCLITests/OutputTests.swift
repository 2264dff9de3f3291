import Foundation
import TestSupport
import Testing

/// Pipes, files and terminals.
struct OutputTests {
    private let account: FixtureAccount
    private let talker: String

    init() throws {
        account = try FixtureAccount("none")
        talker = try #require(
            account.truth()["messages"]?.members.max { $0.value.items.count < $1.value.items.count }?.key)
    }

    @Test func theVersionIsPrinted() throws {
        let outcome = try Program().run(["--version"])
        #expect(outcome.text == "1.0.0\n" && outcome.errors.isEmpty && outcome.status == 0)
    }

    @Test func everyCommandHelps() throws {
        let program = try Program()
        for command in ["messages", "sessions", "contacts", "group-members", "pull", "config", "token"] {
            let outcome = try program.run([command, "--help"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            let first = outcome.text.prefix { $0 != "\n" }
            #expect(first.hasPrefix("  weflow \(command)") || first.contains("$(weflow \(command))"))
            #expect(try program.run(["help", command]).output == outcome.output)
        }
        #expect(try program.run(["help"]).output == program.run(["--help"]).output)
        #expect(try program.run(["help", "formats"]).text.contains("chatlab-jsonl"))
    }

    @Test func aClosedPipeEndsQuietly() throws {
        let program = try Program(account)
        let outcome = try program.shell(
            "{ $WEFLOW messages '\(talker)' --limit 0 --format jsonl; echo $? >&2; } | :")
        #expect(outcome.errors == "0\n")
        let head = try program.shell("$WEFLOW messages '\(talker)' --format text | head -1")
        #expect(head.errors.isEmpty && head.text.split(separator: "\n").count == 1)
    }

    #if os(Linux)
        @Test func aFullDiskIsAFailure() throws {
            let outcome = try Program(account).shell("$WEFLOW sessions > /dev/full")
            #expect(outcome.status == 74)
            #expect(outcome.errors.hasPrefix("weflow: error: the standard output cannot be written: "))
        }
    #endif

    @Test func aClosedStreamIsAFailureAndNoOtherFileIsTakenForIt() throws {
        let program = try Program(account)
        let closed = try program.shell("$WEFLOW sessions >&-")
        #expect(closed.status == 74 && closed.errors.contains("the standard output cannot be written"))
        #expect(try program.shell("$WEFLOW sessions >&- 2>&-").status == 74)
        #expect(try program.shell("$WEFLOW sessions <&-").status == 0)
        let key = try program.shell("$WEFLOW sessions --key-file - <&-")
        #expect(key.status == 74 && key.errors.contains("the standard input cannot be read"))
    }

    @Test func theWordsOfTheUsersLanguageAreNeverLost() throws {
        let program = try Program(account)
        let wanted = try program.run(["sessions", "--format", "table"]).output
        #expect(try program.run(["sessions", "--format", "table"], ["LC_ALL": "C", "LANG": "C"]).output == wanted)
    }

    @Test func aPipeSeesNoEscape() throws {
        let outcome = try Program(account).run(["messages", talker, "--limit", "0"])
        #expect(!outcome.output.contains(0x1B) && outcome.errors.isEmpty)
    }

    @Test func prettyIsTheSameOnMoreLines() throws {
        let program = try Program(account)
        let compact = try program.run(["messages", talker])
        let pretty = try program.run(["messages", talker, "--pretty"])
        #expect(pretty.text.hasPrefix("{\n  \"success\": true,\n"))
        #expect(try pretty.json() == compact.json())
    }

    @Test func aFileIsPrivateAndHoldsWhatThePipeDoes() throws {
        let program = try Program(account)
        let piped = try program.run(["messages", talker, "--limit", "0"])
        let written = try program.run(["messages", talker, "--limit", "0", "--output", "out.json"])
        #expect(written.status == 0 && written.output.isEmpty && written.errors.isEmpty)
        #expect(try program.scratch.bytes(of: "out.json") == piped.output)
        #expect(try mode(program.scratch.file("out.json")) == 0o600)
        #expect(try program.run(["messages", talker, "--limit", "0", "-o", "out.json.gz"]).status == 0)
        #expect(try program.shell("gzip -dc out.json.gz").output == piped.output)
        #expect(try program.shell("ls -A").text.split(separator: "\n").filter { $0.contains("part") }.isEmpty)
    }

    @Test func aFailureLeavesAnOlderFileAlone() throws {
        let program = try Program(account)
        try program.scratch.write([1, 2, 3], to: "out.json")
        let outcome = try program.run(["sessions", "--output", "out.json"], ["WEFLOW_ACCOUNT": "/nowhere"])
        #expect(outcome.status == 78)
        #expect(try program.scratch.bytes(of: "out.json") == [1, 2, 3])
    }

    @Test func switchesInAllFormsAreTheSame() throws {
        let program = try Program(account)
        let plain = try program.run(["messages", talker, "--chatlab"]).json()
        #expect(plain["chatlab"]?["version"] == .string("0.0.2"))
        for form in [
            ["--chatlab=1"], ["--chatlab=true"], ["--format", "chatlab"], ["--format=chatlab", "--no-chatlab"],
        ] {
            #expect(try program.run(["messages", talker] + form).json()["messages"] == plain["messages"])
        }
        for form in [["--no-chatlab"], ["--chatlab=0"], ["--chatlab", "--format", "json"], ["--chatlab="]] {
            #expect(try program.run(["messages", talker] + form).json()["success"] == .bool(true))
        }
    }

    @Test func numbersAreClamped() throws {
        let program = try Program(account)
        #expect(try program.run(["sessions", "--limit=99999999999999999999", "--offset", "-1"]).status == 0)
    }

    /// A limit beyond what the API takes is honoured, and 0 is everything, for every list.
    @Test func anyLimitIsHonoured() throws {
        let program = try Program(account)
        let all = try program.run(["messages", talker, "--limit", "0"])
        #expect(try program.run(["messages", talker, "--limit", "20000"]).output == all.output)
        let count = try #require(try all.json()["count"]?.int)
        #expect(try count == account.messages(of: talker).count)
        let pulled = try program.run(["pull", talker, "--limit", "0"]).json()
        #expect(pulled["messages"]?.items.count == count && pulled["sync"]?["hasMore"] == .bool(false))
        let posts = try program.run(["sns", "timeline", "--limit", "0"]).json()["count"]
        #expect(try program.run(["sns", "timeline", "--limit", "5000"]).json()["count"] == posts)
        #expect(try (posts?.int ?? 0) > program.run(["sns", "timeline", "--limit", "1"]).json()["count"]?.int ?? 0)
        let new = ["messages", "new", "--since", "2000-01-01", "--limit"]
        let arrived = try program.run(new + ["0"]).json()
        #expect(arrived["hasMore"] == .bool(false) && (arrived["count"]?.int ?? 0) >= count)
        for list in ["messages", "sessions", "contacts", "pull", "sns timeline", "messages new"] {
            let words = list.split(separator: " ").map(String.init) + ["--limit", "-1"]
            let refused = try program.run(words + (["messages", "pull"].contains(list) ? [talker] : []))
            #expect(refused.status == 64 && refused.errors.contains("--limit is negative"), "\(list)")
        }
    }

    @Test func textIsForReading() throws {
        let wanted = try account.messages(of: talker)
        let outcome = try Program(account).run(["messages", talker, "--limit", "0", "--format", "text"])
        let starts = outcome.text.split(separator: "\n").filter { !$0.hasPrefix("    ") }
        let days = starts.filter { $0.dropFirst(4).hasPrefix("-") }
        let messages = starts.filter { $0.dropFirst(2).hasPrefix(":") }
        #expect(days.count + messages.count == starts.count && messages.count == wanted.count)
        #expect(messages.allSatisfy { $0.dropFirst(8).hasPrefix("  ") })
        // Each day once, the newest at the end, whichever way the messages were read.
        #expect(days == days.sorted() && Set(days).count == days.count && starts.first == days.first)
        let page = try Program(account).run(["messages", talker, "--limit", "10000", "--format", "text"])
        #expect(page.output == outcome.output && page.errors.isEmpty)
        let part = try Program(account).run(["messages", talker, "--limit", "3", "--format", "text"])
        #expect(outcome.text.hasSuffix(String(part.text.drop { $0 != "\n" }.dropFirst())))
        let newestFirst = try Program(account).run(
            ["messages", talker, "--limit", "0", "--format", "text", "--order", "desc"])
        let reversed = newestFirst.text.split(separator: "\n").filter { $0.dropFirst(2).hasPrefix(":") }
        #expect(reversed == messages.reversed())
        for offset in [1, 3, wanted.count - 1, wanted.count] {
            let rest = try Program(account).run(
                ["messages", talker, "--limit", "0", "--offset", "\(offset)", "--format", "text"])
            let lines = rest.text.split(separator: "\n").filter { $0.dropFirst(2).hasPrefix(":") }
            #expect(lines == Array(messages.dropLast(offset)))
        }
        #expect(part.errors == "weflow: more messages follow; --limit 0 prints all of them, --offset goes on\n")
        #expect(!outcome.output.contains(0x1B))
    }

    @Test func tablesAreForReading() throws {
        let program = try Program(account)
        let sessions = try #require(account.truth()["sessions"]).items
        let table = try program.run(["sessions", "--format", "table", "--limit", "10000"])
        let lines = table.text.split(separator: "\n")
        #expect(table.status == 0 && lines.count == sessions.count + 1 && lines[0].hasPrefix("LAST  "))
        for session in sessions { #expect(lines.contains { $0.hasSuffix(session["username"]?.text ?? "?") }) }
        let some = try program.run(["sessions", "--format", "table", "--limit", "2"])
        #expect(some.errors.hasPrefix("weflow: \(sessions.count - 2) more chats follow; --limit 0 lists all"))
        let all = try program.run(["sessions", "--format", "table", "--limit", "0"])
        #expect(all.output == table.output && all.errors.isEmpty)
        #expect(
            try program.run(["contacts", "--format=table", "--limit=1"]).errors.contains(" more contacts follow; "))
        #expect(
            try program.run(["contacts", "--limit=0"]).output == program.run(["contacts", "--limit=10000"]).output)
        #expect(try program.run(["contacts", "--format", "table"]).text.hasPrefix("TYPE  "))
        let group = try #require(sessions.compactMap { $0["username"]?.text }.first { $0.hasSuffix("@chatroom") })
        let members = try program.run(["group-members", group, "--with-counts", "--format=table"]).text
        #expect(members.hasPrefix("MESSAGES  NAME"))
        #expect(try program.run(["sessions", "--format", "table", "--keyword", "nobody has this"]).output.isEmpty)
    }

    @Test func coloursAreWhereTheyAreWanted() throws {
        let program = try Program(account)
        let plain = try program.run(["sessions", "--format", "table"])
        #expect(!plain.output.contains(0x1B))
        #expect(try program.run(["sessions", "--format", "table", "--color", "never"]).output == plain.output)
        let coloured = try program.run(["sessions", "--format", "table", "--color=always"])
        #expect(coloured.text.replacing(/\u{1B}\[\d+m/, with: "") == plain.text && coloured.output.contains(0x1B))
        let json = try program.run(["sessions", "--color=always"])
        #expect(!json.output.contains(0x1B))
    }

    @Test func nothingButAnAccountSaysWhatIsNext() throws {
        let found = try Program(account).run([])
        #expect(found.status == 0 && found.text.contains("WEFLOW_ACCOUNT") && found.text.contains("Chats"))
        let nothing = try Program().run([])
        #expect(nothing.status == 0 && nothing.text.contains("weflow sample demo"))
        let wrong = try Program().run([], ["WEFLOW_ACCOUNT": "/nowhere"])
        #expect(wrong.status == 0 && wrong.text.contains("there is no such folder"))
        let program = try Program()
        let folder = program.scratch.file("Documents/xwechat_files/wxid_a_1234/db_storage")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try program.run([]).text.contains("which is not set yet"))
    }

    @Test func completionsAreSilentWithoutAnAccount() throws {
        let program = try Program()
        let outcome = try program.run(["__complete", "messages", "wx"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.text == "words\n")
        #expect(try program.run(["__complete", "sess"]).text.hasPrefix("words\nsessions\t"))
    }

    @Test func pullGoesOldestFirstAndSaysWhereToGoOn() throws {
        let program = try Program(account)
        let answer = try program.run(["pull", talker, "--limit", "3"]).json()
        let wanted = try account.messages(of: talker).reversed().prefix(3).map { $0["createTime"] }
        #expect(answer["messages"]?.items.map { $0["timestamp"] } == wanted)
        #expect(answer["sync"]?["hasMore"] == .bool(true))
        #expect(answer["sync"]?["nextOffset"]?.int == 3 && answer["sync"]?["nextSince"]?.int == 0)
        let lines = try program.run(["pull", "--talker", talker, "--format", "chatlab-jsonl"]).text
        #expect(lines.hasPrefix(#"{"_type":"header","chatlab":"#))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
