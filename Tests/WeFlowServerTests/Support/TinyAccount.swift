import CSQLite
import Foundation
import TestSupport
import WeFlowMoments
import WeFlowPages
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowServer

/// A small account that is not encrypted: a friend, a group of three, 300 messages in each chat.
///
/// Its folder lies in the system's folder for such files and goes with the value.
final class TinyAccount: Sendable {
    static let friend = "wxid_friend"
    static let group = "12345@chatroom"
    static let owner = "wxid_owner"
    static let messageCount = 300
    /// The time of the first message; one follows each minute.
    static let firstTime = 1_760_000_000

    private let scratch: ScratchFolder
    let folder: String
    let account: Account
    let exportPath: String

    struct Failure: Error {
        let sql: String
        let code: CInt
    }

    init() throws {
        scratch = try ScratchFolder()
        folder = scratch.file("\(Self.owner)_ab12")
        exportPath = scratch.file("api-media")
        for name in ["contact", "session", "message", "sns"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/db_storage/\(name)", withIntermediateDirectories: true)
        }
        account = Account(folder: try AccountFolder.find(folder), keys: KeyRing(.none))
        context = Self.context(account, exportPath)
        try writeContacts()
        try writeSessions()
        try writeMessages()
        try execute(
            "sns/sns.db",
            ["CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT)"]
        )
    }

    /// What a server answers from.
    let context: ServerContext

    /// The same with another way of telling what arrives.
    func context(_ push: PushContext) -> ServerContext {
        let account = account
        return ServerContext(media: context.media, moments: context.moments, push: push) { () throws(WeFlowError) in
            account
        }
    }

    /// Where the journal lies.
    var state: StateFolder { StateFolder(path: exportPath + "-state") }

    private static func context(_ account: Account, _ exportPath: String) -> ServerContext {
        ServerContext(
            media: MediaSettings(exportPath: exportPath),
            moments: MomentsContext(network: MediaNetwork(hosts: .wechat), cacheFolder: exportPath + "-sns"),
            push: PushContext(state: StateFolder(path: exportPath + "-state")) { () throws(WeFlowError) in
                var settings = ServeSettings()
                settings.push = true
                return settings
            }
        ) { () throws(WeFlowError) in account }
    }

