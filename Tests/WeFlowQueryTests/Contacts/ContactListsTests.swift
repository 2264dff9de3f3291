import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

@Suite("Lists of contacts and sessions")
struct ContactListsTests {
    private let scratch: ScratchFolder
    private let account: Account

    init() throws {
        scratch = try ScratchFolder()
        for name in ["contact", "session"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("account/db_storage/\(name)"), withIntermediateDirectories: true)
        }
        let contacts = try PlainDatabase(scratch.file("account/db_storage/contact/contact.db"))
        try contacts.run(
            """
            CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark TEXT,
                nick_name TEXT, quan_pin TEXT, delete_flag INTEGER, big_head_url TEXT, small_head_url TEXT);
            CREATE TABLE stranger(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, nick_name TEXT);
            INSERT INTO contact(username, local_type, alias, remark, nick_name, quan_pin, delete_flag, small_head_url)
            VALUES('wxid_twice', 3, '', '', 'First', '', 0, ''), ('wxid_twice', 1, '', '', 'Second', '', 0, 'u'),
                ('wxid_twice', 1, '', '', 'Third', '', 0, ''), ('wxid_gone', 1, '', '', '', '', 1, ''),
                ('wxid_former', 0, '', '', 'Formér', 'former', 0, NULL), ('wxid_blank', 0, '', '', 'B', ' ', 0, ''),
                (NULL, 1, '', '', 'nobody', '', 0, ''), ('', 1, '', '', 'nobody', '', 0, ''),
                ('1@chatroom', 2, 'alias', '', '', '', 0, ''), ('2@chatroom', 1, '', '', '群', '', 0, ''),
                ('gh_a', 1, '', '', 'A', '', 0, ''), ('weixin', 3, '', '', '', '', 0, ''),
                ('a@openim', 5, '', '', 'Work', '', 0, ''), ('b@openim', 3, '', '', 'Work', '', 0, ''),
                ('qqmail', 1, '', '', 'Mail', '', 0, ''), (77, 1, '', 12, '', '', 0, ''),
                (CAST(x'77FF78' AS TEXT), 1, '', '', CAST(x'E5AE' AS TEXT), '', 0, '');
            INSERT INTO stranger(username, local_type, nick_name)
            VALUES('wxid_stranger', 3, 'S'), ('wxid_gone', 3, 'Not this one');
            """)
        let sessions = try PlainDatabase(scratch.file("account/db_storage/session/session.db"))
        try sessions.run(
            """
            CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
                last_timestamp INTEGER, sort_timestamp INTEGER);
            CREATE TABLE SessionNoContactInfoTable(username TEXT PRIMARY KEY, session_title TEXT);
            INSERT INTO SessionTable VALUES('gh_a', 0, 1, 5, 50), ('1@chatroom', 2, 0, 9, 0), ('wxid_x', 1, 0, 9, 0),
                ('wxid_twice', 1, 0, 70, 70), ('@placeholder_foldgroup', 0, 0, 99, 99), ('b@openim', 1, 0, 98, 98),
                ('wxid_stranger', 1, 2, 1, 1), ('a@openim', 1, 0, 2, 2);
            INSERT INTO SessionNoContactInfoTable VALUES('1@chatroom', 'Title'), ('wxid_x', 'no group');
            """)
        account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
    }

    private func contacts(_ values: KeyValuePairs<String, String?>) throws -> [Contact] {
        Array(try ContactsQuery(ContactsRequest(Parameters(commandLine: values))).run(on: account).contacts)
    }

    @Test("a session database that is there and cannot be read is told by names that lack its titles")
    func titles() throws {
        let path = "account/db_storage/session/session.db"
        let whole = try scratch.bytes(of: path)
        func names(_ bytes: [UInt8]?) throws -> (name: String, notice: String?) {
            try? FileManager.default.removeItem(atPath: scratch.file(path + "-wal"))
            try? FileManager.default.removeItem(atPath: scratch.file(path))
            if let bytes { try scratch.write(bytes, to: path) }
            let names = LazyNames(Account(folder: account.folder, keys: KeyRing(.none)))
            return (names.book.displayName(of: "1@chatroom"), names.notice?.sentence)
        }
        var damaged = whole
        damaged.replaceSubrange(4096..., with: repeatElement(0xFF, count: whole.count - 4096))
        #expect(try names(whole) == ("Title", nil))
        #expect(try names(nil) == ("1@chatroom", nil))
        let told = try names(damaged)
        #expect(told.name == "1@chatroom" && told.notice?.contains(SessionTables.database) == true)
    }

    private func sessions(_ values: KeyValuePairs<String, String?>) throws -> [Session] {
        try SessionsQuery(SessionsRequest(Parameters(commandLine: values))).run(on: account).sessions
    }

    @Test("contacts come by session, then by name; what is no contact is missing, and of two the first kind counts")
    func orderOfContacts() throws {
        #expect(
            try contacts([:]).map { "\($0.username) \($0.displayName) \($0.type)" } == [
                "b@openim Work friend", "wxid_twice First friend", "gh_a A official", "1@chatroom Title group",
                "a@openim Work friend", "77 12 friend", "wxid_former Formér former_friend",
                "wxid_gone wxid_gone former_friend",
                "2@chatroom 群 group", "w\u{FFFD}x \u{FFFD} friend",
            ])
        let second = try #require(try contacts([:]).first { $0.username == "wxid_twice" })
        #expect(second.nickname == "Second" && second.avatarURL == "u")
    }

    @Test("pages of a list make the whole of it", arguments: 1...10) func pages(size: Int) throws {
        let (allContacts, allSessions) = (try contacts([:]), try sessions([:]))
        var (ofContacts, ofSessions): ([Contact], [Session]) = ([], [])
        for offset in stride(from: 0, to: 12, by: size) {
            ofContacts += try contacts(["limit": "\(size)", "offset": "\(offset)"])
            ofSessions += try sessions(["limit": "\(size)", "offset": "\(offset)"])
        }
        #expect(ofContacts == allContacts && ofSessions == allSessions)
    }

    @Test("sessions come newest first, equal ones in the order of the table, without those that are none")
    func orderOfSessions() throws {
        #expect(
            try sessions([:]).map { "\($0.username) \($0.displayName) \($0.lastTimestamp)" } == [
                "b@openim Work 98", "wxid_twice First 70", "gh_a A 5", "1@chatroom Title 9", "wxid_x wxid_x 9",
                "a@openim Work 2",
                "wxid_stranger S 1",
            ])
        #expect(try sessions(["keyword": "x"]).map(\.username) == ["wxid_twice", "wxid_x", "wxid_stranger"])
        #expect(try sessions(["keyword": "x", "limit": "1", "offset": "1"]).map(\.username) == ["wxid_x"])
    }

    @Test(
        "a system account is an exact name, and a person's id may begin with one or hold one",
        arguments: [
            ("weixin", "weixin_lihua88"), ("newsapp", "newsapple_zhao"), ("qqmail", "qqmail123456"),
            ("fmessage", "fmessager_wu"), ("floatbottle", "floatbottles"), ("medianote", "medianote1"),
            ("notifymessage", "notifymessages"), ("brandsessionholder", "brandsessionholder_x"),
            ("helper_folders", "helper_folders2"), ("service_officialaccounts", "my_service_2019"),
            ("@placeholder_foldgroup", "placeholder_me"), ("x@kefu.openim", "x@openim"),
        ])
    func systemAccounts(system: String, person: String) {
        #expect(SessionsQuery.isHidden(system) && !SessionsQuery.isHidden(person))
        #expect(Username.sessionType(person) == (person.hasSuffix("@openim") ? "channel" : "private"))
    }

    @Test("the first of a list are those that sorting brings to its front", arguments: [0, 1, 2, 7, 50, 99, 100, 300])
    func first(most: Int) {
        var random = SystemRandomNumberGenerator()
        let numbers = (0..<100).map { $0 * 7 % 100 }.shuffled(using: &random)
        #expect(numbers.first(most, by: >) == Array((0..<100).reversed().prefix(most)))
    }
}
