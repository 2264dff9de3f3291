import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Columns of rows that are not taken in")
struct RowFrontTests {
    /// A database whose rows have numbers of all sizes, texts of all lengths, and long ones that overflow.
    private func database(_ scratch: ScratchFolder) throws {
        let database = try PlainDatabase(scratch.file("a.db"))
        try database.run("CREATE TABLE t(a INTEGER, b INTEGER, s TEXT, c INTEGER, d TEXT, e BLOB, f INTEGER, g REAL)")
        try database.run(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
            INSERT INTO t SELECT i, (i - 300) << (i % 60), printf('%.*c', i % 200, 'x'), i % 2,
              CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN i ELSE printf('%.*c', i * i % 6000, 'y') END,
              CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN x'' ELSE zeroblob(i % 5) END, -i, i / 2.0 FROM n
            """)
    }

    @Test(
        "what the first columns tell is what the row says, and what takes more is left open",
        arguments: [1, 3, 5, 6, 8])
    func fronts(most: Int) throws {
        let scratch = try ScratchFolder()
        try database(scratch)
        let snapshot = try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: KeyRing(.none)).snapshot()
        let cache = PageCache(snapshot, pages: 64)
        var damage: [PageFailure] = []
        let table = try #require(try Schema.tables(["t"], in: cache, damage: &damage)["t"])
        let map = try #require(try LeafMap(snapshot, root: table.root))
        let record = Record(cache)
        let room = UnsafeMutablePointer<RowFront.Place>.allocate(capacity: most)
        defer { room.deallocate() }
        var (numbers, texts, open) = (0, 0, 0)
        for place in 0..<map.count {
            let number = map.page(at: place)
            let bytes = UnsafeMutableRawPointer.allocate(byteCount: snapshot.pageSize, alignment: 16)
            defer { bytes.deallocate() }
            try snapshot.read(number, into: bytes)
            let page = try BTreePage(number, at: bytes, of: snapshot)
            for cell in 0..<page.count {
                let payload = try page.row(cell).payload
                let front = RowFront(payload.local, most: most, in: room)
                try record.load(payload, page: number)
                for column in -1..<9 {
                    guard let found = front.int(column) else {
                        open += 1
                        continue
                    }
                    #expect(record.value(column) == .integer(found) && column < most)
                    numbers += 1
                }
                guard payload.overflow == 0 else { continue }
                for (column, other) in [(2, -1), (4, 5), (4, -1), (2, 4)] {
                    guard let found = front.bytes(column, without: other) else { continue }
                    #expect(found.elementsEqual(record.unsafeBytes(column)) && max(column, other) < most)
                    #expect(other < 0 || record.unsafeBytes(other).isEmpty)
                    texts += 1
                }
            }
        }
        #expect(numbers >= 600 && open > 0 && (texts > 100 || most < 3))
    }

    @Test("damaged rows tell nothing that lies outside of them")
    func damaged() {
        let row: [UInt8] = [8, 1, 2, 19, 1, 13, 0, 8] + [5, 1, 2, 65, 66, 67, 9]
        let room = UnsafeMutablePointer<RowFront.Place>.allocate(capacity: 8)
        defer { room.deallocate() }
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bytes = random.damaged(row)
            bytes.withUnsafeBytes { bytes in
                let front = RowFront(bytes, most: 8, in: room)
                for column in 0..<8 {
                    _ = front.int(column)
                    guard let found = front.bytes(column, without: -1), let base = found.baseAddress else { continue }
                    #expect(bytes.baseAddress.map { base >= $0 && base + found.count <= $0 + bytes.count } == true)
                }
            }
        }
    }
}
