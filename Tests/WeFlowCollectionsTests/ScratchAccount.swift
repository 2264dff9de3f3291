import Foundation
import TestSupport
import WeFlowPages
import WeFlowStore

/// An account whose databases a test writes, not encrypted.
struct ScratchAccount {
    let scratch: ScratchFolder
    let account: Account

    /// Makes an account of some databases.
    ///
    /// - Parameter databases: paths below `db_storage`, and the statements that make them.
    /// - Throws: what SQLite says.
    init(_ databases: KeyValuePairs<String, String>) throws {
        scratch = try ScratchFolder()
        let store = scratch.file("wxid_me_abcd/db_storage")
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
        for (name, sql) in databases {
            let path = "\(store)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try PlainDatabase(path).run(sql)
        }
        account = Account(folder: try AccountFolder.find(scratch.file("wxid_me_abcd")), keys: KeyRing(.none))
    }

    static let contacts = """
        CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, flag INTEGER,
            delete_flag INTEGER, remark TEXT, nick_name TEXT, quan_pin TEXT, big_head_url TEXT, small_head_url TEXT,
            extra_buffer BLOB);
        INSERT INTO contact(username, local_type, alias, flag, delete_flag, remark, nick_name, quan_pin, extra_buffer)
        VALUES('wxid_me', 1, '', 3, 0, '', '我', '', NULL), ('wxid_a', 1, '', 2059, 0, '', '甲', '', x'F20104332C372C'),
            ('wxid_b', 1, '', -2147481589, 0, '', '乙', '', x'F20103332C39'), ('1@chatroom', 2, '', 3, 0, '', '群', '', x'6001');
        """
    static let labels = """
        CREATE TABLE contact_label(label_id_ INTEGER PRIMARY KEY, label_name_ TEXT, sort_order_ INTEGER);
        INSERT INTO contact_label VALUES(3, '家人, 朋友', 2), (7, '同事', 1), (8, '同事', 1);
        """
}
