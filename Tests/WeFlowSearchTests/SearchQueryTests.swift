import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowSearch

@Suite("Searching all chats")
struct SearchQueryTests {
    @Test("Hits of all chats and shards come by time, and the other way round")
    func order() async throws {
        let talk = try ScratchTalk()
        try talk.write([
            .init(text: "登山 1", time: 100), .init(text: "登山 4", talker: ScratchTalk.group, time: 400, shard: 1),
            .init(text: "登山 2", time: 200, shard: 1), .init(text: "爬山", time: 250),
            // The time decides over all chats, whatever the client's sequence says.
            .init(text: "登山 3", talker: ScratchTalk.group, time: 300, sequence: 999_999_999),
        ])
        #expect(try await talk.search(["登山"]).texts == ["登山 4", "登山 3", "登山 2", "登山 1"])
        #expect(try await talk.search(["登山"], ["order": "asc"]).texts == ["登山 1", "登山 2", "登山 3", "登山 4"])
        #expect(try await talk.search(["登山"], ["limit": "2"]).texts == ["登山 4", "登山 3"])
        #expect(try await talk.search(["登山"], ["limit": "0"]).texts.count == 4)
    }

    @Test(
        "Numbers are found behind a text of any length, whatever the order of the columns",
        arguments: [10, 300, 20_000])
    func columnsBehindLongTexts(_ length: Int) async throws {
        let talk = try ScratchTalk()
        try talk.write([.init(text: "x", talker: ScratchTalk.group, time: 150)])
        let database = try PlainDatabase(talk.path(0), wal: false)
        let table = "Msg_\(md5Hex(ScratchTalk.friend))"
        try database.run(
            """
            CREATE TABLE \(table)(message_content TEXT, local_id INTEGER PRIMARY KEY, status INTEGER, sort_seq INTEGER,
                local_type INTEGER, real_sender_id INTEGER, create_time INTEGER, server_id INTEGER);
            """)
        for time in [100, 200, 300] {
            let text = "\(time)" + String(repeating: "长", count: length)
            try database.run(
                "INSERT INTO \(table) VALUES('\(text)', NULL, 3, \(time)000, 1, 2, \(time), \(time))")
        }
        let first = { (answer: ScratchTalk.Answer) in answer.texts.map { String($0.prefix(3)) } }
        #expect(first(try await talk.search([], ["start": "1", "limit": "0"])) == ["300", "200", "x", "100"])
        #expect(first(try await talk.search([], ["start": "150", "end": "250"])) == ["200", "x"])
        #expect(first(try await talk.search([], ["from": ScratchTalk.friend])) == ["300", "200", "x", "100"])
        #expect(first(try await talk.search([], ["type": "text", "order": "asc"])) == ["100", "x", "200", "300"])
    }

    @Test("Pages go on behind the last hit, and what arrives meanwhile moves nothing", arguments: ["asc", "desc"])
    func paging(_ order: String) async throws {
        let talk = try ScratchTalk()
        let times = (0..<40).map { 100 + $0 / 3 }
        try talk.write(
            times.enumerated().map { place, time in
                .init(
                    text: "登山 \(place)", talker: place % 4 == 0 ? ScratchTalk.group : ScratchTalk.friend, time: time,
                    shard: place % 2)
            })
        let whole = try await talk.search(["登山"], ["order": order, "limit": "0"]).texts
        var got: [String] = []
        var cursor: String?
        repeat {
            var values = ["order": order, "limit": "7"]
            values["cursor"] = cursor
            let answer = try await talk.search(["登山"], values)
            got += answer.texts
            #expect(answer.page.hasMore == (got.count < whole.count))
            cursor = answer.page.hasMore ? answer.page.cursor : nil
            if got.count == 14 {
                // One before and one behind what was given so far; neither was there before.
                try talk.write([.init(text: "登山 new", time: order == "asc" ? 90 : 900)])
            }
        } while cursor != nil
        #expect(got == whole)
    }

    @Test(
        "What a message shows is searched, not what is stored",
        arguments: [
            ("登山", "登\u{1}山", true),  // A control character is not shown.
            ("ok", "OK", true), ("straße", "STRAẞE", true), ("strasse", "straße", false), ("a b", "a  b", false),
        ])
    func shown(_ word: String, _ text: String, _ isFound: Bool) async throws {
        let talk = try ScratchTalk()
        try talk.write([.init(text: text, time: 100)])
        #expect(try await talk.search([word]).texts.isEmpty != isFound)
    }

