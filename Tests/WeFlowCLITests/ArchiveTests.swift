import Foundation
import TestSupport
import Testing

/// `weflow archive` as it is run.
struct ArchiveTests {
    private func state(_ program: Program, _ folder: String) throws -> [String: Date] {
        var times: [String: Date] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: program.scratch.file(folder)) {
            let path = program.scratch.file("\(folder)/\(name)")
            times[name] = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        }
        return times
    }

    private func made() throws -> Program {
        var program = try Program(FixtureAccount("kdf"))
        program.environment["WEFLOW_IMAGE_KEY"] = nil
        return program
    }

    @Test func itIsMadeVerifiedReadAndBroughtUpToDate() throws {
        let program = try made()
        let first = try program.run(["archive", "copy"])
        #expect(first.status == 0 && first.errors.isEmpty)
        let summary = try first.json()
        #expect(summary["added"]?.int ?? 0 > 100 && summary["files"]?.int ?? 0 > 10)
        let before = try state(program, "copy")
        let second = try program.run(["archive", "copy"]).json()
        #expect(second["added"]?.int == 0 && second["files"]?.int == 0 && second["chats"] == summary["chats"])
        #expect(try state(program, "copy") == before)

        let verified = try program.run(["archive", "verify", "copy"])
        let found = try verified.json()
        #expect(verified.status == 0 && found["missing"]?.int == 0 && found["problems"]?.items.isEmpty == true)
        #expect(found["messages"] == summary["added"])

        // The archive alone says what the account says.
        let chats = try program.run(["archive", "status", "copy"]).json()["chats"]?.items ?? []
        #expect(chats.count == summary["chats"]?.int)
        for chat in chats {
            let id = chat["id"]?.text ?? ""
            let read = try program.run(
                ["archive", "read", "copy", id, "--limit", "0", "--order", "asc"],
                ["WEFLOW_ACCOUNT": "", "WEFLOW_KEY": ""])
            #expect(read.status == 0)
            let archived = try read.json()["messages"]?.items ?? []
            let messages =
                try program.run(["messages", id, "--limit", "0", "--order", "asc"]).json()["messages"]?.items ?? []
            #expect(archived.count == messages.count)
            func ids(_ messages: [JSON]) -> [String] {
                messages.map { "\($0["serverId"]?.text ?? "") \($0["content"]?.text ?? "")" }.sorted()
            }
            #expect(ids(archived) == ids(messages))
        }
    }

    @Test func whatALogLostIsNotMarkedAsGone() throws {
        let account = try FixtureAccount("raw-wal")
        let program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        let path = copy + "/db_storage/message/message_0.db-wal"
        #expect(try program.run(["archive", "copy", "--no-media"], ["WEFLOW_ACCOUNT": copy]).status == 0)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[32 + 24 + 100] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let full = try program.run(["archive", "copy", "--full", "--no-media"], ["WEFLOW_ACCOUNT": copy])
        #expect(try full.status == 75 && full.json()["gone"]?.int == 0)
        #expect(full.errors.contains("message/message_0.db-wal: frame 1 "))
    }

    @Test func everyFormOfReadingAndSearchingIsWhole() throws {
        let program = try made()
        #expect(try program.run(["archive", "copy", "--no-media"]).status == 0)
        let chats = try program.run(["archive", "status", "copy"]).json()["chats"]?.items ?? []
        let largest = chats.max { ($0["messages"]?.int ?? 0) < ($1["messages"]?.int ?? 0) }
        let id = largest?["id"]?.text ?? ""
        let count = largest?["messages"]?.int ?? 0
        for format in ["json", "jsonl", "text", "csv", "chatlab", "chatlab-jsonl"] {
            let read = try program.run(["archive", "read", "copy", id, "--limit", "0", "--format", format])
            #expect(read.status == 0 && read.errors.isEmpty && !read.output.isEmpty, "\(format)")
            if format == "jsonl" { #expect(read.text.split(separator: "\n").count == count) }
            if format == "chatlab" { #expect(try read.json()["messages"]?.items.count == count) }
        }
        let page = try program.run(["archive", "read", "copy", id, "--limit", "2", "--offset", "1"]).json()
        let all = try program.run(["archive", "read", "copy", id, "--limit", "0"]).json()["messages"]?.items ?? []
        #expect(page["messages"]?.items == Array(all[1..<3]) && page["hasMore"] == .bool(true))
        let text = all.compactMap { $0["parsedContent"]?.text }.first { $0.count > 2 && !$0.contains("\n") } ?? ""
        let search = try program.run(["archive", "search", "copy", text, "--in", id, "-C", "1"]).json()
        let hits = search["messages"]?.items ?? []
        #expect(hits.contains { $0["parsedContent"]?.text == text && $0["matches"]?.items.isEmpty == false })
        let live = try program.run(["search", text, "--in", id]).json()["messages"]?.items ?? []
        #expect(hits.map { $0["messageKey"] } == live.map { $0["messageKey"] })
        let one = try program.run(["archive", "search", "copy", "--in", id, "--limit", "1"]).json()
        let cursor = one["cursor"]?.text ?? ""
        let next = try program.run(["archive", "search", "copy", "--in", id, "--limit", "1", "--cursor", cursor]).json()
        #expect(next["messages"]?.items.first?["serverId"] != one["messages"]?.items.first?["serverId"])
        #expect(try program.run(["archive", "search", "copy", "x", "--cursor", cursor]).status == 64)
        let counts = try program.run(["archive", "search", "copy", "--in", id, "--count"]).json()
        #expect(counts["total"]?.int == count)
        #expect(
            try program.run(["archive", "search", "copy", text, "--format", "text", "-C", "2"]).text.contains(text))
        // For people and for tables both say the same.
        for words in [
            [text, "--in", id, "--format", "table"], ["--in", id, "--count", "--format", "table"],
            ["--in", id, "--count", "--format", "csv"], ["--in", id, "--count"],
        ] {
            let kept = try program.run(["archive", "search", "copy"] + words)
            let live = try program.run(["search"] + words)
            #expect(kept.status == 0 && kept.errors.isEmpty && !kept.output.isEmpty, "\(words)")
            #expect(kept.text == live.text, "\(words)")
        }
    }

    @Test func whatIsRefusedChangesNothing() throws {
        let program = try made()
        #expect(try program.run(["archive", "copy", "--in", "nobody-at-all"]).status == 66)
        #expect(try program.scratch.names.contains("copy") == false)
        #expect(try program.run(["archive", "copy", "--dry-run"]).json()["added"]?.int ?? 0 > 100)
        #expect(try program.scratch.names.contains("copy") == false)
        try program.scratch.put("mine", at: "other/notes.txt")
        #expect(try program.run(["archive", "other"]).status == 65)
        #expect(try program.run(["archive", "verify", "other"]).status == 65)
        // Whoever is killed before the first decision leaves no more than this.
        try program.scratch.put("half", at: "begun/state/next/1")
        #expect(try program.run(["archive", "verify", "begun"]).json()["files"]?.int == 0)
        #expect(try program.run(["archive", "copy", "--no-video"]).status == 0)
        let before = try state(program, "copy")
        let other = try program.run(["archive", "copy", "--no-image"])
        #expect(other.status == 64 && other.errors.contains("--image"))
        #expect(try program.run(["sample", "stranger"]).status == 0)
        let stranger = ["WEFLOW_ACCOUNT": program.scratch.file("stranger"), "WEFLOW_KEY": ""]
        #expect(try program.run(["archive", "copy"], stranger).status == 65)
        #expect(try state(program, "copy") == before)
        // Damage is found.
        let month = try #require(before.keys.first { $0.hasSuffix(".jsonl") && $0.hasPrefix("chats/") })
        var bytes = try program.scratch.bytes(of: "copy/\(month)")
        bytes[bytes.count / 2] ^= 1
        try program.scratch.write(bytes, to: "copy/\(month)")
        let verified = try program.run(["archive", "verify", "copy", "--no-source"])
        #expect(verified.status == 75 && verified.text.contains(month.split(separator: "/").last ?? "?"))
    }
}
