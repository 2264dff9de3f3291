import TestSupport
import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

/// Tables and indexes that do not name the same rows, and tables that are none: never a shorter answer without a word.
@Suite("Rows and their indexes")
struct RowsAndIndexesTests {
    private func chat(_ seed: UInt64 = 17, shards: Int = 1) throws -> ScratchChat {
        let chat = try ScratchChat(talker: "1@chatroom", seed: seed)
        for shard in 0..<shards { try chat.makeShard(shard, count: 900) }
        return chat
    }

    /// Gives the table, or the index on the sequence, fewer rows, of which the other does not know.
    private func take(
        _ what: String, from chat: ScratchChat, where isKept: String = "local_id % 7 <> 0"
    ) throws {
        let name = what == "table" ? "type = 'table' AND '[' || name || ']' = '\(chat.table)'" : "name = 'i1'"
        try chat.shard(0).run(
            """
            CREATE TABLE fewer(local_id INTEGER PRIMARY KEY, local_type, sort_seq, real_sender_id, create_time, status,
                message_content);
            INSERT INTO fewer SELECT * FROM \(chat.table) WHERE \(isKept);
            CREATE INDEX fewer_seq ON fewer(sort_seq);
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema
                WHERE name = '\(what == "table" ? "fewer" : "fewer_seq")')
            WHERE \(name);
            """)
    }

    private func messages(
        _ chat: ScratchChat, limit: String = "0", order: String? = nil, offset: String? = nil
    ) async throws -> (ids: [Int64], losses: MessageLosses) {
        let request = try MessagesRequest(
            Parameters(
                commandLine: ["talker": chat.talker, "limit": limit, "order": order, "offset": offset]))
        let query = try MessagesQuery(request, in: chat.account)
        var ids: [Int64] = []
        if request.limit == nil {
            let losses = try await query.encodeAll(into: { [Int64]() }) { message, output in
                output.append(message.localID)
            } consume: {
                ids += $0
            }
            return (ids, losses)
        }
        let losses = try await query.encode(try await query.page(), into: { [Int64]() }) { message, output in
            output.append(message.localID)
        } consume: {
            ids += $0
        }
        return (ids, losses)
    }

    @Test(
        "rows that an index names and the table lacks are damage, in every form of the question",
        arguments: [("0", nil, nil), ("900", nil, nil), ("0", "asc", nil)]
            as [(String, String?, String?)])
    func missingRows(limit: String, order: String?, offset: String?) async throws {
        let chat = try chat()
        let whole = try await messages(chat, limit: limit, order: order, offset: offset)
        #expect(!whole.losses.isPartial)
        try take("table", from: chat)
        let found = try await messages(chat, limit: limit, order: order, offset: offset)
        #expect(found.losses.isPartial && found.losses.pages.allSatisfy { $0.reason == .rowMissing })
        #expect(Set(found.ids) == Set(whole.ids.filter { $0 % 7 != 0 }))
        #expect(found.losses.sentences.allSatisfy { $0.contains("lacks a row that an index names") })
    }

    @Test("rows of the table that its order leaves out are damage", arguments: ["asc", "desc"])
    func unindexedRows(order: String) async throws {
        let chat = try chat()
        #expect(try await !messages(chat, order: order).losses.isPartial)
        try take("index", from: chat, where: "local_id NOT BETWEEN 100 AND 120")
        let found = try await messages(chat, order: order)
        #expect(found.losses.pages.map(\.reason) == [.rowsUnindexed])
    }

    @Test(
        "an index that lacks what was written last is left alone, and every row is given in its place",
        arguments: ["local_id % 7 <> 0", "local_id <> 900", "local_id < 700", "local_id = 0", "local_id <> 895"])
    func latestRowsUnindexed(isKept: String) async throws {
        let questions: [(String, String?, String?)] = [
            ("0", "asc", nil), ("20", nil, nil), ("20", "asc", nil), ("20", nil, "300"),
        ]
        for (limit, order, offset) in questions {
            let chat = try chat()
            // A row that came late lies far back in the order.
            try chat.shard(0).run("UPDATE \(chat.table) SET sort_seq = sort_seq - 90000000 WHERE local_id = 895")
            let whole = try await messages(chat, limit: limit, order: order, offset: offset)
            try take("index", from: chat, where: isKept)
            let found = try await messages(chat, limit: limit, order: order, offset: offset)
            #expect(found.ids == whole.ids && !found.losses.isPartial)
        }
    }

    @Test("a deep check names what the table or an index lacks", arguments: ["table", "index"])
    func deepCheck(what: String) async throws {
        let chat = try chat()
        let name = "message/message_0.db"
        func damage() async throws -> [DatabaseCheck.PageDamage] {
            let report = try await CheckQuery(isDeep: true).run(on: chat.account)
            return report.databases.first { $0.name == name }?.damage ?? []
        }
        #expect(try await damage().isEmpty)
        try take(what, from: chat)
        let found = try await damage()
        #expect(found.contains { $0.fault == (what == "table" ? .rowsMissing : .rowsUnindexed) })
        let report = try await CheckQuery(isDeep: true).run(on: chat.account)
        #expect(report.losses.contains { $0.cause == name && $0.cost != "no row is lost" })
    }

