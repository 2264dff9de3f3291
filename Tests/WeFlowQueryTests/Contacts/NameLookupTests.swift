import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

@Suite("Whom a command line names")
final class NameLookupTests {
    private let scratch: ScratchFolder
    private let account: Account
    private var warnings: [String] = []

    init() throws {
        scratch = try ScratchFolder()
        for name in ["contact", "session", "message", "sns"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("account/db_storage/\(name)"), withIntermediateDirectories: true)
        }
        let store = scratch.file("account/db_storage")
        try PlainDatabase("\(store)/contact/contact.db").run(
            """
            CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark TEXT,
                nick_name TEXT, quan_pin TEXT, delete_flag INTEGER);
            CREATE TABLE stranger(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, nick_name TEXT);
            CREATE TABLE name2id(username TEXT PRIMARY KEY);
            CREATE TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB);
            INSERT INTO contact(username, local_type, alias, remark, nick_name) VALUES
                ('wxid_anna', 1, 'anna88', '安娜', 'Anna'), ('wxid_bo', 1, '', '', '王小二'),
                ('wxid_bo2', 1, '', '王小二', 'Bo'), ('wxid_cai', 1, '', '', '小蔡'), ('wxid_cai2', 3, '', '', '小蔡'),
                ('wxid_known', 3, '', '', '群友'), ('1@chatroom', 2, '', '', '家人群'),
                ('2@chatroom', 2, '', '', '安娜'), ('wxid_comma', 1, '', '', '安娜,小蔡'),
                ('gh_news', 1, '', '', '新闻'), ('小蔡', 1, '', '', 'an id like a name');
            INSERT INTO stranger(username, local_type, nick_name) VALUES('wxid_far', 3, '路人甲');
            INSERT INTO name2id VALUES('wxid_member');
            INSERT INTO chat_room VALUES(1, '3@chatroom', 'wxid_anna', x'0A0D0A0B777869645F6C6973746564');
            """)
        try PlainDatabase("\(store)/session/session.db").run(
            """
            CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
                last_timestamp INTEGER, sort_timestamp INTEGER);
            CREATE TABLE SessionNoContactInfoTable(username TEXT PRIMARY KEY, session_title TEXT);
            INSERT INTO SessionTable VALUES('wxid_session', 1, 0, 9, 9), ('1@chatroom', 2, 0, 8, 8);
            INSERT INTO SessionNoContactInfoTable VALUES('4@chatroom', '张三、李四');
            """)
        try PlainDatabase("\(store)/message/message_0.db").run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO Name2Id VALUES('wxid_sender');
            CREATE TABLE [Msg_\(md5Hex("wxid_table"))](local_id INTEGER PRIMARY KEY, create_time INTEGER);
            """)
        try PlainDatabase("\(store)/sns/sns.db").run(
            """
            CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT);
            INSERT INTO SnsTimeLine(tid, user_name, content) VALUES(1, 'wxid_author', '');
            """)
        account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
    }

    private var lookup: NameLookup { NameLookup(account) { [unowned self] in warnings.append($0) } }

    struct Case: Sendable {
        var given: String
        var subject = NameLookup.Subject.chat
        var ids: [String]
    }

    @Test(arguments: [
        // Ids of every place that knows one.
        Case(given: "wxid_anna", ids: ["wxid_anna"]), Case(given: "wxid_far", ids: ["wxid_far"]),
        Case(given: "wxid_session", ids: ["wxid_session"]), Case(given: "wxid_member", ids: ["wxid_member"]),
        Case(given: "wxid_listed", ids: ["wxid_listed"]), Case(given: "wxid_table", ids: ["wxid_table"]),
        Case(given: "wxid_sender", ids: ["wxid_sender"]), Case(given: "3@chatroom", ids: ["3@chatroom"]),
        Case(given: "3@chatroom", subject: .group, ids: ["3@chatroom"]),
        Case(given: "wxid_author", subject: .person, ids: ["wxid_author"]),
        // Names: remark, nickname, group, the client's title, a stranger's, the WeChat id.
        Case(given: "Anna", ids: ["wxid_anna"]), Case(given: "家人群", ids: ["1@chatroom"]),
        Case(given: "家人群", subject: .group, ids: ["1@chatroom"]), Case(given: "新闻", ids: ["gh_news"]),
        Case(given: "张三、李四", ids: ["4@chatroom"]), Case(given: "路人甲", ids: ["wxid_far"]),
        Case(given: "路人甲", subject: .person, ids: ["wxid_far"]), Case(given: "anna88", ids: ["wxid_anna"]),
        Case(given: "群友", ids: ["wxid_known"]),
        // What is meant decides between a person and a group.
        Case(given: "安娜", subject: .person, ids: ["wxid_anna"]),
        Case(given: "安娜", subject: .group, ids: ["2@chatroom"]),
        // An id goes before a name.
        Case(given: "小蔡", ids: ["小蔡"]),
        // Lists; one that is a name as a whole is that name.
        Case(given: "wxid_anna, Anna,家人群,,wxid_table", ids: ["wxid_anna", "1@chatroom", "wxid_table"]),
        Case(given: "安娜,小蔡", ids: ["wxid_comma"]), Case(given: " ", ids: []), Case(given: ",", ids: []),
    ])
    func aNameStandsForTheIDThatHasIt(_ name: Case) throws {
        #expect(try lookup.ids(of: name.given, as: name.subject) == name.ids)
        #expect(warnings.isEmpty)
    }

    @Test func severalWithTheNameAreListed() throws {
        let error = #expect(throws: WeFlowError.self) { try lookup.id(of: "王小二", as: .chat) }
        #expect(error?.kind == .usage)
        for id in ["wxid_bo ", "wxid_bo2"] { #expect(error?.sentence.contains(id) == true) }
        #expect(throws: WeFlowError.self) { try lookup.id(of: "安娜", as: .chat) }
        #expect(throws: WeFlowError.self) { try lookup.ids(of: "wxid_anna,王小二", as: .person) }
    }

    @Test(arguments: [
        ("王小三", NameLookup.Subject.chat, ["王小二 (wxid_bo)", "王小二 (wxid_bo2)"]), ("王小二 ", .chat, ["wxid_bo2"]),
        ("wxid_ana", .chat, ["wxid_anna (安娜)"]), ("家人", .group, ["家人群 (1@chatroom)"]), ("ANNA", .person, ["Anna"]),
        ("wxid_anna", .group, ["wxid_anna (安娜) is no group"]), ("nothing like it", .chat, ["weflow contacts"]),
        ("wxid_author", .chat, ["no chat or person wxid_author"]), ("9@chatroom", .group, ["no group 9@chatroom"]),
    ])
    func whatNobodyIsCalledIsNotFound(given: String, subject: NameLookup.Subject, says: [String]) throws {
        let error = #expect(throws: WeFlowError.self) { try lookup.id(of: given, as: subject) }
        #expect(error?.kind == .notFound)
        for text in says { #expect(error?.sentence.contains(text) == true, "\(error?.sentence ?? "")") }
        #expect((error?.sentence ?? "").split(separator: "(").count <= 4)
    }

    /// What cannot be looked into may have it: then it is taken as it is, and said.
    @Test func notFoundIsNotTakenForNotThere() throws {
        try scratch.write(Array("no database at all".utf8), to: "account/db_storage/message/message_1.db")
        #expect(try lookup.id(of: "wxid_nobody", as: .chat) == "wxid_nobody")
        #expect(warnings.count == 1 && warnings[0].contains("message_1.db"))
        #expect(try lookup.id(of: "Anna", as: .chat) == "wxid_anna")
        #expect(try lookup.ids(of: "wxid_anna,wxid_bo", as: .chat) == ["wxid_anna", "wxid_bo"])
    }

    @Test func aQueryIsOfTheChatThatIsNamed() throws {
        let request = try MessagesRequest(Parameters(commandLine: ["talker": "家人群"]))
        #expect(try lookup.messages(request).chat.talker == "1@chatroom")
        let table = try MessagesRequest(Parameters(commandLine: ["talker": "wxid_table"]))
        #expect(try lookup.messages(table).chat.talker == "wxid_table")
    }
}
