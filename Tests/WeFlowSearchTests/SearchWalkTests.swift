import Foundation
import TestSupport
import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowSearch

@Suite("The newest hits, without a look at everything")
struct SearchWalkTests {
    private static let first = 1_700_000_000

    private static func query(
        _ talk: ScratchTalk, _ words: [String], _ values: [String: String] = [:]
    ) throws -> SearchQuery {
        var parameters = Parameters()
        for (name, value) in values { parameters.set(name, to: .string(value)) }
        if !words.isEmpty { parameters.set("q", to: .array(words.map(JSONValue.string))) }
        return try SearchQuery(SearchRequest(parameters), in: talk.account)
    }

    /// What the walk gives, nil where it leaves it to the pass.
    private static func walk(_ query: SearchQuery, leastPages: Int = 0, mostRows: Int = 100_000) throws -> [RowPlace]? {
        let limits = SearchWalk.Limits(leastPages: leastPages, mostRows: mostRows)
        let most = query.request.limit.map { $0 + 1 } ?? .max
        let behind = query.request.cursor.map { query.store.behind($0, newestFirst: true) }
        return try query.workers.with { worker in
            try SearchWalk(query.store, limits).newest(most, worker) { behind?($0) ?? true }?.map(\.row)
        }
    }

    /// Chats in two shards, some messages of which came late and have their own idea of the sequence, within the hour.
    private static func talk(_ seed: UInt64) throws -> ScratchTalk {
        var random = SeededGenerator(seed: seed)
        let talk = try ScratchTalk()
        let words = ["登山", "hello", "早上好", "World", "爬山", "好"]
        var rows: [ScratchTalk.Row] = []
        for place in 0..<400 {
            let isLate = Int.random(in: 0..<10, using: &random) == 0
            let time = first + place * 300 - (isLate ? Int.random(in: 0..<40_000, using: &random) : 0)
            // The client's sequence may say later than the message is, and up to an hour earlier.
            let off = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: -3500...90_000, using: &random) : 0
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            .joined(separator: " ")
            let type = [1, 1, 1, 3, 49 | 5 << 32, 10000].randomElement(using: &random) ?? 1
            let talker = ScratchTalk.people[Int.random(in: 1..<4, using: &random)]
            rows.append(
                ScratchTalk.Row(
                    text: type > 10000 ? "<msg><appmsg><title>\(text)</title><type>5</type></appmsg></msg>" : text,
                    talker: talker, sender: Int.random(in: 1...3, using: &random), time: time,
                    sequence: (time + off) * 1000 + Int.random(in: 0..<3, using: &random), type: type,
                    shard: Int.random(in: 0..<2, using: &random)))
        }
        try talk.write(rows)
        return talk
    }

    @Test("are those that a pass over everything gives", arguments: 0..<8 as Range<UInt64>)
    func same(_ seed: UInt64) async throws {
        let talk = try Self.talk(seed)
        var random = SeededGenerator(seed: seed)
        var walked = 0
        for _ in 0..<40 {
            let words = ["登山", "HELLO", "早上", "不存在", "o w", "链接", "[链接] 好"].shuffled(using: &random)
                .prefix(Int.random(in: 0...2, using: &random))
            var values = ["limit": ["1", "3", "20", "100", "500"].randomElement(using: &random) ?? "1"]
            func sometimes(_ name: String, _ value: String) {
                if Int.random(in: 0..<4, using: &random) == 0 { values[name] = value }
            }
            sometimes("from", ScratchTalk.people[Int.random(in: 0..<3, using: &random)])
            sometimes("type", ["text", "link,image", "notice"].randomElement(using: &random) ?? "text")
            sometimes("start", "\(Self.first + Int.random(in: 0..<120_000, using: &random))")
            sometimes("end", "\(Self.first + Int.random(in: 0..<120_000, using: &random))")
            sometimes("in", ScratchTalk.people[Int.random(in: 1..<4, using: &random)])
            sometimes("any", "1")
            if words.isEmpty { values["start"] = values["start"] ?? "\(Self.first)" }
            var query = try Self.query(talk, Array(words), values)
            query.walkLimits.leastPages = .max
            let pass = try await query.page()
            guard let walk = try Self.walk(query) else { continue }
            walked += 1
            let most = query.request.limit ?? .max
            #expect(walk.prefix(most) == pass.places.map(\.row)[...], "seed \(seed), \(words) \(values)")
            #expect((walk.count > most) == pass.hasMore, "seed \(seed), \(words) \(values)")
            guard pass.hasMore, let cursor = pass.cursor else { continue }
            values["cursor"] = cursor
            let next = try Self.query(talk, Array(words), values)
            if let walk = try Self.walk(next) {
                #expect(
                    try await walk.prefix(most) == next.page().places.map(\.row)[...],
                    "seed \(seed), \(words) \(values)")
            }
        }
        #expect(walked > 20)
    }

    /// Sequences that are no times, or indexes that are not whole.
    private enum Odd: CaseIterable {
        case zero, hundreds, older, unindexed, damaged
    }

    @Test("are left to the pass where the sequence is no time", arguments: Odd.allCases)
    private func odd(_ odd: Odd) async throws {
        let talk = try ScratchTalk()
        let rows = (0..<300).map { ScratchTalk.Row(text: "登山 \($0)", time: Self.first + $0 * 60) }
        try talk.write(rows)
        #expect(try Self.walk(Self.query(talk, ["登山"], ["limit": "5"]))?.count == 6)
        let newest = Self.first + 100_000
        switch odd {
        case .zero: try talk.write([.init(text: "登山 odd", time: newest, sequence: 0)])
        case .hundreds: try talk.write([.init(text: "登山 odd", time: newest, sequence: newest * 100)])
        case .older: try talk.write([.init(text: "登山 odd", time: newest, sequence: Self.first * 1000)])
        case .unindexed, .damaged:
            let path = talk.path(0)
            if odd == .unindexed {
                let name = "Msg_\(md5Hex(ScratchTalk.friend))_SORTSEQ"
                try PlainDatabase(path, wal: false).run("DROP INDEX \(name)")
            } else {
                var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
                let leaf = try #require((1..<bytes.count / 4096).last { bytes[$0 * 4096] == 10 })
                bytes[leaf * 4096] = 0xFF
                try Data(bytes).write(to: URL(fileURLWithPath: path))
            }
        }
        let query = try Self.query(talk, ["登山"], ["limit": "5"])
        #expect(try Self.walk(query) == nil)
        let texts = try await talk.search(["登山"], ["limit": "5"]).texts
        #expect(texts.first == (odd == .unindexed || odd == .damaged ? "登山 299" : "登山 odd"))
        #expect(texts.count == 5)
    }

    @Test("are left to the pass where hits are few, or the store is small")
    func rare() throws {
        let talk = try ScratchTalk()
        try talk.write((0..<3000).map { .init(text: $0 == 3 ? "登山" : "好", time: Self.first + $0 * 60) })
        let query = try Self.query(talk, ["登山"])
        #expect(try Self.walk(query, mostRows: 1200) == nil)
        let frequent = try Self.query(talk, ["好"])
        #expect(try Self.walk(frequent, mostRows: 1200)?.count == 101)
        #expect(try Self.walk(frequent, leastPages: 1 << 20) == nil)
        // A first second is a bound of its own.
        let late = try Self.query(talk, ["登山"], ["start": "\(Self.first + 2900 * 60)"])
        #expect(try Self.walk(late, mostRows: 1200)?.isEmpty == true)
    }

    @Test("A chat that nobody names is said to be left out")
    func unnamed() async throws {
        let talk = try ScratchTalk()
        try talk.write([
            .init(text: "登山", time: Self.first), .init(text: "登山", talker: "wxid_nobody", time: Self.first),
        ])
        let answer = try await talk.search(["登山"])
        #expect(answer.texts == ["登山"] && !answer.losses.isPartial)
        let table = "msg_\(md5Hex("wxid_nobody"))"
        #expect(answer.losses.sentences.contains { $0.contains(table) && $0.hasPrefix("message/message_0.db: ") })
        #expect(try await talk.search(["登山"], ["in": "wxid_nobody"]).losses.sentences.isEmpty)
    }
}
