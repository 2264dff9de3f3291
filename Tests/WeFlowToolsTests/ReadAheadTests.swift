import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowQuery
import WeFlowStore

@testable import WeFlowTools

/// Pages that are read before they are asked for are the same pages.
struct ReadAheadTests {
    @Test func aWalkAndJumpsSeeTheSameRows() throws {
        let scratch = try ScratchFolder()
        let store = scratch.file("account/db_storage/contact")
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
        let database = try PlainDatabase("\(store)/contact.db")
        // Two tables whose pages lie among each other, rows that are longer than a page, and some of it in the log alone.
        try database.run("CREATE TABLE a(i INTEGER PRIMARY KEY, t TEXT); CREATE TABLE b(i INTEGER PRIMARY KEY, t TEXT)")
        for part in 0..<6 {
            try database.run(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
                INSERT INTO a SELECT \(part) * 400 + i, printf('%0*d', 40 + (i % 7) * 900, i) FROM n;
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
                INSERT INTO b SELECT \(part) * 300 + i, printf('%0*d', 90, i * 7) FROM n;
                """)
            if part == 3 { try database.run("PRAGMA wal_checkpoint") }
        }
        let account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
        for query in [
            "SELECT count(*), sum(length(t)), sum(i), max(t) FROM a", "SELECT count(*), sum(i), max(t) FROM b",
            "SELECT group_concat(t) FROM (SELECT t FROM a WHERE i % 97 = 3 ORDER BY i DESC)",
            "SELECT sum(length(a.t) * b.i) FROM a JOIN b USING (i)", "PRAGMA integrity_check",
        ] {
            let statement = try QueryDatabase(account.database("contact/contact.db"), QueryInterrupt()).prepare(query)
            #expect(try statement.step())
            let mine = statement.columns.indices.map { column in
                statement.withBytes(column) { String(decoding: $0, as: UTF8.self) }
            }
            #expect(try [mine] == database.rows(query), "\(query)")
        }
    }
}
