import CSQLite
import Foundation
import WeFlowPages
import WeFlowStore

/// An account folder with an `sns.db` of its own, not encrypted; gone with the value.
final class ScratchMoments {
    /// The schema of 4.1.
    static let schema = """
        CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT)
        """

    let account: Account
    private let root: String
    var database: String { root + "/wxid_me_ab12/db_storage/sns/sns.db" }

    /// Makes the folder; without a schema there is no database in it.
    init(schema: String? = ScratchMoments.schema, rows: [(tid: Int64, userName: String, content: String)] = []) throws {
        root = NSTemporaryDirectory() + "weflow-moments-" + UUID().uuidString
        let folder = root + "/wxid_me_ab12"
        try FileManager.default.createDirectory(
            atPath: folder + "/db_storage/sns", withIntermediateDirectories: true)
        account = Account(folder: try AccountFolder.find(folder), keys: KeyRing(.none))
        guard let schema else { return }
        try execute(schema)
        if !rows.isEmpty { try insert(rows) }
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            print("\(root) stays behind: \(error)")
        }
    }

    func execute(_ sql: String) throws {
        try withConnection { try Self.check(sqlite3_exec($0, sql, nil, nil, nil), $0) }
    }

    func insert(_ rows: [(tid: Int64, userName: String, content: String)]) throws {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try withConnection { connection in
            var statement: OpaquePointer?
            let sql = "INSERT INTO SnsTimeLine(tid, user_name, content) VALUES(?,?,?)"
            try Self.check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil), connection)
            defer { sqlite3_finalize(statement) }
            for row in rows {
                sqlite3_bind_int64(statement, 1, row.tid)
                sqlite3_bind_text(statement, 2, row.userName, -1, transient)
                sqlite3_bind_text(statement, 3, row.content, -1, transient)
                guard sqlite3_step(statement) == SQLITE_DONE else { throw Failure(sqlite3_errmsg(connection)) }
                sqlite3_reset(statement)
            }
        }
    }

    struct Failure: Error {
        let text: String
        init(_ message: UnsafePointer<CChar>?) { text = message.map { String(cString: $0) } ?? "no message" }
    }

    private func withConnection(_ body: (OpaquePointer?) throws -> Void) throws {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        try Self.check(sqlite3_open(database, &connection), connection)
        try body(connection)
    }

    private static func check(_ code: Int32, _ connection: OpaquePointer?) throws {
        guard code == SQLITE_OK else { throw Failure(sqlite3_errmsg(connection)) }
    }
}
