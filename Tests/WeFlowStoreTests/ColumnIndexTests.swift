import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Values out of an index")
struct ColumnIndexTests {
    /// A table of messages in a folder of its own, and what SQLite itself says of it.
    private struct Opened {
        let scratch: ScratchFolder
        let table: MessageTable
        let database: PlainDatabase
        let name: String
    }

    private func open(_ index: String, rows: Int, sender: String) throws -> Opened {
        let scratch = try ScratchFolder()
        let account = try ScratchAccount(scratch)
        let name = "[Msg_\(md5Hex("wxid_chat"))]"
        let database = try PlainDatabase(account.store("message/message_0.db"))
        try database.run(
            """
            CREATE TABLE \(name)(local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER);
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < \(rows))
            INSERT INTO \(name) SELECT i * 2, i % 3, i, \(sender) FROM c;
            CREATE INDEX i ON \(name)(\(index));
            """)
        let shard = try #require(account.account.messageShards().first)
        let table = try MessageTable.open(shard, ordinal: 0, talker: "wxid_chat", in: account.account)
        return Opened(scratch: scratch, table: try #require(table), database: database, name: name)
    }

    private func given(_ value: Int64, _ index: ColumnIndex) throws -> [Int64] {
        var rows: [Int64] = []
        #expect(try index.rows(of: value) { rows.append($0) })
        return rows
    }

    @Test(
        "are those of SQLite, and so are the rows that hold each",
        arguments: [(1, "7"), (10, "i"), (4000, "i % 7 - 3"), (4000, "i * i % 1000 << 40"), (4000, "i / 3000")],
        ["real_sender_id", "real_sender_id, sort_seq, local_type"])
    func agreesWithSQLite(shape: (rows: Int, sender: String), index: String) throws {
        let opened = try open(index, rows: shape.rows, sender: shape.sender)
        let found = try #require(ColumnIndex(opened.table, on: .sender))
        func rows(_ what: String) throws -> [String] { try opened.database.rows("SELECT \(what)").map { $0[0] } }
        let values = try #require(try found.values(atMost: 4000))
        #expect(
            try values.map(String.init) == rows("DISTINCT real_sender_id FROM \(opened.name) ORDER BY real_sender_id"))
        #expect(try found.values(atMost: values.count - 1) == nil)
        for value in values.prefix(20) {
            let expected = try rows("local_id FROM \(opened.name) WHERE real_sender_id = \(value)")
            #expect(try given(value, found).map(String.init).sorted() == expected.sorted())
        }
        for value in [Int64.min, .max] { #expect(try given(value, found) == []) }
    }

    @Test(
        "the rows that hold an integer are found among any other values",
        arguments: [
            "CASE i % 3 WHEN 0 THEN i END", "CASE WHEN i < 3990 THEN NULL ELSE i END",
            "CASE i % 4 WHEN 0 THEN i WHEN 2 THEN 'x' || i END",
        ])
    func integersAmongOthers(sender: String) throws {
        let opened = try open("real_sender_id", rows: 4000, sender: sender)
        let found = try #require(ColumnIndex(opened.table, on: .sender))
        for value in [12, 24, 3000, 3984, 3996] as [Int64] {
            let expected = try opened.database.rows(
                "SELECT local_id FROM \(opened.name) WHERE real_sender_id = \(value)")
            #expect(try given(value, found).map(String.init) == expected.map { $0[0] })
        }
        #expect(try found.holdsTexts() == sender.contains("'x'"))
    }

    @Test(
        "are none where one of them is no integer, and only then",
        arguments: ["NULL", "'5x'", "x'05'", "2.5", "'5'"])
    func refusesOtherValues(value: String) throws {
        let opened = try open(
            "real_sender_id", rows: 900, sender: "CASE i WHEN 500 THEN \(value) ELSE i % 9 END")
        let values = try #require(ColumnIndex(opened.table, on: .sender)).values(atMost: 99)
        // A column of integers makes a number of a text that is one.
        #expect(values == (value == "'5'" ? Array(0...8) : nil))
    }

    @Test("come from no index that leaves rows out, goes the other way or begins with something else")
    func refusesOtherIndexes() throws {
        let shapes = [
            "real_sender_id DESC", "real_sender_id COLLATE NOCASE DESC", "real_sender_id) WHERE (sort_seq > 1",
            "sort_seq, real_sender_id", "abs(real_sender_id)",
        ]
        for shape in shapes {
            #expect(ColumnIndex(try open(shape, rows: 10, sender: "i").table, on: .sender) == nil)
        }
        #expect(ColumnIndex(try open("real_sender_id, sort_seq DESC", rows: 10, sender: "i").table, on: .sender) != nil)
        #expect(try open("sort_seq", rows: 10, sender: "i").table.isOrderedByIndex)
        #expect(try !open("sort_seq, local_type", rows: 10, sender: "i").table.isOrderedByIndex)
    }
}
