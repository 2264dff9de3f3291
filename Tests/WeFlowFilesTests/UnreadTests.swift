import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowFiles

@Suite struct UnreadTests {
    private static let friend = "wxid_friend"
    private let scratch: ScratchFolder

    /// A store with one chat of ten messages, of which the fourth is a notice and the eighth is own.
    init() throws {
        scratch = try ScratchFolder()
        for folder in ["message", "session"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("wxid_me_1a2b/db_storage/\(folder)"), withIntermediateDirectories: true)
        }
        let table = "[Msg_\(md5Hex(Self.friend))]"
        let messages = try database("message/message_0.db")
        try messages.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO Name2Id VALUES('\(Self.friend)'), ('wxid_me');
            CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER, sort_seq INTEGER,
                real_sender_id INTEGER, create_time INTEGER, status INTEGER, source TEXT, message_content TEXT);
            """)
        for number in 1...10 {
            let (type, sender) = (number == 4 ? 10000 : 1, number == 8 ? 2 : 1)
            let source = number == 5 ? "<msgsource><atuserlist>wxid_x, wxid_me</atuserlist></msgsource>" : ""
            try messages.run(
                "INSERT INTO \(table) VALUES(\(number), \(100 + number), \(type), \(number)000, \(sender), \(number), 3,"
                    + " '\(source)', 'text \(number)')")
        }
        try database("session/session.db").run(
            """
            CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
                last_timestamp INTEGER, sort_timestamp INTEGER);
            """)
    }

    private func database(_ name: String) throws -> PlainDatabase {
        try PlainDatabase(scratch.file("wxid_me_1a2b/db_storage/\(name)"), wal: false)
    }

    private func session(_ username: String = friend, unread: Int, time: Int = 10) throws {
        try database("session/session.db").run(
            "INSERT INTO SessionTable VALUES('\(username)', 0, \(unread), \(time), \(time))")
    }

    private func list(_ ids: [Int]) throws {
        let database = try database("session/session.db")
        try database.run(
            """
            CREATE TABLE SessionUnreadListTable_1(username_id INTEGER, server_id INTEGER, create_time INTEGER);
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO Name2Id VALUES('somebody'), ('\(Self.friend)');
            """)
        for id in ids { try database.run("INSERT INTO SessionUnreadListTable_1 VALUES(2, \(100 + id), \(id))") }
    }

    private func run(_ values: KeyValuePairs<String, String?> = [:]) throws -> UnreadQuery.Result<[Int64]> {
        let account = Account(
            folder: try AccountFolder.find(scratch.file("wxid_me_1a2b")), keys: KeyRing(.none))
        return try UnreadQuery(UnreadRequest(Parameters(commandLine: values))).run(on: account) { _ in
            [Int64]()
        } _: { message, ids in
            ids.append(message.localID)
        }
    }

    @Test func aStoreWithoutAListCountsTheNewestThatOthersSent() throws {
        try session(unread: 4)
        let found = try #require(try run().sessions.first)
        #expect(found.messages == [6, 7, 9, 10])
        #expect(found.basis == .count)
        #expect(!found.isMentioned)
        #expect(found.unreadCount == 4)
    }

    @Test(arguments: [
        ([6, 3, 9], 3, [3, 6, 9]), ([1, 2, 3, 9], 2, [3, 9]), ([3, 77, 9], 3, [3, 9]), ([99], 1, []), ([5, 5], 2, [5]),
    ])
    func aListSaysWhichAreUnread(_ listed: [Int], _ unread: Int, _ ids: [Int64]) throws {
        try session(unread: unread)
        try list(listed)
        let found = try #require(try run().sessions.first)
        #expect(found.messages == ids)
        #expect(found.basis == .list)
        #expect(found.unreadCount == Int64(unread))
        #expect(found.isMentioned == ids.contains(5))
    }

    @Test func anEmptyListLeavesTheCount() throws {
        try session(unread: 2)
        try list([])
        #expect(try run().sessions.map(\.basis) == [.count])
    }

    @Test func holdersAndWhatIsReadAreLeftOut() throws {
        try session(unread: 0)
        try session("brandsessionholder", unread: 9)
        try session("@placeholder_foldgroup", unread: 9)
        try session("1@chatroom", unread: 1, time: 20)
        try session("gh_1", unread: 3, time: 30)
        let all = try run()
        #expect(all.sessions.map(\.id) == ["gh_1", "1@chatroom"])
        #expect(all.sessions.map(\.messages) == [[], []])
        #expect(try run(["sessionType": "group,private"]).sessions.map(\.id) == ["1@chatroom"])
        #expect(try run(["exclude": "gh_1"]).sessions.map(\.id) == ["1@chatroom"])
        #expect(try run(["limit": "1"]).unlisted == 1)
    }

    @Test func onlyMentionsArePagedByMentions() throws {
        try session(unread: 6)
        try session("1@chatroom", unread: 1, time: 20)
        let found = try run(["mentions": "1", "limit": "1"])
        #expect(found.sessions.map(\.id) == [Self.friend])
        #expect(found.unlisted == 0)
        #expect(try run(["mentions": "1", "messages": "0"]).sessions.map(\.messages) == [[]])
    }

    @Test func aCountBeyondAllMessagesGivesWhatThereIs() throws {
        try session(unread: Int(Int32.max))
        #expect(try run().sessions.map(\.messages) == [[1, 2, 3, 5, 6, 7, 9, 10]])
    }
}
