import Foundation
import Synchronization
import TestSupport
import Testing

/// What breaks under the program: files that end early, descriptors and disk that run out, a kill at any moment, a store
/// that is written to all the time. It may say less, never something wrong, and it does not crash.
struct FaultTests {
    /// Statuses that a command may end with.
    private static let known: Set<Int32> = [0, 64, 66, 69, 70, 73, 74, 75, 77, 78]

    private func talker(_ account: FixtureAccount) throws -> String {
        try #require(account.truth()["messages"]?.members.max { $0.value.items.count < $1.value.items.count }?.key)
    }

    @Test(arguments: ["none", "kdf", "raw-wal"]) func filesThatEndEarly(name: String) throws {
        let account = try FixtureAccount(name)
        var program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        let talker = try talker(account)
        var random = SeededGenerator(seed: 7)
        let commands = [["messages", talker, "--limit", "0"], ["sessions"], ["contacts"]]
        let wanted = try commands.map { try program.run($0).output }
        for file in ["message/message_0.db", "message/message_0.db-wal", "session/session.db", "contact/contact.db"] {
            let path = "\(copy)/db_storage/\(file)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let ends = [0, 1, 31, 100, 4095, 4096, 4097, whole.count - 1]
            for end in ends + [Int.random(in: 0..<whole.count, using: &random)] where end < whole.count {
                try whole.prefix(end).write(to: URL(fileURLWithPath: path))
                for (command, whole) in zip(commands, wanted) {
                    let outcome = try program.run(command)
                    #expect(Self.known.contains(outcome.status), "\(file) to \(end): \(command) \(outcome.status)")
                    if !outcome.output.isEmpty { _ = try outcome.json() }
                    #expect(outcome.status == 0 || outcome.errors.contains("weflow: "))
                    // A log may end anywhere, and an empty file is as if there were none.
                    if outcome.status == 0, outcome.errors.isEmpty, end > 0, !file.hasSuffix("-wal") {
                        #expect(outcome.output == whole, "\(file) to \(end): \(command)")
                    }
                }
            }
            try whole.write(to: URL(fileURLWithPath: path))
        }
        #expect(try program.run(["messages", talker]).status == 0)
    }

