import TestSupport
import Testing
import WeFlowPages
import WeFlowStore

@testable import WeFlowSample

@Suite("Databases of the sample")
struct SampleDatabaseTests {
    @Test("a sample database is sealed page by page and reads back")
    func pagesAreSealed() throws {
        let scratch = try ScratchFolder()
        let database = try SampleDatabase()
        try database.execute("CREATE TABLE t(a INTEGER, b TEXT, c BLOB, d TEXT)")
        try database.insert(
            into: "t", "rowid, a, b, c, d",
            (1...300).map {
                [.int($0), .int($0 * 3), .text("文\($0)"), .blob([UInt8](repeating: 7, count: Int($0) * 9)), nil]
            })
        let salt = [UInt8](0..<16)
        let key = SecretBytes([UInt8](repeating: 0x5A, count: 32))
        let file = try database.sealed(with: PageCipher(pageKey: key, salt: salt))
        #expect(file.count % 4096 == 0 && Array(file[..<16]) == salt)
        try scratch.write(file, to: "a.db")
        let keys = KeyRing(.salted(key: key, salt: salt))
        let snapshot = try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: keys).snapshot()
        #expect(snapshot.isEncrypted && snapshot.usableSize == 4016)
        let sql = try SQLDatabase(snapshot)
        let sum = try sql.prepare("SELECT count(*), sum(a), sum(length(b)), sum(length(c)), count(d) FROM t")
        #expect(try sum.step())
        #expect((0..<5).map { sum.int($0) } == [300, 135_450, 1092, 406_350, 0])
        let check = try sql.prepare("PRAGMA integrity_check")
        #expect(try check.step() && check.text(0) == "ok")
    }
}
