import Foundation
import TestSupport
import Testing
import WeFlowParameters

@testable import WeFlowPages
@testable import WeFlowStore

/// A copy of a fixture account whose moments a test may change.
struct ScratchStore {
    /// The kinds of databases: encrypted, and not.
    static let kinds = ["kdf", "none"]
    /// What no byte on the disk of an encrypted store may spell.
    static let plaintext = Array("SnsDataItem".utf8)

    let scratch: ScratchFolder
    let account: Account
    /// The database.
    let path: String
    let isEncrypted: Bool

    init(_ kind: String) throws {
        scratch = try ScratchFolder()
        let fixture = try FixtureAccount(kind)
        let folder = try fixture.copy(to: scratch)
        isEncrypted = fixture.key != nil
        let material = try fixture.key.map { try KeyMaterial.parse($0, origin: "the test") } ?? .none
        // The rounds are for another test to wait for.
        let cache: KeyCache? = if case .bare(let key) = material { KeyCache(path: Self.keys, key: key) } else { nil }
        account = Account(folder: try AccountFolder.find(folder), keys: KeyRing(material, cache: cache))
        path = folder + "/db_storage/sns/sns.db"
        // The fixture's posts fit a few pages; a tree has to have inner pages, too.
        try database.change(keeping: nil) { changes throws(WeFlowError) in
            try SQLDatabase(changes).execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
                    + "INSERT INTO SnsTimeLine(tid, user_name, content) "
                    + "SELECT -1000 - i, 'wxid_' || i % 7, '<SnsDataItem>' || hex(zeroblob(i * 31)) FROM n")
        }
    }

    private static let keys = NSTemporaryDirectory() + "weflow-store-tests-\(getpid()).keys"

    /// The database file below the account.
    var database: DatabaseFile { account.database(MomentsTable.database) }

    /// A change that keeps no backup.
    func change(keeping backups: Backups? = nil) throws -> MomentsChange {
        try MomentsChange(account, keeping: backups)
    }

    /// What is in the database.
    struct Content: Equatable {
        var rows: [String]
        var schema: [String]
        var ids: [Int64]
    }

    /// All rows and the schema, as SQLite reads them from the database and its log; it must find nothing to complain of.
    func content() throws -> Content { try Self.content(of: DatabaseFile(path: path, name: "x", keys: account.keys)) }

    static func content(of file: DatabaseFile) throws -> Content {
        let sql = try SQLDatabase(file)
        let check = try sql.prepare("PRAGMA integrity_check")
        #expect(try check.step() && check.text(0) == "ok")
        var content = Content(rows: [], schema: [], ids: [])
        let rows = try sql.prepare(
            "SELECT tid, user_name, hex(content), hex(pack_info_buf) FROM SnsTimeLine ORDER BY tid")
        while try rows.step() {
            content.ids.append(rows.int(0))
            content.rows.append((0..<4).map { rows.text($0) }.joined(separator: "|"))
        }
        let schema = try sql.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name")
        while try schema.step() { content.schema.append((0..<3).map { schema.text($0) }.joined(separator: "|")) }
        return content
    }

    /// The bytes of a file beside the database.
    func bytes(_ suffix: String = "") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + suffix)))
    }

    /// Writes a file beside the database.
    func write(_ bytes: some Sequence<UInt8>, _ suffix: String = "") throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + suffix))
    }

    /// Names of the files in the database's folder.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).sorted()
    }

    /// Makes a change as far as the log: as a process leaves it that was killed before it copied the log back.
    func commitToLog(_ sql: String) throws {
        let (lock, snapshot) = try #require(try database.lockedSnapshot())
        let changes = PageChanges(snapshot)
        try SQLDatabase(changes).execute(sql)
        try database.commit(changes, under: lock)
    }

    /// Copies the log back, as the end of a change does.
    func copyLogBack() throws {
        let (lock, snapshot) = try #require(try database.lockedSnapshot())
        try database.copyBack(pageSize: snapshot.pageSize, under: lock)
    }
}