    @Test(
        "Of an app message its title is searched, however it is written",
        arguments: [
            ("登山", "<title>登山</title>", true), ("登山", "<title>&#x767B;&#23665;</title>", true),
            ("登山", "<title><![CDATA[登]]><![CDATA[山]]></title>", true), ("登山", "<title>登</title><des>山</des>", false),
            ("登山", "<title>好</title><des>登山</des>", false), ("链接", "<title>好</title>", true),
            ("链接] 好", "<title>好</title>", true), ("a&b", "<title>A&amp;B</title>", true),
        ])
    func apps(_ word: String, _ inner: String, _ isFound: Bool) async throws {
        let talk = try ScratchTalk()
        let xml = "<msg><appmsg>\(inner)<type>5</type><url>https://example.com</url></appmsg></msg>"
        try talk.write([.init(text: xml, time: 100, type: 49 | 5 << 32)])
        #expect(try await talk.search([word]).texts.isEmpty != isFound)
    }

    @Test("A picture is found by its label and by nothing of its XML")
    func labels() async throws {
        let talk = try ScratchTalk()
        try talk.write([.init(text: "<msg><img md5=\"abc\"/></msg>", time: 100, type: 3)])
        #expect(try await talk.search(["图片"]).texts == ["[图片]"])
        #expect(try await talk.search(["abc"]).texts == [])
        #expect(try await talk.search(["abc", "图"], ["any": "1"]).texts == ["[图片]"])
    }

    @Test("Places are of Unicode scalars, and those of several words that overlap are one")
    func matches() async throws {
        let talk = try ScratchTalk()
        try talk.write([.init(text: "👍🏽登山靴 aaaa", time: 100)])
        #expect(try await talk.search(["登山", "山靴"]).hits.first?.matches == [2..<5])
        #expect(try await talk.search(["AA"]).hits.first?.matches == [6..<8, 8..<10])
        #expect(try await talk.search(["登", "山"]).hits.first?.matches == [2..<3, 3..<4])
        #expect(try await talk.search([], ["from": ScratchTalk.friend]).hits.first?.matches == [])
    }

    @Test("A group's prefix is no text, but tells who sent a message whose sender the shard does not know")
    func prefixes() async throws {
        let talk = try ScratchTalk()
        try talk.write([
            .init(text: "wxid_other:\n早", talker: ScratchTalk.group, sender: 3, time: 100),
            .init(text: "wxid_stranger:\n晚", talker: ScratchTalk.group, sender: 77, time: 200),
        ])
        #expect(try await talk.search(["wxid"]).texts == [])
        #expect(try await talk.search([], ["from": ScratchTalk.other]).texts == ["早"])
        #expect(try await talk.search([], ["from": "wxid_stranger"]).texts == ["晚"])
        #expect(try await talk.search([], ["from": "me"]).texts == [])
    }

    @Test("Mentions of the owner and of everyone count, own messages do not")
    func mentions() async throws {
        func source(_ names: String) -> String { "<msgsource><atuserlist>\(names)</atuserlist></msgsource>" }
        let talk = try ScratchTalk()
        try talk.write([
            .init(text: "1", talker: ScratchTalk.group, time: 100, source: source("wxid_x,\(ScratchTalk.owner)")),
            .init(text: "2", talker: ScratchTalk.group, time: 200, source: source("notify@all")),
            .init(text: "3", talker: ScratchTalk.group, time: 300, source: source("wxid_x")),
            .init(text: "4", talker: ScratchTalk.group, sender: 1, time: 400, source: source("notify@all")),
            .init(text: "5", talker: ScratchTalk.group, time: 500),
        ])
        #expect(try await talk.search([], ["mentions": "1"]).texts == ["2", "1"])
    }

    @Test("Neighbours come in the chat's own order, whatever the filters")
    func context() async throws {
        let talk = try ScratchTalk()
        try talk.write((1...6).map { .init(text: "第 \($0) 句", time: 100 * $0, shard: $0 % 2) })
        let hit = try #require(try await talk.search(["第 3"], ["context": "2", "start": "300"]).hits.first)
        #expect(hit.before == ["第 1 句", "第 2 句"] && hit.after == ["第 4 句", "第 5 句"])
        let last = try #require(try await talk.search(["第 6"], ["context": "9"]).hits.first)
        #expect(last.before.count == 5 && last.after.isEmpty)
    }

