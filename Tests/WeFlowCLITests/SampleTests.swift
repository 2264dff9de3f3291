import Foundation
import TestSupport
import Testing

/// `weflow sample`, and every other command on what it made.
struct SampleTests {
    private func made() throws -> Program {
        let program = try Program()
        let outcome = try program.run(["sample", "demo"])
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("export WEFLOW_ACCOUNT="))
        return program
    }

    @Test func everyCommandReadsItWithoutAKey() throws {
        let program = try made()
        func run(_ arguments: [String]) throws -> Program.Outcome {
            let outcome = try program.run(arguments + ["--account", "demo"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            return outcome
        }
        let sessions = try run(["sessions"]).json()["sessions"]?.items ?? []
        #expect(sessions.count == 12)
        #expect(Set(sessions.compactMap { $0["sessionType"]?.text }) == ["group", "private", "channel"])
        #expect(sessions.reduce(0) { $0 + ($1["unreadCount"]?.int ?? 0) } == 7)
        #expect(sessions.contains { $0["displayName"]?.text == "妈妈、茉莉、老王" })

        var count = 0
        for talker in sessions.compactMap({ $0["username"]?.text }) + ["fmessage"] {
            for message in try run(["messages", talker, "--limit", "0", "--detail"]).json()["messages"]?.items ?? [] {
                count += 1
                let shown = message["parsedContent"]?.text ?? ""
                #expect(!shown.isEmpty && !shown.contains("</") && shown != "[消息]")
                #expect(message["senderUsername"]?.text?.isEmpty == false)
            }
        }
        let contacts = try run(["contacts"]).json()["contacts"]?.items ?? []
        #expect(Set(contacts.compactMap { $0["type"]?.text }) == ["friend", "group", "official", "former_friend"])
        let group = ["group-members", "48201337001@chatroom", "--include-message-counts"]
        let members = try run(group).json()["members"]?.items ?? []
        #expect(members.count == 6)
        #expect(members.first?["isOwner"] == .bool(true))
        #expect(members.first?["groupNickname"]?.text == "队长（走得最慢）")
        #expect(members.contains { $0["messageCount"]?.int ?? 0 > 10 })

        try listsAreThere(run)

        let check = try run(["check", "--deep", "--json"]).json()
        #expect(check["verdict"]?.text == "whole" && check["losses"]?.items.isEmpty == true)
        #expect(check["layout"]?.text == "4.1" && check["keyForm"]?.text == "account")
        let counted = check["databases"]?.items.compactMap { $0["messages"]?.int }.reduce(0, +)
        #expect(count == counted && count > 150)
    }

    /// Something of each list beside messages.
    private func listsAreThere(_ run: ([String]) throws -> Program.Outcome) throws {
        let favorites = try run(["favorites", "--media", "--export-path", "exported"]).json()["favorites"]?.items ?? []
        #expect(Set(favorites.compactMap { $0["kind"]?.int }) == [1, 2, 3, 4, 5, 6, 7, 8, 14, 16, 18, 19, 20])
        #expect(favorites.contains { !($0["tags"]?.items ?? []).isEmpty })
        let parts = favorites.flatMap { $0["parts"]?.items ?? [] }
        let found = Set(parts.filter { $0["mediaLocalPath"] != nil }.compactMap { $0["kind"]?.text })
        #expect(found.isSuperset(of: ["image", "file", "voice"]))
        #expect(try run(["articles", "--keyword", "猫粮"]).json()["articles"]?.items.count == 1)
        let labels = try run(["labels"]).json()["labels"]?.items ?? []
        #expect(labels.compactMap { $0["name"]?.text } == ["羽毛球", "朋友", "家人"])
        #expect(labels.compactMap { $0["count"]?.int } == [1, 2, 1])
        let requests = try run(["friend-requests"]).json()["requests"]?.items ?? []
        #expect(requests.count == 4 && Set(requests.compactMap { $0["direction"]?.text }) == ["incoming", "outgoing"])
        let cards = try run(["contacts", "--format", "vcf", "--label", "朋友"]).text
        #expect(cards.components(separatedBy: "BEGIN:VCARD\r\n").count == 3)
        #expect(cards.contains("TEL;TYPE=cell:13800000000"))
        let rows = try run(["contacts", "--detail", "--limit", "0", "--format", "csv"]).text
        #expect(rows.hasPrefix("username,displayName,remark,nickname,alias,avatarUrl,type,labels,signature,region,"))
        #expect(try run(["favorites", "--type", "note", "--format", "markdown"]).text.hasPrefix("## 周末清单\n"))
        let lists = try run(["check", "--json"]).json()["lists"]?.items ?? []
        #expect(lists.count == 7 && lists.allSatisfy { ($0["rows"]?.int ?? 0) > 0 && $0["reason"] == nil })
    }

    /// Pictures, clips, videos, pictures of people and stickers of its moments are there, and no network is asked.
    @Test func theMediaOfItsMomentsCanBeHad() throws {
        let program = try made()
        let words = ["--output-dir", "moments", "--format", "html", "--export-media", "--account", "demo"]
        let outcome = try program.run(["sns", "export"] + words)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try outcome.json()["mediaCount"]?.int == 7)
        let names = try FileManager.default.contentsOfDirectory(atPath: program.scratch.file("moments/media"))
        #expect(names.filter { $0.hasSuffix(".mp4") }.count == 2 && names.contains { $0.hasPrefix("comment_") })
        #expect(names.filter { $0.hasPrefix("avatar_") }.count == 2)
        let timeline = try program.run(["sns", "timeline", "--inline", "--account", "demo"]).text
        #expect(timeline.contains("data:image/png;base64,") && !timeline.contains("升级"))
    }

    @Test func itsChatsBecomePages() throws {
        let program = try made()
        #expect(try program.run(["archive", "kept", "--account", "demo"]).status == 0)
        let outcome = try program.run(["archive", "render", "kept", "--format", "html", "--output-dir", "pages"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let pages = try FileManager.default.subpathsOfDirectory(atPath: program.scratch.file("pages"))
        #expect(pages.contains("index.html") && pages.filter { $0.hasSuffix("/2026.html") }.count == 13)
    }

    @Test(arguments: [
        "sessions", "contacts", "contacts --detail", "unread", "stats", "stats --by type", "labels", "friend-requests",
        "favorites", "articles", "files", "avatars", "sns timeline", "sns usernames", "search 猫", "search 猫 --counts",
        "group-members 48201337001@chatroom", "sql --list", "sql --database=contact SELECT+*+FROM+contact", "check",
    ])
    func tablesFitANarrowScreen(command: String) throws {
        let program = try made()
        var words = command.split(separator: " ").map { $0.replacingOccurrences(of: "+", with: " ") }
        words += ["--format", "table", "--account", "demo"]
        let terminal = try PseudoTerminal(program, words, columns: 40, ["NO_COLOR": "1"])
        #expect(try terminal.end() == 0, "\(terminal.screen)")
        let lines = terminal.screen.split(whereSeparator: \.isNewline)
        #expect(lines.count > 2)
        // What is copied stands alone and whole; sentences are broken by the terminal.
        for line in lines where !line.hasPrefix("weflow: ") && line.contains(" ") && !line.contains("key") {
            // What makes a sign an emoji makes it a column wider.
            let width = line.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E7F && $1.value != 0xFE0F ? 2 : 1) }
            #expect(width <= 40 || line.hasPrefix("account ") || line.hasPrefix("every "), "\(line)")
        }
    }

    @Test func nobodyElseReadsItAndNoOtherTakesItsPlace() throws {
        let program = try made()
        for name in try FileManager.default.subpathsOfDirectory(atPath: program.scratch.file("demo")) {
            let mode = try FileManager.default.attributesOfItem(atPath: program.scratch.file("demo/" + name))
            #expect([0o600, 0o700].contains(mode[.posixPermissions] as? Int ?? 0))
            #expect(!name.hasPrefix(".sample"))
        }
        let keys = try program.scratch.bytes(of: "demo/weflow.json")
        let outcome = try program.run(["sample", "demo/"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("weflow: error: demo holds an account already"))
        #expect(try program.scratch.bytes(of: "demo/weflow.json") == keys)
    }

    @Test func aKeyOfTheEnvironmentIsWarnedOf() throws {
        let program = try Program()
        let outcome = try program.run(["sample", "demo"], ["WEFLOW_KEY": String(repeating: "ab", count: 32)])
        #expect(outcome.errors.contains("weflow: warning: WEFLOW_KEY would be taken for this account's"))
    }
}
