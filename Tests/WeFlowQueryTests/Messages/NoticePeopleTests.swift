import TestSupport
import Testing
import WeFlowModel
import WeFlowParameters

@testable import WeFlowQuery

/// Who ChatLab is told said what nobody said.
@Suite("Notices are from nobody")
struct NoticePeopleTests {
    private static let pat =
        "<sysmsg type=\"pat\"><pat><fromusername>wxid_1</fromusername><pattedusername>wxid_2</pattedusername>"
        + "<template>\"${wxid_1}\" 拍了拍 \"${wxid_2}\"</template></pat></sysmsg>"
    private static let appPat = "<msg><appmsg><title>\"甲\" 拍了拍 \"乙\"</title><type>62</type></appmsg></msg>"
    private static let recall = "\"a<b>\" 撤回了一条消息"

    /// What a chat's rows say and by whom, each told as the platform's id and the name.
    private func people(_ talker: String, _ rows: [(type: Int64, sender: String, text: String)]) async throws
        -> [String]
    {
        let chat = try ScratchChat(talker: talker, seed: 1)
        let database = try chat.shard(0)
        try database.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT OR IGNORE INTO Name2Id VALUES('wxid_1'), ('\(ScratchChat.owner)'), ('\(talker)');
            CREATE TABLE \(chat.table)(local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER,
                real_sender_id INTEGER, create_time INTEGER, status INTEGER, message_content TEXT);
            """)
        for (place, row) in rows.enumerated() {
            let sender = "ifnull((SELECT rowid FROM Name2Id WHERE user_name = '\(row.sender)'), 0)"
            try database.run(
                "INSERT INTO \(chat.table) VALUES(\(place + 1), \(row.type), \(place + 1), \(sender), 1700000000, 4, "
                    + "'\(row.text.replacing("'", with: "''"))')")
        }
        let query = try MessagesQuery(
            MessagesRequest(Parameters(commandLine: ["talker": talker, "limit": "0", "order": "asc"])), in: chat.account
        )
        let names = try ChatPeople(query.chat, in: chat.account)
        var found: [String] = []
        for depth in [MessageDepth.whole, .sender] {
            var some: [String] = []
            _ = try await query.encodeAll(depth, into: { People(names) }) { message, people in
                people.add(message)
            } consume: { batch in
                some += batch.all
            }
            if depth == .whole { found = some }
            // The walk for senders alone may leave out all but the first of each.
            #expect(Set(some) == Set(found))
        }
        return found
    }

    private struct People: Sendable {
        let names: ChatPeople
        var all: [String] = []

        init(_ names: ChatPeople) { self.names = names }

        mutating func add(_ message: borrowing Message) {
            let person = names.person(
                sender: String(decoding: message.sender, as: UTF8.self), isSend: message.isSend,
                isNotice: message.isNotice, localID: message.localID)
            all.append("\(person.platformID) \(person.accountName)")
        }
    }

    @Test(arguments: ["1@chatroom", "1@im.chatroom", "1@im_chatroom", "wxid_1"])
    func everyFormOfANotice(_ talker: String) async throws {
        let notice = talker == "wxid_1" ? "SYSTEM 系统消息" : "\(talker) 系统消息"
        var rows: [(type: Int64, sender: String, text: String)] = []
        for type: Int64 in [10000, 10002] {
            for sender in [talker, "wxid_1", ScratchChat.owner, "nobody"] {
                rows += ["joined", "", Self.recall, Self.pat].map { (type, sender, $0) }
            }
        }
        #expect(try await people(talker, rows) == rows.map { _ in notice })
    }

    @Test(arguments: ["1@chatroom", "1@im.chatroom"])
    func aGroupIsNobody(_ talker: String) async throws {
        let app: Int64 = 62 << 32 | 49
        let found = try await people(
            talker,
            [
                (app, talker, Self.appPat), (app, "nobody", Self.appPat), (1, talker, "text"),
                (app, "wxid_1", Self.appPat),
                (1, "wxid_1", "wxid_1:\ntext"),
            ])
        #expect(found == Array(repeating: "\(talker) 系统消息", count: 3) + ["wxid_1 wxid_1", "wxid_1 wxid_1"])
    }
}