    @Test("texts in the place of a sequence cost no message")
    func textsAsSequences() async throws {
        let chat = try chat()
        let whole = try await messages(chat)
        try chat.shard(0).run("UPDATE \(chat.table) SET sort_seq = 'x' || local_id WHERE local_id % 9 = 0")
        try chat.shard(0).run("UPDATE \(chat.table) SET sort_seq = 0.25 WHERE local_id % 9 = 1")
        for order in ["asc", "desc"] {
            let found = try await messages(chat, order: order)
            #expect(found.ids.sorted() == whole.ids.sorted() && !found.losses.isPartial)
        }
    }

    @Test(
        "a table that cannot be read is said, and loses nothing of other shards",
        arguments: ["WITHOUT ROWID", "VIEW", "VIRTUAL"])
    func strangeTables(kind: String) async throws {
        let chat = try chat(shards: 2)
        let whole = try await messages(chat)
        let table = chat.table
        let columns =
            "local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, "
            + "status INTEGER, message_content TEXT"
        let made =
            switch kind {
            case "VIEW": "CREATE VIEW \(table) AS SELECT * FROM old"
            case "VIRTUAL":
                "CREATE TABLE \(table)("
                    + columns.replacing("sort_seq INTEGER", with: "sort_seq AS (create_time * 1000)")
                    + ")"
            default: "CREATE TABLE \(table)(\(columns)) WITHOUT ROWID; INSERT INTO \(table) SELECT * FROM old"
            }
        try chat.shard(1).run("ALTER TABLE \(table) RENAME TO old; \(made)")
        let found = try await messages(chat)
        #expect(found.losses.isPartial && found.losses.shards.count == 1)
        #expect(found.losses.error?.kind == .unavailable)
        #expect(found.losses.error?.sentence.contains("message/message_1.db") == true)
        #expect(!found.ids.isEmpty && found.ids.count < whole.ids.count)
        for isDeep in kind == "VIRTUAL" ? [] : [false, true] {
            let report = try await CheckQuery(isDeep: isDeep).run(on: chat.account)
            #expect(report.losses.contains { $0.cause == "message/message_1.db" && report.verdict == .damaged })
        }
        try chat.shard(0).run("DROP TABLE \(table); DROP TABLE Name2Id")
    }

    @Test("numbers at the ends of their range in any column make no answer fail", arguments: 0..<12)
    func extremeNumbers(seed: UInt64) async throws {
        let chat = try chat(seed)
        var random = SeededGenerator(seed: seed)
        let extremes = [
            "-9223372036854775808", "9223372036854775807", "4294967295", "4294967296", "2147483648", "-2147483649",
            "-1",
            "1e308", "-1e308", "NULL", "'9999999999999999999999'", "x'ff'", "9007199254740993", "253402300800",
        ]
        let columns = ["local_type", "sort_seq", "real_sender_id", "create_time", "status"]
        for id in stride(from: 1, to: 900, by: 3) {
            let column = columns.randomElement(using: &random) ?? ""
            let value = extremes.randomElement(using: &random) ?? ""
            try chat.shard(0).run("UPDATE \(chat.table) SET \(column) = \(value) WHERE local_id = \(id)")
        }
        for id in ["9223372036854775807", "-9223372036854775808"] {
            try chat.shard(0).run(
                "INSERT INTO \(chat.table)(local_id, local_type, create_time) VALUES(\(id), 1, \(id))")
        }
        for order in ["asc", "desc"] {
            let found = try await messages(chat, order: order)
            #expect(found.ids.count == 902 && Set(found.ids).count == 902 && !found.losses.isPartial)
        }
        let report = try await CheckQuery(isDeep: true).run(on: chat.account)
        #expect(report.databases.first { $0.name == "message/message_0.db" }?.damage.isEmpty == true)
    }

    @Test("what the readers of a chat in many shards keep does not grow with the shards")
    func boundsWhatIsKept() async throws {
        let chat = try ScratchChat(talker: "1@chatroom", seed: 23)
        for shard in 0..<24 {
            try chat.makeShard(shard, count: 700)
            // One message a page, and one shard after the other.
            try chat.shard(shard).run(
                """
                UPDATE \(chat.table) SET message_content = hex(zeroblob(1700)), sort_seq = \(shard) * 1000000 + local_id
                """)
        }
        let request = try MessagesRequest(Parameters(commandLine: ["talker": chat.talker, "limit": "0"]))
        let query = try MessagesQuery(request, in: chat.account)
        try query.readMost()
        let order = try query.entries()
        let worker = query.workers.take()
        var (largest, losses) = (0, MessageLosses())
        while let batch = try MessagesQuery.batch(order) {
            _ = try worker.value.read(batch, order: .newestFirst, filter: MessageFilter(), losses: &losses) { _, _ in }
            largest = max(largest, worker.value.keptSize)
        }
        // What all may keep, and what the last two plans needed.
        #expect(largest > 1 << 20 && largest < 14 << 20 && !losses.isPartial)
    }
}