    @Test("Chats are counted, the most hits first, then the newest")
    func counts() async throws {
        let talk = try ScratchTalk()
        try talk.write(
            [100, 200, 300].map { .init(text: "登山", time: $0) }
                + [150, 900].map { .init(text: "登山", talker: ScratchTalk.group, time: $0, shard: 1) }
                + [.init(text: "爬山", talker: ScratchTalk.other, time: 5)])
        var parameters = Parameters(commandLine: ["counts": "1"])
        parameters.set("q", to: .array([.string("登山")]))
        let (counts, losses) = try await SearchQuery(SearchRequest(parameters), in: talk.account).counts()
        #expect(counts.map(\.sessionID) == [ScratchTalk.friend, ScratchTalk.group])
        #expect(counts.map(\.count) == [3, 2])
        #expect(counts.map { [$0.firstTime, $0.lastTime] } == [[100, 300], [150, 900]])
        #expect(counts.map(\.kind) == [.person, .group] && counts.map(\.sessionName) == ["小林", "登山群"])
        #expect(losses.sentences.isEmpty)
    }

    @Test("A damaged leaf costs its own messages, and is named")
    func damage() async throws {
        let talk = try ScratchTalk()
        try talk.write((0..<400).map { .init(text: "登山 \($0) " + String(repeating: "很长", count: 40), time: 100 + $0) })
        try talk.write([.init(text: "登山 别处", talker: ScratchTalk.group, time: 50)])
        let whole = try await talk.search(["登山"], ["limit": "0"]).texts
        #expect(whole.count == 401)
        let path = talk.path(0)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        // The second to last page that is a table's leaf with many rows.
        let leaves = (1..<bytes.count / 4096).filter { bytes[$0 * 4096] == 13 && bytes[$0 * 4096 + 4] > 5 }
        let page = try #require(leaves.dropLast().last)
        bytes[page * 4096] = 0xFF
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let answer = try await talk.search(["登山"], ["limit": "0"])
        #expect(answer.losses.isPartial && answer.losses.sentences.first?.contains("page \(page + 1) ") == true)
        #expect(answer.texts.count < 401 && answer.texts.count > 370)
        #expect(Set(answer.texts).isSubset(of: Set(whole)) && answer.texts.last == "登山 别处")
    }

    @Test("A search that is stopped gives what was found, and ends")
    func stopped() async throws {
        let talk = try ScratchTalk()
        try talk.write([.init(text: "登山", time: 100)])
        let query = try SearchQuery(SearchRequest(Parameters(query: QueryString("q=登山"))), in: talk.account)
        let stop = SearchStop()
        stop.stop()
        _ = try await query.page(stop: stop)
        #expect(stop.isStopped)
    }

    @Test("Days, weeks and years are those of the local clock")
    func stats() async throws {
        let talk = try ScratchTalk()
        // 2024-12-29 (a Sunday, week 52), 2024-12-30 (week 1 of 2025), 2027-01-01 (week 53 of 2026), all noon.
        try talk.write([
            .init(text: "五个字的话", time: 1_735_473_600), .init(text: "好", sender: 1, time: 1_735_560_000),
            .init(text: "", time: 1_798_804_800, type: 10000),
        ])
        func rows(_ by: String) async throws -> [StatsQuery.Row] {
            let request = try StatsRequest(Parameters(query: QueryString("by=\(by)")))
            return try await StatsQuery(request, in: talk.account, zone: .utc).run().rows
        }
        #expect(try await rows("week").map(\.keys) == [["2024-W52"], ["2025-W01"], ["2026-W53"]])
        #expect(try await rows("weekday").map(\.keys) == [["1"], ["5"], ["7"]])
        #expect(try await rows("day").map(\.keys) == [["2024-12-29"], ["2024-12-30"], ["2027-01-01"]])
        #expect(try await rows("year").map(\.keys) == [["2024"], ["2027"]])
        #expect(try await rows("hour").map(\.keys) == [["12"]])
        let all = try #require(try await rows("session").first)
        #expect(all.names == ["小林"] && all.count == 3 && all.sent == 1 && all.received == 1 && all.characters == 6)
        #expect(try await rows("type,sender").map(\.count) == [1, 1, 1])
    }
}