    /// Makes the folder of messages look as if no file had come or gone lately, which is when an answer that was given
    /// before can be told to be good at once.
    func settle() throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: "\(folder)/db_storage/message")
    }

    /// The table of a chat's messages.
    static func table(_ talker: String) -> String { "Msg_\(md5Hex(talker))" }

    /// Appends a received text to a chat.
    func receive(_ text: String, in talker: String, at time: Int) throws {
        try execute("message/message_0.db", [Self.insertion(talker, at: time, text)])
    }

    /// Appends a text of the owner's to a chat.
    func say(_ text: String, in talker: String, at time: Int) throws {
        try execute(
            "message/message_0.db", [Self.insertion(talker, server: time, sender: 1, time: time, text: text)])
    }

    /// Runs SQL on a database below `db_storage`, all in one transaction.
    func execute(_ database: String, _ statements: [String]) throws {
        var connection: OpaquePointer?
        let path = "\(folder)/db_storage/\(database)"
        guard sqlite3_open(path, &connection) == SQLITE_OK else { throw Failure(sql: path, code: 0) }
        defer { sqlite3_close(connection) }
        for sql in ["BEGIN"] + statements + ["COMMIT"] {
            let code = sqlite3_exec(connection, sql, nil, nil, nil)
            guard code == SQLITE_OK else { throw Failure(sql: sql, code: code) }
        }
    }

    private func writeContacts() throws {
        let columns =
            "(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, encrypt_username TEXT, "
            + "flag INTEGER, delete_flag INTEGER, verify_flag INTEGER, remark TEXT, remark_quan_pin TEXT, "
            + "remark_pin_yin_initial TEXT, nick_name TEXT, pin_yin_initial TEXT, quan_pin TEXT, big_head_url TEXT, "
            + "small_head_url TEXT, head_img_md5 TEXT, chat_room_notify INTEGER, is_in_chat_room INTEGER, "
            + "description TEXT, extra_buffer BLOB, chat_room_type INTEGER)"
        let people = [
            (1, Self.owner, 1, "", "我自己"), (2, Self.friend, 1, "客户张三", "张三"), (3, Self.group, 2, "", "项目群"),
            (4, "wxid_member", 3, "", "李四"),
        ]
        try execute(
            "contact/contact.db",
            [
                "CREATE TABLE contact\(columns)", "CREATE TABLE stranger\(columns)",
                "CREATE TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB)",
                "CREATE TABLE chatroom_member(room_id INTEGER, member_id INTEGER, "
                    + "CONSTRAINT room_member UNIQUE(room_id, member_id))",
                "CREATE TABLE name2id(username TEXT PRIMARY KEY)",
                "INSERT INTO chat_room VALUES(3, '\(Self.group)', '\(Self.friend)', NULL)",
            ]
                + people.map { id, username, type, remark, nickname in
                    "INSERT INTO contact(id, username, local_type, alias, flag, delete_flag, verify_flag, remark, "
                        + "nick_name) VALUES(\(id), '\(username)', \(type), '', 3, 0, 0, '\(remark)', '\(nickname)')"
                }
                + people.map { "INSERT INTO name2id(rowid, username) VALUES(\($0.0), '\($0.1)')" }
                + [1, 2, 4].map { "INSERT INTO chatroom_member VALUES(3, \($0))" })
    }

    private func writeSessions() throws {
        let last = Self.firstTime + 60 * (Self.messageCount - 1)
        try execute(
            "session/session.db",
            [
                "CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER, "
                    + "is_hidden INTEGER, summary TEXT, status INTEGER, last_timestamp INTEGER, "
                    + "sort_timestamp INTEGER, last_msg_locald_id INTEGER, last_msg_type INTEGER)",
                "INSERT INTO SessionTable VALUES('\(Self.friend)', 0, 1, 0, '', 0, \(last), \(last), 300, 1)",
                "INSERT INTO SessionTable VALUES('\(Self.group)', 2, 0, 0, '', 0, \(last), \(last + 1), 300, 1)",
            ])
    }

    private func writeMessages() throws {
        var statements = [
            "CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)",
            "CREATE TABLE Timestamp(timestamp INTEGER)",
        ]
        statements += [Self.owner, Self.friend, "wxid_member"].map { "INSERT INTO Name2Id VALUES('\($0)', 1)" }
        for talker in [Self.friend, Self.group] {
            let table = Self.table(talker)
            statements += [
                "CREATE TABLE [\(table)](local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, "
                    + "local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, "
                    + "status INTEGER, source TEXT, message_content TEXT, compress_content TEXT, "
                    + "packed_info_data BLOB, WCDB_CT_message_content INTEGER DEFAULT NULL, "
                    + "WCDB_CT_source INTEGER DEFAULT NULL)",
                "CREATE INDEX [\(table)_SORTSEQ] ON [\(table)](sort_seq)",
            ]
            for number in 0..<Self.messageCount {
                statements.append(
                    Self.insertion(
                        talker, server: 1 << 60 + number, sender: 1 + number % 3, time: Self.firstTime + 60 * number,
                        text: "第\(number)条 \u{2028} 你好, \"引号\" 👋"))
            }
        }
        try execute("message/message_0.db", statements)
    }

    /// SQL that appends a received text to a chat.
    static func insertion(_ talker: String, at time: Int, _ text: String) -> String {
        insertion(talker, server: time, sender: 2, time: time, text: text)
    }

    private static func insertion(_ talker: String, server: Int, sender: Int, time: Int, text: String) -> String {
        let names = [owner, friend, "wxid_member"]
        let body = talker.hasSuffix("@chatroom") && sender > 1 ? "\(names[sender - 1]):\n\(text)" : text
        return "INSERT INTO [\(table(talker))](server_id, local_type, sort_seq, real_sender_id, create_time, status, "
            + "source, message_content, WCDB_CT_message_content, WCDB_CT_source) "
            + "VALUES(\(server), 1, \(time * 1000), \(sender), \(time), \(sender == 1 ? 2 : 3), '', '\(body)', 0, 0)"
    }
}
