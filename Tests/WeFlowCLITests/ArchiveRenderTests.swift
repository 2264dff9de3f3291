import Foundation
import TestSupport
import Testing

/// `weflow archive render`: neither key nor account, the summary, the exit codes.
struct ArchiveRenderTests {
    private static let line = #"""
        {"localId":1,"serverId":"9001","localType":1,"createTime":1709596800,"sortSeq":1709596800000,"isSend":0,"senderUsername":"wxid_a","senderName":"小安","content":"你好","rawContent":"你好","parsedContent":"你好","detail":{}}

        """#

    /// An archive of one chat with one message.
    private func made() throws -> Program {
        let program = try Program()
        try program.scratch.put(Self.line, at: "archive/chats/小安~1/2024-03.jsonl")
        try program.scratch.put(
            #"{"version":1,"account":"wxid_me","zone":"Asia/Shanghai"}"#, at: "archive/archive.json")
        try program.scratch.put(
            #"""
            {"version":1,"account":"wxid_me","files":{"chats/小安~1/2024-03.jsonl":{"bytes":231,"sha256":"ed34d25466a1b9b69e1f9bdf363a2e418df06b889d627d703b22554f9bfef83d","rows":1}},
            "chats":{"wxid_a":{"folder":"小安~1","name":"小安","messages":1,"first":1709596800,"last":1709596800}}}
            """#, at: "archive/manifest.json")
        return program
    }

    @Test(arguments: [
        ("html", ["index.html", "小安~1/2024.html"]), ("markdown", ["小安~1/messages.md"]), ("text", ["小安~1/messages.txt"]),
        ("csv", ["小安~1/messages.csv"]), ("sqlite", ["archive.sqlite"]),
    ])
    func everyFormIsMadeOfTheArchiveAlone(format: String, files: [String]) throws {
        let program = try made()
        let arguments = ["archive", "render", "archive", "--format", format, "--output-dir", "pages"]
        let outcome = try program.run(arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let summary = try outcome.json()
        #expect(
            summary["success"] == .bool(true) && summary["messages"]?.int == 1 && summary["files"]?.int == files.count)
        for file in files { #expect(try program.scratch.contents("pages/\(file)")?.isEmpty == false) }
        #expect(try program.run(arguments).json()["files"]?.int == 0)
    }

    @Test func timesAreThoseOfTheArchivesZone() throws {
        let program = try made()
        _ = try program.run(
            ["archive", "render", "archive", "--format", "text", "--output-dir", "pages"], ["TZ": "America/New_York"])
        let text = String(decoding: try program.scratch.bytes(of: "pages/小安~1/messages.txt"), as: UTF8.self)
        #expect(text.contains("\n2024-03-05 Tuesday\n08:00:00  小安: 你好\n"))
    }

    @Test func whatIsWrongHasItsExitCode() throws {
        let program = try made()
        func status(_ arguments: [String]) throws -> Int32 {
            let outcome = try program.run(["archive", "render"] + arguments)
            #expect(outcome.errors.hasPrefix("weflow: error: ") && !outcome.errors.dropLast().contains("\n"))
            return outcome.status
        }
        #expect(try status(["archive"]) == 64)
        #expect(try status(["archive", "--output-dir", "archive/pages"]) == 64)
        #expect(try status(["archive", "--output-dir", "pages", "--format", "pdf"]) == 64)
        #expect(try status(["nowhere", "--output-dir", "pages"]) == 66)
        #expect(try status([".", "--output-dir", "pages"]) == 65)
        try program.scratch.put(Self.line + "{", at: "archive/chats/小安~1/2024-03.jsonl")
        #expect(try status(["archive", "--output-dir", "pages"]) == 65)
    }
}
