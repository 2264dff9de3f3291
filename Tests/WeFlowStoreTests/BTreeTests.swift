import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("B-trees")
struct BTreeTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private func snapshot(_ name: String = "a.db") throws -> PageSnapshot {
        try DatabaseFile(path: scratch.file(name), name: name, keys: KeyRing(.none)).snapshot()
    }

    private func schema(_ name: String, _ cache: PageCache) throws -> TableSchema {
        var damage: [PageFailure] = []
        let tables = try Schema.tables([name], in: cache, damage: &damage)
        return try #require(tables[name])
    }

    /// A table with small rows, long ones that overflow, gaps in its ids and every kind of value.
    private func fill(_ database: PlainDatabase, rows: Int) throws {
        try database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, s TEXT, b BLOB, r REAL)")
        try database.run("CREATE INDEX t_n ON t(n)")
        try database.run(
            """
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < \(rows))
            INSERT INTO t SELECT i * 3 - 1000, (i * 7919) % 5003 - 2000, CASE i % 5 WHEN 0 THEN NULL ELSE printf('row %d', i) END,
              zeroblob(CASE i % 50 WHEN 0 THEN i * 20 ELSE i % 9 END), i / 4.0 FROM c
            """)
    }

    private func text(_ record: Record, _ rowID: Int64) -> [String] {
        let b = record.bytes(3).byteCount
        return [
            String(rowID), String(record.int(1)), record.isNull(2) ? "NULL" : record.text(2), String(b),
            String(record.quarters(4)),
        ]
    }

    @Test("a walk gives every row as SQLite does, whatever its size", arguments: [0, 1, 10, 3000])
    func walksRows(rows: Int) throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try fill(database, rows: rows)
        let cache = PageCache(try snapshot(), pages: 16)
        let table = try schema("t", cache)
        #expect(table.rowIDColumn == 0)
        let cursor = TableCursor(cache, root: table.root)
        var found: [[String]] = []
        while try cursor.next() { found.append(text(cursor.record, cursor.rowID)) }
        #expect(found == (try database.rows("SELECT id, n, s, length(b), CAST(r * 4 AS INTEGER) FROM t ORDER BY id")))
        #expect(cursor.damage.isEmpty)
    }

    @Test("tables are found one by one as they are together, while others come and go")
    func findsTables() throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        let names = (0..<200).map { "Msg_\($0)" }
        for name in names {
            try database.run("CREATE TABLE \(name)(id INTEGER PRIMARY KEY, a\(name) TEXT UNIQUE)")
            try database.run("CREATE INDEX \(name)_i ON \(name)(a\(name), id)")
        }
        let file = DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: KeyRing(.none))
        let cache = SchemaCache()
        for round in 0..<3 {
            let snapshot = try file.snapshot()
            let asked = names.map { $0.lowercased() } + ["new\(round)", "none"]
            var damage: [PageFailure] = []
            let together = try Schema.tables(asked, in: PageCache(snapshot), damage: &damage)
            #expect(together.count == 200 - round + min(round, 1))
            for name in asked.reversed() {
                let alone = try cache.tables([name], of: snapshot)
                let table = try together[name]
                #expect(try alone[name] == table)
                #expect(alone.count == (table == nil ? 0 : 1))
            }
            #expect(try cache.tables(asked, of: snapshot) == together)
            try database.run("DROP TABLE Msg_\(round * 7); CREATE TABLE New\(round + 1)(b)")
        }
    }

    @Test("rows are found by id, and gaps are not")
    func seeksRows() throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try fill(database, rows: 2000)
        let cache = PageCache(try snapshot(), pages: 8)
        let cursor = TableCursor(cache, root: try schema("t", cache).root)
        for id in stride(from: Int64(-1100), through: 5100, by: 1) {
            let isRow = id >= -997 && id <= 5000 && (id + 1000) % 3 == 0
            #expect(try cursor.seek(id) == isRow, "row \(id)")
        }
        #expect(try cursor.seek(Int64.max) == false)
    }

    @Test("a walk begins behind any id", arguments: [Int64.min, -998, -997, 0, 1, 2, 4999, 5000, Int64.max])
    func rewindsBehindAnId(id: Int64) throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try fill(database, rows: 2000)
        let cache = PageCache(try snapshot(), pages: 8)
        let cursor = TableCursor(cache, root: try schema("t", cache).root)
        try cursor.rewind(after: id)
        var found: [String] = []
        while try cursor.next() { found.append(String(cursor.rowID)) }
        #expect(found == (try database.rows("SELECT id FROM t WHERE id > \(id) ORDER BY id").map { $0[0] }))
    }

    @Test("an index gives its entries in order and against it, as SQLite does")
    func walksIndexes() throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try fill(database, rows: 3000)
        let cache = PageCache(try snapshot(), pages: 16)
        let root = try #require(try schema("t", cache).index(on: "n")?.root)
        for direction in [IndexCursor.Direction.forward, .backward] {
            let cursor = IndexCursor(cache, root: root, direction: direction)
            var found: [[String]] = []
            while try cursor.next() { found.append([String(cursor.record.int(0)), String(cursor.record.int(1))]) }
            let way = direction == .forward ? "ASC" : "DESC"
            #expect(found == (try database.rows("SELECT n, id FROM t ORDER BY n \(way), id \(way)")))
        }
        let cursor = IndexCursor(cache, root: root, direction: .forward)
        for bound in [-3000, -2000, 0, 77, 3002, 9000] {
            try cursor.rewind { $0.int(0) < Int64(bound) }
            let first = try cursor.next() ? String(cursor.record.int(0)) : "none"
            #expect(first == (try database.rows("SELECT min(n) FROM t WHERE n >= \(bound)")[0][0]).replacingNull)
        }
    }

    @Test("a damaged page costs its own rows, is named once, and nothing else is lost")
    func walksPastDamage() throws {
        do {
            let database = try PlainDatabase(scratch.file("b.db"))
            try fill(database, rows: 3000)
            _ = try database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let bytes = try scratch.bytes(of: "b.db")
        let all = try count(bytes)
        #expect(all.rows == 3000)
        var lossy = 0
        for page in 2..<(bytes.count / 4096) {
            var damaged = bytes
            damaged.replaceSubrange((page * 4096)..<(page * 4096 + 8), with: [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
            let found = try count(damaged)
            #expect(found.rows <= 3000)
            if found.rows < 3000 {
                lossy += 1
                #expect(!found.damage.isEmpty)
            }
        }
        #expect(lossy > 20)
    }

    private func count(_ bytes: [UInt8]) throws -> (rows: Int, damage: [PageFailure]) {
        try scratch.write(bytes, to: "a.db")
        let cache = PageCache(try snapshot(), pages: 8)
        let cursor = TableCursor(cache, root: try schema("t", cache).root)
        var rows = 0
        while try cursor.next() { rows += 1 }
        return (rows, cursor.damage)
    }

    @Test("hostile pages end the walk without a trap and without going in circles")
    func survivesHostilePages() throws {
        do {
            let database = try PlainDatabase(scratch.file("b.db"))
            try fill(database, rows: 800)
            _ = try database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let bytes = try scratch.bytes(of: "b.db")
        let pages = bytes.count / 4096
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var found = 0
        for _ in 0..<200 {
            var hostile = bytes
            for _ in 0..<(1 + random(12)) {
                let page = 1 + random(pages - 1)
                // Most of what steers a walk lies at a page's beginning and in its cell pointers.
                let place = page * 4096 + (random(3) == 0 ? random(4096) : random(40))
                hostile[place] = UInt8(random(256))
            }
            try scratch.write(hostile, to: "a.db")
            let snapshot = try snapshot()
            let cache = PageCache(snapshot, pages: 8)
            guard let table = try? schema("t", cache) else { continue }
            found += 1
            let cursor = TableCursor(cache, root: table.root)
            var rows = 0
            while try cursor.next() { rows += 1 }
            if let root = table.index(on: "n")?.root {
                let index = IndexCursor(cache, root: root, direction: .backward)
                while try index.next() { rows += 1 }
            }
            #expect(rows < 100_000)
        }
        #expect(found > 100)
    }
}

extension String {
    /// The empty result of an aggregate, as these tests write it.
    fileprivate var replacingNull: String { self == "NULL" ? "none" : self }
}

extension Record {
    /// A real number in quarters; SQLite stores whole ones as integers.
    fileprivate func quarters(_ column: Int) -> Int {
        switch value(column) {
        case .integer(let number): Int(number) * 4
        case .real(let number): Int(number * 4)
        default: -1
        }
    }
}