    @Test func descriptorsThatRunOut() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let talker = try talker(account)
        let wanted = try program.run(["messages", talker, "--limit", "0"]).output
        var statuses: Set<Int32> = []
        for limit in [5, 6, 7, 8, 10, 12, 14, 16, 20, 30, 31, 32, 34, 40, 60] {
            let outcome = try program.shell("ulimit -n \(limit); exec $WEFLOW messages '\(talker)' --limit 0")
            // With the fewest the program cannot even be loaded.
            guard outcome.status != 126, outcome.status != 127 else { continue }
            statuses.insert(outcome.status)
            #expect((outcome.status == 74) == (limit < 32), "\(limit): \(outcome.status) \(outcome.errors)")
            #expect(Self.known.contains(outcome.status), "\(limit): \(outcome.status) \(outcome.errors)")
            if outcome.status == 0 {
                #expect(outcome.output == wanted)
            } else {
                #expect(outcome.errors.contains("weflow: "))
                // What cannot be opened is there all the same.
                #expect(!outcome.errors.contains("is missing"), "\(limit): \(outcome.errors)")
            }
        }
        #expect(statuses.contains(0))
    }

    @Test(arguments: ["ulimit -n 6", "ulimit -n 31", "ulimit -v 90000"])
    func whatIsTooLittleIsSaidBeforeAnythingIsRead(limit: String) throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        for command in ["search x", "sessions", "messages filehelper", "stats"] {
            let outcome = try program.shell("\(limit); exec $WEFLOW \(command)")
            // With the least the program cannot even be loaded.
            guard outcome.status != 126, outcome.status != 127, outcome.status != 139 else { continue }
            #expect(outcome.status == 74, "\(command): \(outcome.status) \(outcome.errors)")
            #expect(outcome.output.isEmpty && outcome.errors.contains("allow more"))
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func aLogThatBreaksOffIsSaidWhereAnswersHaveNoPlaceForIt() throws {
        let account = try FixtureAccount("none")
        var program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        let shard = "\(copy)/db_storage/message/message_0.db"
        let database = try PlainDatabase(shard)
        for number in 0..<4 { try database.run("CREATE TABLE kept\(number)(a)") }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: shard + "-wal"))
        try handle.seek(toOffset: 32 + 4120 + 3000)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 32 + 4120 + 3000)
        try handle.write(contentsOf: Data([byte ^ 1]))
        let sentence = "message/message_0.db-wal: frame 2 is damaged"
        let lines = [
            #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat_stats","arguments":{}}}"#,
        ]
        let tool = try program.shell("printf '%s\n' '\(lines.joined(separator: "' '"))' | $WEFLOW mcp")
        #expect(tool.text.contains("Not everything could be read: \(sentence)"))
        let stream = try program.shell(
            """
            $WEFLOW push watch 2>said & watch=$!
            for _ in $(seq 300); do grep -q 'frame 2' said && break; sleep 0.1; done
            kill $watch; wait $watch; cat said >&2
            """)
        #expect(stream.errors.contains(sentence))
        withExtendedLifetime(database) {}
    }

    @Test func aDiskThatFillsUp() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let talker = try talker(account)
        try program.scratch.write([1, 2, 3], to: "out.json")
        let outcome = try program.shell("ulimit -f 1; exec $WEFLOW messages '\(talker)' --limit 0 -o out.json")
        #expect(outcome.status == 74)
        #expect(outcome.errors.hasPrefix("weflow: error: out.json cannot be written"))
        #expect(try program.scratch.bytes(of: "out.json") == [1, 2, 3])
        let left = try program.shell("ls -A").text.split(separator: "\n").filter { $0.contains("out.json") }
        #expect(left == ["out.json"])
        // State that cannot be kept is no reason to give wrong answers.
        let new = try program.shell("ulimit -f 0; exec $WEFLOW messages new --since 2000-01-01")
        #expect(Self.known.contains(new.status))
    }

    @Test func killsAtAnyMomentLoseNothing() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let wanted = Set(
            try #require(account.truth()["messages"]).members.values.flatMap(\.items).compactMap {
                $0["serverId"]?.text
            })
        var random = SeededGenerator(seed: 11)
        var found: Set<String> = []
        var kills = 0
        let command = [
            "messages", "new", "--state", "cursor", "--since", "2000-01-01", "--limit", "400", "--format", "jsonl",
        ]
        for run in 0..<400 {
            let isKilled = run % 3 != 2
            let delay = Double.random(in: 0...0.16, using: &random)
            let outcome = try program.run(command, killedAfter: isKilled ? delay : nil)
            kills += outcome.status == 137 ? 1 : 0
            // What a kill cuts off in the middle of a line is given again.
            let lines = outcome.output.split(separator: UInt8(ascii: "\n"))
            let messages = lines.compactMap { line in
                do { return try JSON(parsing: Array(line)) } catch { return nil }
            }
            found.formUnion(messages.compactMap { $0["serverId"]?.text })
            if !isKilled {
                #expect(outcome.status == 0)
                // A quick machine may be done before the first kill.
                if lines.isEmpty, kills > 0 { break }
            }
        }
        #expect(wanted.subtracting(found).isEmpty)
        #expect(kills > 0)
    }

    @Test func aStoreThatIsWrittenToAllTheTime() throws {
        let account = try FixtureAccount("none")
        var program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        let talker = try talker(account)
        let group = try #require(
            account.truth()["sessions"]?.items.compactMap { $0["username"]?.text }.first { $0.hasSuffix("@chatroom") })
        let commands = [
            ["messages", talker, "--limit", "0"], ["messages", talker, "--limit", "20", "--format", "chatlab"],
            ["messages", talker, "--limit", "0", "--format", "text"], ["sessions"], ["contacts"],
            ["group-members", group, "--with-counts"], ["pull", talker], ["sns", "timeline"], ["sns", "stats"],
        ]
        func answers() throws -> [[UInt8]] {
            try commands.map { command in
                let outcome = try program.run(command)
                #expect(outcome.status == 0, "\(command): \(outcome.errors)")
                return Array(String(decoding: outcome.output, as: UTF8.self).replacing(Self.clock, with: "").utf8)
            }
        }
        let wanted = try answers()
        let isDone = Atomic(false)
        let failure = Mutex<String?>(nil)
        let writer = Thread {
            do {
                let names = ["session/session.db", "message/message_0.db", "contact/contact.db", "sns/sns.db"]
                let databases = try names.map { try PlainDatabase("\(copy)/db_storage/\($0)") }
                let tables = try databases.map { database in
                    try database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
                        .compactMap(\.first)
                }
                var round = 0
                while !isDone.load(ordering: .acquiring) {
                    round += 1
                    for (database, tables) in zip(databases, tables) {
                        // Every row is written anew as it is: pages move, nothing else changes.
                        let table = tables[round % tables.count]
                        let column = try database.rows("SELECT name FROM pragma_table_info('\(table)')")[0][0]
                        try database.run("UPDATE \"\(table)\" SET \"\(column)\" = \"\(column)\"")
                        if round % 5 == 0 { _ = try database.rows("PRAGMA wal_checkpoint(TRUNCATE)") }
                    }
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
            isDone.store(true, ordering: .releasing)
        }
        writer.start()
        for _ in 0..<4 {
            let found = try answers()
            for (command, (one, other)) in zip(commands, zip(found, wanted)) { #expect(one == other, "\(command)") }
        }
        isDone.store(true, ordering: .releasing)
        try Wait.blocking("the writer ends") { writer.isFinished }
        failure.withLock { #expect($0 == nil) }
    }

    /// Members that tell the time of the answer.
    private static var clock: Regex<(Substring, Substring)> { /"(exportedAt|updatedAt|watermark)":\d+/ }
}
