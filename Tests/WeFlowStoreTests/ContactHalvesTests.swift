import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Contacts read in halves")
struct ContactHalvesTests {
    private let scratch: ScratchFolder
    private let account: ScratchAccount
    private static let file = "account/db_storage/contact/contact.db"

    init() throws {
        scratch = try ScratchFolder()
        account = try ScratchAccount(scratch)
    }

    private func fill(_ rows: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let database = try PlainDatabase(account.store("contact/contact.db"), wal: false)
        try database.run(
            "CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, remark TEXT); BEGIN")
        for id in 1...max(1, rows) {
            // Some names take pages of their own, some rows have none and are none.
            let size = Int.random(in: 0..<300, using: &random) == 0 ? 9000 : Int.random(in: 0..<500, using: &random)
            let name = Int.random(in: 0..<20, using: &random) == 0 ? "NULL" : "'wxid_\(id * 7919 % 1009)_\(id)'"
            let remark = Bool.random(using: &random) ? "printf('%.*c', \(size), 'r')" : "x'ff6e'"
            try database.run("INSERT INTO contact VALUES(\(id * 3), \(name), \(id % 4), \(remark))")
        }
        // Later columns, which earlier rows end before, and leaves that are half empty.
        try database.run(
            "COMMIT; ALTER TABLE contact ADD COLUMN alias TEXT DEFAULT 'later'; DELETE FROM contact WHERE id % 5 = \(seed % 5)"
        )
    }

    private func walked() throws -> (rows: [String], damage: Int) {
        var reader = try TableReader(account.account.database(ContactTables.database))
        let table = try #require(try reader.schema(["contact"])["contact"])
        let columns = try ContactRows.Columns(table, hasPictures: true)
        var rows = ContactRows()
        try reader.rows(of: table) { _, record in rows.append(record, columns) }
        return (rows.map(Self.text), reader.damage.count)
    }

    private static func text(_ row: ContactRow) -> String {
        "\(row.username) \(row.localType) \(row.alias) \(row.remark) \(row.rows.isPlain(at: row.place))"
    }

    @Test(
        "are those of a walk, in its order", arguments: [(1, 1), (40, 2), (2000, 3), (2500, 4), (3000, 5), (3500, 6)])
    func agreesWithAWalk(rows: Int, seed: UInt64) throws {
        try fill(rows, seed: seed)
        let tables = try ContactTables(account.account)
        let expected = try walked()
        #expect(tables.contacts.map(Self.text) == expected.rows)
        #expect(tables.damage.isEmpty && expected.damage == 0)
        let reader = try TableReader(account.account.database(ContactTables.database))
        let table = try #require(try account.account.tables(["contact"], of: reader.snapshot)["contact"])
        let columns = try ContactRows.Columns(table, hasPictures: true)
        let halves = ContactRows.inHalves(of: table, columns, in: reader.snapshot)
        #expect((halves != nil) == (rows >= 2000))
    }

    @Test("with a damaged page are those of a walk past it, which names it", arguments: [1, 2, 3, 4])
    func readsPastDamage(seed: UInt64) throws {
        try fill(2500, seed: seed)
        var random = SeededGenerator(seed: seed)
        var bytes = try scratch.bytes(of: Self.file)
        let leaves = (2..<(bytes.count / 4096)).filter { bytes[$0 * 4096] == 13 }
        bytes[try #require(leaves.randomElement(using: &random)) * 4096] = 0x77
        try scratch.write(bytes, to: Self.file)
        let tables = try ContactTables(account.account)
        let expected = try walked()
        #expect(tables.contacts.map(Self.text) == expected.rows)
        #expect(tables.damage.count == 1 && expected.damage == 1)
    }
}
