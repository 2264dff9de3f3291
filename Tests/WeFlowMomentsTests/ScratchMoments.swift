import TestSupport
import WeFlowPages
import WeFlowQuery
import WeFlowState
import WeFlowStore

/// An account folder with an `sns.db` of its own, not encrypted.
struct ScratchMoments {
    /// The schema of 4.1.
    static let schema = """
        CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT)
        """

    let account: Account
    private let scratch: ScratchFolder
    var database: String { scratch.file("wxid_me_ab12/db_storage/sns/sns.db") }

    /// Makes the folder; without a schema there is no database in it.
    init(schema: String? = ScratchMoments.schema, rows: [(tid: Int64, userName: String, content: String)] = []) throws {
        scratch = try ScratchFolder()
        let folder = scratch.file("wxid_me_ab12")
        try StateFolder.makeFolder(folder + "/db_storage/sns")
        account = Account(folder: try AccountFolder.find(folder), keys: KeyRing(.none))
        guard let schema else { return }
        try PlainDatabase(database, wal: false).run(schema)
        try insert(rows)
    }

    func insert(_ rows: [(tid: Int64, userName: String, content: String)]) throws {
        let database = try PlainDatabase(database, wal: false)
        for row in rows {
            try database.run(
                "INSERT INTO SnsTimeLine(tid, user_name, content) "
                    + "VALUES(\(row.tid), \(quoted(row.userName)), \(quoted(row.content)))")
        }
    }

    private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
