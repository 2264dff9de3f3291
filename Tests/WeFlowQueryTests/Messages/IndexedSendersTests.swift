import TestSupport
import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

@Suite("Senders out of indexes")
struct IndexedSendersTests {
    /// Whom a walk meets, in order of their first message.
    private struct People: Sendable {
        var all: [String] = []

        mutating func add(_ message: borrowing Message, _ names: ChatPeople) {
            let id = names.person(
                sender: String(decoding: message.sender, as: UTF8.self), isSend: message.isSend,
                isNotice: message.isNotice, localID: message.localID
            ).platformID
            if !all.contains(id) { all.append(id) }
        }
    }

    private func query(_ chat: ScratchChat, order: String = "asc", start: String? = nil) throws -> MessagesQuery {
        let request = try MessagesRequest(
            Parameters(commandLine: ["talker": chat.talker, "limit": "0", "order": order, "start": start]))
        return try MessagesQuery(request, in: chat.account)
    }

    /// The people of all messages, each of which is read.
    private func everybody(_ query: MessagesQuery, _ names: ChatPeople) async throws -> [String] {
        var people: [String] = []
        _ = try await query.encodeAll(into: { People() }) { message, people in
            people.add(message, names)
        } consume: { batch in
            people += batch.all.filter { !people.contains($0) }
        }
        return people
    }

    /// The people of some messages.
    private func people(
        of entries: [MessageEntry], _ query: MessagesQuery, _ names: ChatPeople
    ) async throws -> [String] {
        let encoder = BatchEncoder(depth: .sender, media: nil, makeOutput: { People() }) { message, people in
            people.add(message, names)
        }
        return try await query.encode(entries[...], filter: MessageFilter(), encoder).output.all
    }

    @Test("bring the same people in the same order as reading everything", arguments: 0..<20)
    func findsEverybody(seed: Int) async throws {
        let chat = try ScratchChat(talker: seed % 3 == 0 ? "wxid_1" : "1@chatroom", seed: UInt64(seed))
        let (shards, count) = (1 + seed % 3, seed % 5 == 4 ? 120 : 1500)
        for shard in 0..<shards {
            try chat.makeShard(shard, count: count / shards, notices: seed % 2 == 0 ? count / 2 : 40)
        }
        for order in ["asc", "desc"] {
            let query = try query(chat, order: order)
            let names = try ChatPeople(query.chat, in: chat.account)
            let expected = try await everybody(query, names)
            #expect(expected.count > 3)
            for batches in [0, 1, 2, 10] {
                let found = try #require(try query.indexedFirstOfSenders(reading: batches, trustsPages: true))
                #expect(try await people(of: found, query, names) == expected)
            }
            var losses = MessageLosses()
            let scanned = try #require(try await query.firstOfSenders(&losses))
            #expect(try await people(of: scanned, query, names) == expected)
        }
    }

