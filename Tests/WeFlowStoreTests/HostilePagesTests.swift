import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

/// Files that say more than they hold: nothing is made up, nothing comes twice, and nothing larger than the file is asked
/// of memory.
@Suite("Pages that lie")
struct HostilePagesTests {
    private let scratch: ScratchFolder
    private static let size = 4096

    init() throws {
        scratch = try ScratchFolder()
    }

    /// A table of `rows` rows with values of `length` bytes, and the bytes of its file.
    private func make(rows: Int, length: Int, index: Bool = false) throws -> [UInt8] {
        do {
            let database = try PlainDatabase(scratch.file("a.db"), wal: false)
            try database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, b BLOB)")
            if index { try database.run("CREATE INDEX t_n ON t(n)") }
            try database.run(
                """
                WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < \(rows))
                INSERT INTO t SELECT i, i * 10, randomblob(\(length)) FROM c
                """)
        }
        return try scratch.bytes(of: "a.db")
    }

    private func read(_ bytes: [UInt8]) throws -> (rows: [Int64], damage: [PageFailure]) {
        try scratch.write(bytes, to: "b.db")
        let file = DatabaseFile(path: scratch.file("b.db"), name: "b.db", keys: KeyRing(.none))
        let cache = PageCache(try file.snapshot())
        var damage: [PageFailure] = []
        guard let table = try Schema.tables(["t"], in: cache, damage: &damage)["t"] else { return ([], damage) }
        let cursor = TableCursor(cache, of: table)
        let record = cursor.record
        var rows: [Int64] = []
        while try cursor.next() {
            rows.append(cursor.rowID)
            let length = record.bytes(2).byteCount
            #expect(length <= bytes.count)
        }
        return (rows, damage + cursor.damage)
    }

    private func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func put(_ value: UInt32, _ at: Int, in bytes: inout [UInt8]) {
        for place in 0..<4 { bytes[at + place] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * place)) }
    }

    /// The last four bytes of the only cell of a leaf name its first overflow page.
    private func overflow(_ bytes: [UInt8]) -> Int {
        let leaf = Self.size
        let cell = Int(bytes[leaf + 8]) << 8 | Int(bytes[leaf + 9])
        let least = (Self.size - 12) * 32 / 255 - 23
        for local in least...(Self.size - 35) {
            let at = leaf + cell + 5 + local
            guard at + 4 <= 2 * Self.size else { break }
            if word(bytes, at) == 3 { return at }
        }
        return 0
    }

    @Test("a value whose pages come back to one of them is damage, wherever it comes back to", arguments: [1, 2, 3, 5])
    func refusesCircles(back: UInt32) throws {
        let whole = try make(rows: 1, length: 40_000)
        #expect(try read(whole).rows == [1])
        var bytes = whole
        // The pages of the value follow each other from page 3 on; the sixth leads back.
        let from = 7
        put(UInt32(from) - back, (from - 1) * Self.size, in: &bytes)
        let found = try read(bytes)
        #expect(found.rows.isEmpty && found.damage.map(\.reason) == [.damaged])
    }

    @Test(
        "a value longer than file and log is damage, and no memory is taken for it",
        arguments: [0, 1 << 31, UInt32.max])
    func refusesLengths(claimed: UInt32) throws {
        var bytes = try make(rows: 1, length: 40_000)
        let cell = Self.size + (Int(bytes[Self.size + 8]) << 8 | Int(bytes[Self.size + 9]))
        // The header claims any number of pages, the cell 2^28 - 1 bytes and more.
        if claimed > 0 { put(claimed, 28, in: &bytes) }
        for (place, byte) in [0xFF, 0xFF, 0x7F].enumerated() { bytes[cell + place] = UInt8(byte) }
        let found = try read(bytes)
        #expect(found.rows.isEmpty && found.damage.map(\.reason) == [.damaged])
    }

    @Test("a page that a tree names twice gives its rows once, and is named")
    func givesRowsOnce() throws {
        var bytes = try make(rows: 400, length: 100, index: true)
        let root = Self.size
        #expect(bytes[root] == 5)
        let cells = Int(bytes[root + 3]) << 8 | Int(bytes[root + 4])
        #expect(cells > 4)
        func cell(_ index: Int) -> Int {
            root + (Int(bytes[root + 12 + 2 * index]) << 8 | Int(bytes[root + 13 + 2 * index]))
        }
        let twice = word(bytes, cell(1))
        put(twice, cell(3), in: &bytes)
        let found = try read(bytes)
        #expect(Set(found.rows).count == found.rows.count && found.rows == found.rows.sorted())
        #expect(found.damage.contains(PageFailure(.damaged, database: "b.db", page: twice)))
        // The readers of whole leaves do the same.
        let file = DatabaseFile(path: scratch.file("b.db"), name: "b.db", keys: KeyRing(.none))
        let cache = PageCache(try file.snapshot())
        var damage: [PageFailure] = []
        let table = try #require(try Schema.tables(["t"], in: cache, damage: &damage)["t"])
        let map = try #require(try LeafMap(cache.snapshot, root: table.root))
        let rows = LeafRows(cache, map, tally: nil, defaults: nil)
        var scanned: [Int64] = []
        var failures: [PageFailure] = []
        try rows.scan(0..<map.count, where: { _ in true }, { scanned.append($0) }, failed: { failures.append($0) })
        #expect(scanned == found.rows && failures.map(\.page).allSatisfy { $0 == twice } && !failures.isEmpty)
    }

    @Test("numbers at the ends of their range in any place of a page end every walk", arguments: 0..<24)
    func endsEveryWalk(seed: UInt64) throws {
        let whole = try make(rows: 120, length: 900, index: true)
        var random = SeededGenerator(seed: seed)
        let words: [UInt32] = [0, 1, 2, 0x7F, 0x80, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FF7F, 0x4000_0001]
        for _ in 0..<20 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let page = Int.random(in: 0..<bytes.count / Self.size, using: &random)
                // Heads of pages and cells; of the first page the fields of the file's header behind the page size.
                let place =
                    page == 0
                    ? Int.random(in: 24..<96, using: &random)
                    : Bool.random(using: &random)
                        ? Int.random(in: 0..<48, using: &random)
                        : Int.random(in: 48..<Self.size - 4, using: &random)
                put(words.randomElement(using: &random) ?? 0, page * Self.size + place, in: &bytes)
            }
            do {
                let found = try read(bytes)
                #expect(Set(found.rows).count == found.rows.count)
            } catch let error as WeFlowError {
                #expect([.unavailable, .storeFailed].contains(error.kind), "seed \(seed)")
            }
        }
    }

    @Test("what an index names and the table lacks is damage")
    func namesMissingRows() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); CREATE INDEX t_n ON t(n);
            INSERT INTO t VALUES(1, 1), (2, 2), (3, 3);
            CREATE TABLE fewer(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO fewer VALUES(1, 1), (3, 3);
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'fewer') WHERE name = 't'
            """)
        let cache = PageCache(
            try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: KeyRing(.none)).snapshot())
        var damage: [PageFailure] = []
        let table = try #require(try Schema.tables(["t"], in: cache, damage: &damage)["t"])
        let cursor = TableCursor(cache, of: table)
        try cursor.load(3)
        #expect(throws: PageFailure(.rowMissing, database: "a.db", page: table.root)) { try cursor.load(2) }
        #expect(try !cursor.seek(2))
    }
}
