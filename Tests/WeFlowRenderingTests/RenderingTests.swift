import CSQLite
import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowRendering

/// What is written when, and the forms for other programs.
struct RenderingTests {
    private func render(_ archive: ScratchArchive, _ format: RenderRequest.Format = .html, to output: String? = nil)
        throws
        -> Rendering.Outcome
    {
        try Rendering(RenderRequest(folder: archive.folder, outputDir: output ?? archive.output, format: format)).run()
    }

    private func two() throws -> ScratchArchive {
        let archive = try ScratchArchive()
        let year: Int64 = 366 * 86_400
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: ["2024-03": [Line(1, "你好"), Line(2, "在吗", after: 60)], "2025-03": [Line(3, "新年", after: year)]])
        try archive.chat("1@chatroom", name: "群", folder: "g~1", months: ["2024-03": [Line(1, "大家好")]])
        try archive.put("avatars/wxid_a.jpg", [1, 2, 3])
        try archive.seal()
        return archive
    }

    @Test(arguments: RenderRequest.Format.allCases)
    func nothingIsWrittenWhereNothingChanged(format: RenderRequest.Format) throws {
        let archive = try two()
        let first = try render(archive, format)
        #expect(first.written > 0 && first.damage.isEmpty && first.chats == 2 && first.messages == 4)
        let before = try archive.written
        let second = try render(archive, format)
        #expect(second.written == 0 && second.bytes == 0)
        #expect(try archive.written == before)
    }

    @Test func onlyTheYearWithSomethingNewIsWritten() throws {
        let archive = try two()
        _ = try render(archive)
        let before = try archive.written
        let year: Int64 = 366 * 86_400
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: [
                "2024-03": [Line(1, "你好"), Line(2, "在吗", after: 60)],
                "2025-03": [Line(3, "新年", after: year), Line(4, "快乐", after: year + 5)],
            ])
        try archive.seal()
        let outcome = try render(archive)
        let after = try archive.written
        let changed = after.filter { before[$0.key] != $0.value }.keys.sorted()
        #expect(changed == [".weflow-html.json", "a~1/2025.html", "index.html"])
        #expect(outcome.written == 2)
        #expect(try archive.page("a~1/2025.html").contains("快乐"))
        // The overview has the chats without news too.
        let overview = try archive.page("index.html")
        #expect(overview.contains("小安") && overview.contains("群") && overview.contains("href=\"g%7E1/2024.html#end\""))
    }

    @Test func whatWasTakenAwayIsWrittenAgain() throws {
        let archive = try two()
        _ = try render(archive)
        let page = archive.output + "/g~1/2024.html"
        try FileManager.default.removeItem(atPath: page)
        try Data("x".utf8).write(to: URL(fileURLWithPath: archive.output + "/index.html"))
        try FileManager.default.removeItem(atPath: archive.output + "/avatars/wxid_a.jpg")
        #expect(try render(archive).written == 3)
        #expect(FileManager.default.fileExists(atPath: page))
        #expect(try archive.page("index.html").contains("小安"))
    }

    @Test func nobodyElseReadsThePages() throws {
        let archive = try two()
        for format in RenderRequest.Format.allCases { _ = try render(archive, format) }
        for name in try FileManager.default.subpathsOfDirectory(atPath: archive.output)
        where !name.hasPrefix("avatars/") {
            let attributes = try FileManager.default.attributesOfItem(atPath: archive.output + "/" + name)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test func damageCostsItsChatAloneAndKeepsWhatWasThere() throws {
        let archive = try two()
        _ = try render(archive)
        let before = try archive.page("a~1/2025.html")
        let year: Int64 = 366 * 86_400
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: ["2025-03": [Line(3, "新年", after: year), Line(4, "x", after: year)]])
        try archive.chat("1@chatroom", name: "群", folder: "g~1", months: ["2024-03": [Line(1, "大家好"), Line(2, "早")]])
        try archive.seal()
        let path = archive.folder + "/chats/a~1/2025-03.jsonl"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try render(archive)
        #expect(outcome.damage.count == 1)
        #expect(outcome.damage.first?.kind.exitCode == 65)
        #expect(outcome.damage.first?.sentence.contains("a~1/2025-03.jsonl") == true)
        #expect(try archive.page("a~1/2025.html") == before)
        #expect(try archive.page("g~1/2024.html").contains("早"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: archive.output + "/a~1").allSatisfy {
                !$0.hasPrefix(".")
            })
    }

    @Test func aMissingMonthIsDamage() throws {
        let archive = try two()
        try FileManager.default.removeItem(atPath: archive.folder + "/chats/g~1/2024-03.jsonl")
        for format in RenderRequest.Format.allCases {
            #expect(try render(archive, format).damage.map(\.kind) == [.invalidData], "\(format)")
        }
    }

    @Test(arguments: ["manifest.json", "archive.json"])
    func anArchiveThatCannotBeReadIsRefused(name: String) throws {
        for text in ["", "{", "[]", "null"] {
            let archive = try two()
            if text == "[]" || text == "null", name == "archive.json" { continue }
            try Data(text.utf8).write(to: URL(fileURLWithPath: archive.folder + "/" + name))
            let error = #expect(throws: WeFlowError.self) { try render(archive) }
            #expect(error?.kind == .invalidData, "\(name): \(text)")
            #expect(!FileManager.default.fileExists(atPath: archive.output))
        }
    }

    @Test func aNewerVersionIsRefused() throws {
        let archive = try two()
        try archive.seal(version: 2)
        #expect(throws: WeFlowError.self) { try render(archive) }
    }

    /// Marks make one character of themselves and a slash that stands before them.
    @Test(arguments: ["\u{FE0F}🌈~1", "\u{301}安~1", "\u{1F3FB}~1", "\u{200D}~1"])
    func aNameMayBeginWithAMark(folder: String) throws {
        let archive = try ScratchArchive()
        try archive.chat(
            "wxid_a", name: "小安", folder: folder, months: ["2024-03": [Line(1, "你好"), Line(2, "在吗", after: 60)]])
        try archive.put("avatars/\u{FE0F}a.jpg", [1, 2, 3])
        try archive.seal()
        let outcome = try render(archive)
        #expect(outcome.messages == 2 && outcome.damage.isEmpty)
        #expect(try archive.page("\(folder)/2024.html").contains("在吗"))
        #expect(try archive.written["avatars/\u{FE0F}a.jpg"] != nil)
    }

    @Test(arguments: ["..", "a/b", ".hidden", "", "a\u{0}b", "/etc", "../\u{301}a"])
    func aChatWhoseFolderLeadsElsewhereIsRefused(folder: String) throws {
        let archive = try ScratchArchive()
        try archive.chat("wxid_a", name: "小安", folder: folder, months: [:])
        try archive.seal()
        let error = #expect(throws: WeFlowError.self) { try render(archive) }
        #expect(error?.kind == .invalidData)
    }

    @Test func pagesAreNotWrittenIntoTheArchiveNorOverAnotherAccounts() throws {
        let archive = try two()
        let error = #expect(throws: WeFlowError.self) { try render(archive, to: archive.folder + "/pages") }
        #expect(error?.kind == .usage)
        #expect(!FileManager.default.fileExists(atPath: archive.folder + "/pages"))
        _ = try render(archive)
        archive.account = "wxid_other"
        try archive.seal()
        #expect(throws: WeFlowError.self) { try render(archive) }
    }

    @Test func anArchiveThatIsBeingWrittenIsLeftAlone() throws {
        let archive = try two()
        try FileManager.default.createDirectory(atPath: archive.folder + "/state", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: archive.folder + "/state/commit"))
        let error = #expect(throws: WeFlowError.self) { try render(archive) }
        #expect(error?.kind == .conflict)
    }

    // MARK: Other forms

    @Test func markdownShowsTextsAsTheyAre() throws {
        let archive = try ScratchArchive()
        let text = "# kein *Titel*\n1. <b> [x](y) `z`\n\n> q & _u_"
        try archive.chat("wxid_a", name: "小安", folder: "a~1", months: ["2024-03": [Line(1, text)]])
        try archive.seal()
        _ = try render(archive, .markdown)
        let page = try archive.page("a~1/messages.md")
        #expect(page.hasPrefix("# 小安\n"))
        #expect(page.contains("**小安** "))
        let shown = [##"\# kein \*Titel\*\"##, ##"1\. \<b\> \[x\]\(y\) \`z\`\"##, ##"&nbsp;\"##, ##"\> q \& \_u\_"##]
        #expect(page.contains(shown.joined(separator: "\n")))
    }

    @Test func plainTextIsTheFormOfTheCommandLine() throws {
        let archive = try ScratchArchive()
        let quote = Line.object(["accountName": "小博", "content": "哪天"])
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: [
                "2024-03": [
                    Line(1, "一\n二\u{1B}[31m"), Line(2, "通知", type: 10000, after: 5),
                    Line(3, "周六", type: 49 | 57 << 32, after: 9, more: [.init(name: "quote", value: quote)]),
                ]
            ])
        try archive.seal()
        _ = try render(archive, .text)
        let lines = try archive.page("a~1/messages.txt").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "小安")
        #expect(lines.contains { $0.hasSuffix("  小安: 一") } && lines.contains("    二\u{FFFD}[31m"))
        #expect(lines.contains { $0.hasSuffix("  * 通知") } && lines.contains("    > 小博: 哪天"))
    }

    @Test func tablesHaveTheMembersOfALineAndGuardAgainstFormulas() throws {
        let archive = try ScratchArchive()
        let detail = [JSONValue.Member(name: "url", value: "https://e.x/?a=\"b\"")]
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: ["2024-03": [Line(1, "=1+1", detail: detail, more: [.init(name: "gone", value: .number("7"))])]])
        try archive.seal()
        _ = try render(archive, .csv)
        let page = try archive.page("a~1/messages.csv")
        #expect(
            page.hasPrefix("localId,serverId,localType,createTime,sortSeq,isSend,senderUsername,senderName,content,"))
        #expect(page.contains(",'=1+1,") && page.hasSuffix(",,,,,7,,\r\n"))
        #expect(page.contains(#""{""url"":""https://e.x/?a=\""b\""""}""#))
        let raw = RenderRequest(folder: archive.folder, outputDir: archive.output, format: .csv, isRaw: true)
        #expect(try Rendering(raw).run().written == 1)
        #expect(try archive.page("a~1/messages.csv").contains(",=1+1,"))
    }

    @Test func theDatabaseHoldsEveryMessage() throws {
        let archive = try two()
        _ = try render(archive, .sqlite)
        var handle: OpaquePointer?
        #expect(sqlite3_open_v2(archive.output + "/archive.sqlite", &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        func value(_ sql: String) -> String? {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return nil }
            defer { sqlite3_finalize(statement) }
            guard sqlite3_step(statement) == SQLITE_ROW else { return nil }
            return sqlite3_column_text(statement, 0).map { String(cString: $0) }
        }
        #expect(value("PRAGMA integrity_check") == "ok")
        #expect(value("SELECT count(*) FROM messages JOIN chats ON chats.id = chatId") == "4")
        #expect(value("SELECT parsedContent FROM messages WHERE serverId = '900000002' AND type = 'text'") == "在吗")
        #expect(value("SELECT messages FROM chats WHERE name = '群' AND type = 'group'") == "1")
        #expect(value("SELECT json_extract(detail, '$') FROM messages LIMIT 1") == "{}")
    }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0], 512, 256),
            (Array("GIF89a".utf8) + [10, 0, 20, 1], 10, 276),
            ([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, 0, 9, 0, 7, 3, 0, 0], 7, 9),
            (
                Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8) + [
                    10, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0, 0, 0,
                ], 100, 50
            ),
        ] as [([UInt8], Int, Int)])
    func theSizeOfAPictureIsInItsHead(head: [UInt8], width: Int, height: Int) {
        let size = PictureSize(head)
        #expect(size?.width == width && size?.height == height)
        // Any shorter head is no picture, and no trap.
        for count in 0..<head.count { _ = PictureSize(Array(head.prefix(count))) }
    }
}