    @Test("are found without reading on where all were met")
    func stopsEarly() async throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 1)
        try chat.makeShard(0, count: 900)
        try chat.shard(0).run(
            "UPDATE \(chat.table) SET local_type = 1, real_sender_id = local_id % 5 + 1, sort_seq = local_id")
        let found = try #require(try query(chat).indexedFirstOfSenders(trustsPages: true))
        #expect(found.map(\.rowID) == [1, 2, 3, 4, 5])
    }

    @Test("are not asked for where an index is missing or says less than the rows", arguments: [0, 1, 2])
    func needsEachIndex(missing: Int) async throws {
        var indexes = ScratchChat.indexes
        let other = indexes.remove(at: missing)
        for replacement in [nil, "\(other) DESC", "\(other)) WHERE (local_id > 5", "create_time, \(other)"] {
            let chat = try ScratchChat(talker: "1@chatroom", seed: 7)
            try chat.makeShard(0, count: 90)
            // `local_type, sort_seq DESC` begins with the type as well.
            let columns = replacement?.replacing("local_type, sort_seq DESC", with: "local_type DESC, sort_seq")
            try chat.makeShard(1, count: 90, indexes: indexes + [columns].compactMap(\.self))
            let query = try query(chat)
            #expect(try query.indexedFirstOfSenders(trustsPages: true) == nil)
            let names = try ChatPeople(query.chat, in: chat.account)
            var losses = MessageLosses()
            let scanned = try #require(try await query.firstOfSenders(&losses))
            #expect(try await people(of: scanned, query, names) == everybody(query, names))
        }
    }

    @Test(
        "are not asked for where a sender or a type is no integer",
        arguments: [
            "real_sender_id = NULL", "real_sender_id = 'none'", "real_sender_id = 1.5", "local_type = NULL",
            "local_type = x'00'",
        ])
    func needsIntegers(change: String) async throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 3)
        try chat.makeShard(0, count: 90)
        #expect(try query(chat).indexedFirstOfSenders(trustsPages: true) != nil)
        try chat.shard(0).run("UPDATE \(chat.table) SET \(change) WHERE local_id = 50")
        #expect(try query(chat).indexedFirstOfSenders(trustsPages: true) == nil)
    }

    @Test("are not looked for further where row ids are none that the client gives", arguments: [-5, 1 << 40])
    func needsUsualRowIDs(id: Int) async throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 9)
        try chat.makeShard(0, count: 90)
        try chat.shard(0).run("UPDATE \(chat.table) SET local_id = \(id), real_sender_id = 9 WHERE local_id = 50")
        let query = try query(chat)
        #expect(try query.indexedFirstOfSenders(reading: 0, trustsPages: true) == nil)
        let names = try ChatPeople(query.chat, in: chat.account)
        let found = try #require(try query.indexedFirstOfSenders(trustsPages: true))
        #expect(try await people(of: found, query, names) == everybody(query, names))
    }

    @Test("rows are in a set from when they are put in until they are taken out")
    func holdsRows() {
        var (set, expected, random) = (RowSet(), Set<Int64>(), SeededGenerator(seed: 1))
        for _ in 0..<2000 {
            let row = Int64.random(in: 0..<300, using: &random)
            if Bool.random(using: &random) {
                set.insert(row)
                expected.insert(row)
            } else {
                set.remove(row)
                expected.remove(row)
            }
        }
        #expect((-300..<600).filter(set.contains) == expected.sorted() && set.isWhole)
        for row in [Int64.min, -1, 1 << 26, .max] {
            var other = set
            other.remove(row)
            #expect(other.isWhole && !other.contains(row))
            other.insert(row)
            #expect(!other.isWhole)
        }
    }

    @Test("are not asked for where pages were not verified, and not under a filter")
    func needsTrust() throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 5)
        try chat.makeShard(0, count: 90)
        #expect(try query(chat).indexedFirstOfSenders() == nil)
        #expect(try query(chat, start: "20200101").indexedFirstOfSenders(trustsPages: true) == nil)
        #expect(try query(chat).indexedFirstOfSenders(trustsPages: true) != nil)
    }

    @Test("are not asked for where their pages or the rows are damaged, which costs nobody but those on it")
    func needsWholePages() async throws {
        var (asked, passedBy) = (0, 0)
        for seed in 0..<12 {
            let chat = try ScratchChat(talker: "1@chatroom", seed: 11)
            try chat.makeShard(0, count: 900)
            let file = "\(ScratchChat.owner)_1a2b/db_storage/message/message_0.db"
            var bytes = try chat.scratch.bytes(of: file)
            // Pages of the schema and of names stay.
            let pages = (5..<(bytes.count / 4096)).filter { [2, 10, 13].contains(bytes[$0 * 4096]) }
            var random = SeededGenerator(seed: UInt64(seed))
            bytes[try #require(pages.randomElement(using: &random)) * 4096] = 0x77
            try chat.scratch.write(bytes, to: file)
            let query = try query(chat)
            let names = try ChatPeople(query.chat, in: chat.account)
            guard let found = try query.indexedFirstOfSenders(reading: 0, trustsPages: true) else {
                passedBy += 1
                continue
            }
            asked += 1
            #expect(try await people(of: found, query, names) == everybody(query, names))
        }
        #expect(asked > 0 && passedBy > 0)
    }

    @Test("are not asked for where an index names rows that are not there, and come out right without")
    func needsTheRowsOfIndexes() async throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 13)
        try chat.makeShard(0, count: 900)
        // The table's pages become those of a table with fewer rows, of which the indexes do not know.
        try chat.shard(0).run(
            """
            CREATE TABLE fewer(local_id INTEGER PRIMARY KEY, a, b, c, d, e, f);
            INSERT INTO fewer SELECT * FROM \(chat.table) WHERE local_id % 7 = 0;
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'fewer')
            WHERE type = 'table' AND '[' || name || ']' = '\(chat.table)';
            """)
        let query = try query(chat)
        let names = try ChatPeople(query.chat, in: chat.account)
        let expected = try await everybody(query, names)
        for batches in [1, 10] {
            #expect(try query.indexedFirstOfSenders(reading: batches, trustsPages: true) == nil)
        }
        var losses = MessageLosses()
        let scanned = try #require(try await query.firstOfSenders(&losses))
        #expect(try await people(of: scanned, query, names) == expected)
    }
}
