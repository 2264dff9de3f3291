import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowTools

/// A model's session, played through: what there is, whom a name means, what was said, page by page.
final class SessionTests {
    private let scratch: ScratchFolder
    private let path: String
    private static let messages = 5000

    init() throws {
        scratch = try ScratchFolder()
        path = scratch.file("wxid_me_0001")
        for name in ["contact", "session", "message"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/db_storage/\(name)", withIntermediateDirectories: true)
        }
        try PlainDatabase("\(path)/db_storage/contact/contact.db").run(
            """
            CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark TEXT,
                nick_name TEXT, quan_pin TEXT, delete_flag INTEGER, extra_buffer BLOB);
            CREATE TABLE stranger(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, nick_name TEXT);
            CREATE TABLE contact_label(label_id_ INTEGER PRIMARY KEY, label_name_ TEXT, sort_order_ INTEGER);
            INSERT INTO contact_label VALUES(3, '私密', 0);
            INSERT INTO contact(username, local_type, alias, remark, nick_name, extra_buffer) VALUES
                ('wxid_me', 1, '', '', '我', NULL), ('wxid_long', 1, '', '老王', 'Wang', NULL),
                ('wxid_bo', 1, '', '王小二', 'Bo', NULL), ('wxid_bo2', 1, '', '', '王小二', NULL),
                ('wxid_doctor', 1, '', '医生', 'Dr Li', x'F20102332C'), ('1@chatroom', 2, '', '', '家人群', NULL);
            """)
        try PlainDatabase("\(path)/db_storage/session/session.db").run(
            """
            CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
                last_timestamp INTEGER, sort_timestamp INTEGER);
            CREATE TABLE SessionNoContactInfoTable(username TEXT PRIMARY KEY, session_title TEXT);
            INSERT INTO SessionTable VALUES('wxid_long', 0, 0, 1700005000, 9), ('1@chatroom', 2, 0, 8, 8),
                ('wxid_bo', 0, 0, 7, 7), ('wxid_bo2', 0, 0, 6, 6), ('wxid_doctor', 0, 0, 5, 5);
            """)
        let long = "[Msg_\(md5Hex("wxid_long"))]"
        for shard in 0..<2 {
            let database = try PlainDatabase("\(path)/db_storage/message/message_\(shard).db")
            try database.run("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
            for name in ["wxid_me", "wxid_long", "wxid_doctor"] {
                try database.run("INSERT INTO Name2Id VALUES('\(name)')")
            }
            for table in [long, "[Msg_\(md5Hex("wxid_doctor"))]", "[Msg_\(md5Hex("1@chatroom"))]"] {
                try database.run(
                    """
                    CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER,
                        sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, status INTEGER,
                        message_content TEXT, compress_content TEXT, packed_info_data BLOB, source BLOB);
                    CREATE INDEX "\(table)_seq" ON \(table)(sort_seq);
                    """)
            }
            // Of two shards by turns; every hundredth and its neighbour are alike in all that the order looks at.
            try database.run(
                """
                WITH RECURSIVE n(i) AS (SELECT \(shard) UNION ALL SELECT i + 2 FROM n WHERE i + 2 < \(Self.messages))
                INSERT INTO \(long) SELECT i / 2 + 1, 7000000000000000000 + i, 1,
                    (1700000000 + i - (i % 100 = 1)) * 1000, 2, 1700000000 + i - (i % 100 = 1), 3,
                    'message ' || i || CASE WHEN i % 50 = 0 THEN printf('%.*c', i / 4, 'x') ELSE '' END, '', NULL, NULL
                FROM n;
                """)
        }
        try PlainDatabase("\(path)/db_storage/message/message_0.db").run(
            """
            INSERT INTO [Msg_\(md5Hex("wxid_doctor"))] VALUES(1, 11, 1, 1700000001000, 3, 1700000001, 3, 'secret x', '', NULL, NULL);
            INSERT INTO [Msg_\(md5Hex("1@chatroom"))] VALUES(1, 12, 1, 1700000002000, 3, 1700000002, 3,
                'wxid_doctor:' || char(10) || 'hello x', '', NULL, NULL);
            """)
    }

    private func toolbox(
        _ rules: VisibilityRules = VisibilityRules(), mostBytes: Int = 40_000
    ) throws -> Toolbox {
        let folder = try AccountFolder.find(path)
        let opened = Opened(state: StateFolder(path: scratch.file("state"))) { () throws(WeFlowError) in
            Account(folder: folder, keys: KeyRing(.none))
        }
        return Toolbox(opened, VisibleChats(rules), mostBytes: mostBytes)
    }

    private func call(
        _ toolbox: Toolbox, _ tool: String, _ arguments: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> (body: JSONValue, error: String?) {
        let result = try await toolbox.call(tool, arguments.map { JSONValue.Member(name: $0, value: $1) })
        let text = result["content"]?.elements.first?["text"]?.text ?? ""
        guard result["isError"] != true else { return (.null, text) }
        let body = result["structuredContent"] ?? .null
        #expect(text == body.compact)
        return (body, nil)
    }

    @Test func aModelFindsItsWay() async throws {
        let toolbox = try toolbox()
        let chats = try await call(toolbox, "list_chats").body["sessions"]?.elements ?? []
        #expect(chats.map { $0["username"] } == ["wxid_long", "1@chatroom", "wxid_bo", "wxid_bo2", "wxid_doctor"])
        let ambiguous = try await call(toolbox, "read_messages", ["talker": "王小二"])
        for id in ["wxid_bo ", "wxid_bo2"] { #expect(ambiguous.error?.contains(id) == true) }
        let hits =
            try await call(toolbox, "search_messages", ["q": "\"message 2501\""]).body["messages"]?.elements ?? []
        let hit = try #require(hits.first?["serverId"])
        let around = try await call(toolbox, "read_messages", ["talker": "老王", "around": hit, "context": .number("2")])
        let texts = around.body["messages"]?.elements.compactMap { $0["content"]?.text?.prefix(12) } ?? []
        #expect(texts == ["message 2499", "message 2500", "message 2501", "message 2502", "message 2503"])
        #expect(around.body["hasMore"] == true && around.body["hasNewer"] == true)
        let one = try await call(toolbox, "get_message", ["talker": "老王", "id": hit]).body["messages"]?.elements
        #expect(one?.map { $0["content"] } == ["message 2501"] && one?.first?["senderName"] == "老王")
    }

    @Test(arguments: [
        (9000, "desc", 100), (20_000, "asc", 77), (40_000, "asc", 10_000), (6000, "desc", 10_000),
        (12_000, "desc", 333),
    ])
    func everyPageGoesOnWhereTheOneBeforeEnded(mostBytes: Int, order: String, limit: Int) async throws {
        let toolbox = try toolbox(mostBytes: mostBytes)
        var seen: [String] = []
        var cursor: JSONValue = .null
        var pages = 0
        repeat {
            let (body, error) = try await call(
                toolbox, "read_messages",
                ["talker": "老王", "order": .string(order), "limit": .integer(limit), "cursor": cursor])
            try #require(error == nil, "\(error ?? "")")
            #expect(body.size <= mostBytes)
            let messages = body["messages"]?.elements ?? []
            #expect(body["count"] == .integer(messages.count) && body["hasMore"] == .bool(body["nextCursor"] != nil))
            try #require(!messages.isEmpty)
            seen += messages.compactMap { $0["serverId"]?.text }
            cursor = body["nextCursor"] ?? .null
            pages += 1
        } while cursor != .null
        #expect(seen.count == Self.messages && Set(seen).count == Self.messages)
        #expect(pages > Self.messages / limit)
        let numbers = seen.compactMap { Int64($0) }.map { $0 - 7_000_000_000_000_000_000 }
        let ordered = order == "asc" ? numbers : numbers.reversed()
        #expect(zip(ordered, ordered.dropFirst()).allSatisfy { $1 > $0 - 2 })
    }

    @Test func whatArrivesMeanwhileMovesNoPage() async throws {
        let toolbox = try toolbox()
        let first = try await call(toolbox, "read_messages", ["talker": "wxid_long", "limit": .number("10")]).body
        let table = "[Msg_\(md5Hex("wxid_long"))]"
        try PlainDatabase("\(path)/db_storage/message/message_1.db").run(
            """
            INSERT INTO \(table) VALUES(9001, 99, 1, 1800000000000, 2, 1800000000, 3, 'late', '', NULL, NULL);
            """)
        let next = try await call(
            toolbox, "read_messages",
            ["talker": "wxid_long", "limit": .number("10"), "cursor": first["nextCursor"] ?? .null]
        ).body
        let ids = [first, next].flatMap { ($0["messages"]?.elements ?? []).compactMap { $0["localId"]?.number } }
        #expect(ids.count == 20)
        #expect(next["messages"]?.elements.first?["content"]?.text?.hasPrefix("message 4989") == true)
        let other = try await call(
            toolbox, "read_messages", ["talker": "wxid_bo", "cursor": first["nextCursor"] ?? .null])
        #expect(other.error?.contains("cursor") == true)
    }

    @Test func whatIsHiddenIsNotThere() async throws {
        for rule in ["wxid_doctor", "医生", "label:私密", "Dr Li"] {
            let toolbox = try toolbox(VisibilityRules(hide: [rule]))
            let chats = try await call(toolbox, "list_chats").body
            #expect(!chats.compact.contains("doctor") && chats["count"] == .number("4"), "\(rule)")
            #expect(try await call(toolbox, "find_contact", ["keyword": "医"]).body["contacts"] == [])
            for name in ["wxid_doctor", "医生"] {
                let hidden = try await call(toolbox, "read_messages", ["talker": .string(name)]).error
                let unknown = try await call(toolbox, "read_messages", ["talker": "zzzz"]).error
                #expect(hidden?.replacing(name, with: "zzzz") == unknown)
            }
            let found = try await call(toolbox, "search_messages", ["q": "x", "counts": true]).body
            #expect(found["sessions"]?.elements.contains { $0["sessionId"] == "wxid_doctor" } == false)
            // What the person says in a group that is there stays, under a name of their own.
            let group = try await call(toolbox, "read_messages", ["talker": "家人群"]).body["messages"]?.elements.first
            #expect(group?["content"] == "hello x" && group?["senderName"] == "Dr Li")
        }
        let only = try toolbox(VisibilityRules(only: ["家人群"]))
        #expect(try await call(only, "list_chats").body["count"] == .number("1"))
        #expect(try await call(only, "search_messages", ["q": "secret"]).body["count"] == .number("0"))
        for rule in ["label:none", "nobody"] {
            let error = try await call(toolbox(VisibilityRules(hide: [rule])), "list_chats").error
            #expect(error?.contains("nobody") == true || error?.contains("none") == true)
        }
    }

    @Test func aStoreThatCannotBeReadIsAnErrorWithoutAPath() async throws {
        let toolbox = try toolbox()
        try FileManager.default.removeItem(atPath: "\(path)/db_storage/session")
        let error = try await call(toolbox, "list_chats").error
        #expect(error?.isEmpty == false && error?.contains(scratch.path) == false)
    }
}
