import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Messages of each sender")
struct SenderCountsTests {
    /// What the indexes of a table are, and how their counts are told.
    static let shapes = [
        "real_sender_id) local_type)", "real_sender_id, sort_seq) local_type, sort_seq)", "real_sender_id)", "",
    ]

    @Test("are those of SQLite, notices aside, from any indexes and without one", arguments: 0..<12, shapes)
    func agreesWithSQLite(seed: UInt64, shape: String) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchFolder()
        let account = try ScratchAccount(scratch)
        let name = "[Msg_\(md5Hex("wxid_chat"))]"
        let database = try PlainDatabase(account.store("message/message_0.db"))
        let rows = Int.random(in: 1...9000, using: &random)
        // Few senders have runs of many leaves, many have several on one.
        let senders = [1, 3, 2000][Int(seed % 3)]
        let notices = [1, 30, 100_000][Int(seed / 3 % 3)]
        try database.run(
            """
            CREATE TABLE Name2Id(user_name TEXT);
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)
            INSERT INTO Name2Id SELECT 'wxid_' || i FROM c;
            CREATE TABLE \(name)(local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER);
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < \(rows))
            INSERT INTO \(name) SELECT i * 3, iif(i % \(notices) = 0, 10000 + i % 4 / 3 * 2, i % 3), i,
                nullif((i * \(Int.random(in: 1...9999, using: &random)) + i / 7) % \(senders + 1), 0) FROM c;
            """)
        for (number, index) in shape.split(separator: ")").enumerated() {
            try database.run("CREATE INDEX i\(number) ON \(name)(\(index))")
        }
        let shard = try #require(account.account.messageShards().first)
        let table = try #require(
            try MessageTable.open(shard, ordinal: 0, talker: "wxid_chat", in: account.account))
        let counts = try SenderCounts(table, without: [10000, 10002])
        let expected = try database.rows(
            """
            SELECT user_name, count(*) FROM \(name) JOIN Name2Id ON Name2Id.rowid = real_sender_id
            WHERE local_type NOT IN (10000, 10002) GROUP BY real_sender_id
            """)
        #expect(counts.damage.isEmpty)
        #expect(counts.counts == Dictionary(uniqueKeysWithValues: expected.map { ($0[0], Int($0[1]) ?? -1) }))
    }

    @Test(
        "are counted from the rows where two indexes do not agree, or a page of one is damaged",
        arguments: [true, false])
    func doubtsIndexes(isDamaged: Bool) throws {
        let scratch = try ScratchFolder()
        let account = try ScratchAccount(scratch)
        let name = "Msg_\(md5Hex("wxid_chat"))"
        let path = account.store("message/message_0.db")
        let root = try {
            let database = try PlainDatabase(path, wal: false)
            try database.run(
                """
                CREATE TABLE Name2Id(user_name TEXT); INSERT INTO Name2Id VALUES('wxid_a');
                CREATE TABLE \(name)(local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER);
                CREATE INDEX s ON \(name)(real_sender_id); CREATE INDEX t ON \(name)(local_type);
                WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000)
                INSERT INTO \(name) SELECT i, iif(i % 10 = 0, 10000, 1), i, 1 FROM c;
                """)
            if !isDamaged {
                // The index on the sender is one of another time: a notice that came since is not in it.
                try database.run(
                    """
                    PRAGMA writable_schema=1; CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 's';
                    DELETE FROM sqlite_master WHERE name = 's'; PRAGMA writable_schema=RESET;
                    INSERT INTO \(name) VALUES(3001, 10000, 3001, 1);
                    PRAGMA writable_schema=1; INSERT INTO sqlite_master SELECT * FROM kept;
                    PRAGMA writable_schema=RESET;
                    """)
            }
            return try #require(Int(database.rows("SELECT rootpage FROM sqlite_master WHERE name = 's'")[0][0]))
        }()
        if isDamaged {
            let file = "account/db_storage/message/message_0.db"
            var bytes = try scratch.bytes(of: file)
            // The third child of the index's root, as its cells name it.
            let base = (root - 1) * 4096
            #expect(bytes[base] == 2)
            let cell = Int(bytes[base + 16]) << 8 | Int(bytes[base + 17])
            let child = bytes[(base + cell)..<(base + cell + 4)].reduce(0) { $0 << 8 | Int($1) }
            bytes[(child - 1) * 4096] = 0x77
            try scratch.write(bytes, to: file)
        }
        let shard = try #require(account.account.messageShards().first)
        let table = try #require(
            try MessageTable.open(shard, ordinal: 0, talker: "wxid_chat", in: account.account))
        let counts = try SenderCounts(table, without: [10000, 10002])
        #expect(counts.counts == ["wxid_a": 2700])
        #expect(counts.damage.isEmpty)
    }
}
