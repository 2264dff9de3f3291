import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

/// Pages without a checksum may hold anything: trees that bite their own tail, cells out of the page, lengths beyond it.
@Suite("Damaged trees")
struct FuzzTests {
    @Test("any bytes in any page end every walk and every search", arguments: 0..<30)
    func pages(seed: UInt64) throws {
        let scratch = try ScratchFolder()
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, s TEXT, b BLOB); CREATE INDEX t_n ON t(n);
            WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 700)
            INSERT INTO t SELECT i, i * 31 % 97, printf('row %d', i), zeroblob(i % 40 * 150) FROM c
            """)
        let whole = try scratch.bytes(of: "a.db")
        var random = SeededGenerator(seed: seed)
        var found = 0
        for round in 0..<12 {
            // The first page keeps its head and its table of contents, so that something is walked at all.
            var bytes = whole
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let page = Int.random(in: 1..<whole.count / 4096, using: &random) * 4096
                bytes[page..<page + 4096] = random.damaged(Array(bytes[page..<page + 4096]), keepsLength: true)[...]
            }
            let name = "\(round).db"
            try scratch.write(bytes, to: name)
            let file = DatabaseFile(path: scratch.file(name), name: name, keys: KeyRing(.none))
            let cache = PageCache(try file.snapshot(), pages: 16)
            var damage: [PageFailure] = []
            guard let table = try Schema.tables(["t"], in: cache, damage: &damage)["t"] else { continue }
            found += 1
            let cursor = TableCursor(cache, root: table.root)
            var (rows, last) = (0, Int64.min)
            while try cursor.next() {
                rows += 1
                last = max(last, cursor.rowID)
                for column in 0..<6 {
                    _ = cursor.record.int(column)
                    #expect(cursor.record.text(column).utf8.count <= 3 * bytes.count)
                }
            }
            // A page holds fewer cells than this, and none is walked twice.
            #expect(rows <= bytes.count / 4, "seed \(seed), round \(round)")
            for id in [Int64.min, -1, 0, 1, 350, 700, 701, last, .max] {
                do throws(PageFailure) { _ = try cursor.seek(id) } catch { #expect(error.page > 0) }
            }
            for index in table.indexes {
                let walk = IndexCursor(cache, root: index.root, direction: .backward)
                var entries = 0
                while try walk.next() { entries += 1 }
                #expect(entries <= bytes.count / 4)
            }
        }
        #expect(found > 0)
    }

    @Test("any text is a definition or none", arguments: 0..<20)
    func definitions(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let texts = [
            "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER UNIQUE, \"s p\" TEXT DEFAULT 'a,b)', b BLOB)",
            "CREATE TABLE Msg_x(local_id INTEGER, PRIMARY KEY(local_id DESC), CHECK (n > (1)), [b c] REAL) WITHOUT ROWID",
            "CREATE INDEX i ON t(n COLLATE NOCASE, s DESC) WHERE n > 5", "CREATE TABLE t(a--\n, b /* c, */ , `d`)",
        ]
        for _ in 0..<200 {
            let bytes = random.damaged(Array((texts.randomElement(using: &random) ?? "").utf8))
            let definition = Definition(String(decoding: bytes, as: UTF8.self))
            #expect((definition?.names.count ?? 0) <= bytes.count)
        }
    }
}
