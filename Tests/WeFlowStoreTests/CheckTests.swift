import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("What a check reads")
struct CheckTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private func snapshot() throws -> PageSnapshot {
        try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: KeyRing(.none)).snapshot()
    }

    /// Tables, indexes, values that go on over other pages, a table without row ids, and pages that were given back.
    private func fill(_ database: PlainDatabase) throws {
        try database.run(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER UNIQUE, s TEXT, b BLOB);
            CREATE INDEX t_s ON t(s);
            CREATE TABLE u(k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
            CREATE TABLE gone(b BLOB);
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 900)
              INSERT INTO t SELECT i, i * 7, printf('%d %s', i, CASE i % 300 WHEN 0 THEN hex(zeroblob(9000)) ELSE '' END),
                zeroblob(CASE i % 90 WHEN 0 THEN i * 30 ELSE 3 END) FROM c;
            INSERT INTO u SELECT s, n FROM t WHERE id % 7 = 0;
            INSERT INTO gone SELECT zeroblob(20000) FROM t LIMIT 40;
            DELETE FROM gone;
            """)
    }

    @Test("every page of a database has one owner")
    func everyPageHasAnOwner() throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try fill(database)
        let snapshot = try snapshot()
        let owners = try PageOwners(snapshot, wanted: Set(1...snapshot.pageCount))
        #expect(owners.damage.isEmpty)
        var counts: [String: Int] = [:]
        for page in 1...snapshot.pageCount {
            switch owners[page] {
            case .object(let object): counts[object.name, default: 0] += 1
            case .free: counts["free", default: 0] += 1
            case .reserved: counts["reserved", default: 0] += 1
            case nil: Issue.record("page \(page) has no owner")
            }
        }
        #expect(counts["free"] == Int(try database.rows("PRAGMA freelist_count")[0][0]))
        #expect(counts.values.reduce(0, +) == Int(snapshot.pageCount))
        for name in ["sqlite_schema", "t", "t_s", "u", "sqlite_autoindex_t_1"] { #expect(counts[name] ?? 0 > 0) }
        #expect(counts["gone"] == 1)
    }

    @Test("a database that shrinks keeps a map of its pages")
    func pointerMapsAreReserved() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run("PRAGMA auto_vacuum=1; VACUUM")
        try fill(database)
        let snapshot = try snapshot()
        let owners = try PageOwners(snapshot, wanted: Set(1...snapshot.pageCount))
        #expect(owners[2] == .reserved)
        #expect((1...snapshot.pageCount).allSatisfy { owners[$0] != nil })
    }

    @Test("damage is found where it lies", arguments: [0, 5, 0xFF] as [UInt8])
    func pagesThatAreNoneAreNoted(kind: UInt8) throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try fill(database)
        let root = try #require(UInt32(database.rows("SELECT rootpage FROM sqlite_schema WHERE name='t_s'")[0][0]))
        var bytes = try scratch.bytes(of: "a.db")
        bytes[(Int(root) - 1) * 4096] = kind
        try scratch.write(bytes, to: "a.db")
        let owners = try PageOwners(try snapshot(), wanted: [root])
        // A page of a table in the place of one of an index still leads to pages, so it is its cells that tell.
        #expect(!owners.damage.isEmpty || kind == 5)
        guard case .object(let object) = owners[root] else {
            Issue.record("the page has no owner")
            return
        }
        #expect(object.name == "t_s" && object.table == "t" && object.kind == .index)
    }

    @Test("any bytes in place of a page end the walk", arguments: 0..<40)
    func anyBytesEndTheWalk(seed: Int) throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try fill(database)
        var bytes = try scratch.bytes(of: "a.db")
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        // The first hundred bytes are the header, which the snapshot judges.
        for _ in 0..<200 { bytes[100 + next() % (bytes.count - 100)] = UInt8(truncatingIfNeeded: next()) }
        try scratch.write(bytes, to: "a.db")
        let snapshot = try snapshot()
        let cache = PageCache(snapshot, pages: 16)
        var damage: [PageFailure] = []
        let objects = try Schema.objects(in: cache, damage: &damage)
        _ = try ShardSummary(objects, in: cache)
        let owners = try PageOwners(snapshot, wanted: Set(1...snapshot.pageCount))
        #expect(owners.damage.allSatisfy { $0.reason != .moved })
    }

    @Test("a shard is counted from its indexes, without them from its rows", arguments: [true, false])
    func shardsAreCounted(isIndexed: Bool) throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        for (chat, count) in [("a", 700), ("b", 1), ("c", 0)] {
            let table = "Msg_\(chat)"
            try database.run(
                "CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY, sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER)"
            )
            if isIndexed {
                try database.run("CREATE INDEX \(table)_SORTSEQ ON \(table)(sort_seq)")
                try database.run("CREATE INDEX \(table)_SENDERID ON \(table)(real_sender_id)")
                try database.run("CREATE INDEX \(table)_PART ON \(table)(real_sender_id) WHERE sort_seq > 9000000000")
            }
            for id in 0..<count {
                try database.run(
                    "INSERT INTO \(table) VALUES(\(id), \(1_700_000_000 + id)000, 1, \(1_700_000_000 + id))")
            }
        }
        try database.run("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
        let cache = PageCache(try snapshot(), pages: 16)
        var damage: [PageFailure] = []
        let summary = try ShardSummary(try Schema.objects(in: cache, damage: &damage), in: cache)
        #expect(summary.chats == 3 && summary.messages == 701)
        #expect(summary.damage.isEmpty && damage.isEmpty)
        #expect(summary.first == (isIndexed ? 1_700_000_000 : nil))
        #expect(summary.last == (isIndexed ? 1_700_000_699 : nil))
    }
}
