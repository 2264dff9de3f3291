import Foundation
import TestSupport
import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowCollections

@Suite("Lists beside messages")
struct ListQueriesTests {
    private func values(_ values: KeyValuePairs<String, String?>) -> Parameters { Parameters(commandLine: values) }

    private func favorites(
        _ made: ScratchAccount, _ given: KeyValuePairs<String, String?> = [:]
    ) throws -> FavoritesQuery.Result {
        try FavoritesQuery(FavoritesRequest(values(given))).run(on: made.account)
    }

    private static let favorites = """
        CREATE TABLE fav_db_item(local_id INTEGER PRIMARY KEY, server_id INTEGER, type INTEGER, update_time INTEGER,
            content TEXT, source_id TEXT, fromusr TEXT, fromusr_id INTEGER, realchatname TEXT, realchatname_id INTEGER);
        CREATE TABLE fav_tag_db_item(local_id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, seq INTEGER);
        CREATE TABLE fav_bind_tag_db_item(tag_local_id INTEGER, tag_server_id INTEGER, fav_local_id INTEGER,
            fav_server_id INTEGER, op_code INTEGER);
        CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
        INSERT INTO Name2Id VALUES('wxid_b');
        INSERT INTO fav_db_item VALUES
            (1, -1, 1, 1700000001, '<favitem><desc>一</desc></favitem>', '77', 'wxid_a', 0, '', 0),
            (2, 0, 1, 1700000002123, '<favitem><desc>二</desc><taglist><tag>旧</tag></taglist></favitem>', '', '', 1, '', 0),
            (3, 9, 18, 1700000003, 'no xml', '__biz=1', '1@chatroom', 0, 'wxid_a', 0),
            (4, 8, 5, 1700000003, x'28B52FFD00', NULL, NULL, NULL, NULL, NULL);
        INSERT INTO fav_tag_db_item VALUES(1, 101, '后', 9), (2, 102, '先, 一', 1);
        INSERT INTO fav_bind_tag_db_item VALUES(1, 101, 1, -1, 0), (0, 102, 0, -1, 1), (2, 102, 1, -1, 0), (5, 0, 1, 0, 0),
            (1, 101, 2, 0, 0), (0, 0, 0, 0, 0);
        """

    @Test("favourites have their tags, their people and their times, and what cannot be read is listed all the same")
    func favourites() throws {
        let made = try ScratchAccount([
            "favorite/favorite.db": Self.favorites, "contact/contact.db": ScratchAccount.contacts,
        ])
        let all = try favorites(made).favorites
        #expect(all.map(\.id) == ["8", "9", "local:2", "18446744073709551615"])
        #expect(all.map(\.time) == [1_700_000_003, 1_700_000_003, 1_700_000_002, 1_700_000_001])
        #expect(all.map(\.tags) == [[], [], ["后"], ["先, 一", "后"]])
        #expect(all.map(\.from.name) == ["", "甲", "乙", "甲"] && all.map(\.chat.name) == ["", "群", "乙", "甲"])
        #expect(all.map(\.sourceServerID) == ["", "", "", "77"])
        #expect(all.map(\.content.text) == ["", "", "二", "一"])
        #expect(try favorites(made, ["tag": "先, 一"]).favorites.map(\.id) == ["18446744073709551615"])
        #expect(try favorites(made, ["type": "note,5"]).favorites.map(\.id) == ["8", "9"])
        #expect(try favorites(made, ["keyword": "后"]).favorites.count == 2)
        #expect(try favorites(made, ["end": "1700000001"]).favorites.count == 1)
        let page = try favorites(made, ["limit": "2", "offset": "1"])
        #expect(page.favorites.map(\.id) == ["9", "local:2"] && page.unlisted == 1)
        let keyword = try favorites(made, ["keyword": "甲", "limit": "1"])
        #expect(keyword.favorites.map(\.id) == ["9"] && keyword.unlisted == 1)
    }

    @Test("ten thousand parts are all there, and what is cut off a longer document is said")
    func longFavourites() throws {
        func item(_ parts: Int, _ filler: Int) -> String {
            let part = "<dataitem datatype=\"1\"><datadesc>x</datadesc></dataitem>"
            return
                "<favitem><datalist>\(String(repeating: part, count: parts))\(String(repeating: "<a/>", count: filler))"
                + "</datalist></favitem>"
        }
        let made = try ScratchAccount([
            "favorite/favorite.db":
                "CREATE TABLE fav_db_item(local_id INTEGER PRIMARY KEY, type INTEGER, content TEXT);"
                + "INSERT INTO fav_db_item VALUES(1, 18, '\(item(10_000, 0))'), (2, 18, '\(item(2, 1_000_001))');",
            "contact/contact.db": ScratchAccount.contacts,
        ])
        let found = try favorites(made)
        #expect(found.favorites.map(\.content.parts.count) == [2, 10_000])
        #expect(found.notices.map(\.kind) == [.partial])
    }

    @Test("a database, a table or columns that are missing are no error")
    func missing() throws {
        let none = try ScratchAccount([:])
        #expect(try favorites(none).favorites.isEmpty && !favorites(none).notices.isEmpty)
        let requests = try FriendRequestsQuery(FriendRequestsRequest(values([:]))).run(on: none.account)
        #expect(requests.requests.isEmpty && requests.notices.count == 1)
        #expect(try ArticlesQuery(ArticlesRequest(values([:]))).run(on: none.account).articles.isEmpty)
        let old = try ScratchAccount([
            "favorite/favorite.db":
                "CREATE TABLE fav_db_item(local_id INTEGER PRIMARY KEY, type INTEGER, content TEXT);"
                + "INSERT INTO fav_db_item VALUES(1, 1, '<favitem><desc>一</desc><taglist><tag>标</tag></taglist></favitem>');",
            "contact/contact.db": ScratchAccount.contacts, "general/general.db": "CREATE TABLE other(x);",
        ])
        let found = try favorites(old).favorites
        // Without tables of tags those of the XML are all there is.
        #expect(found.map(\.content.text) == ["一"] && found.map(\.tags) == [["标"]] && found.map(\.time) == [0])
        #expect(try favorites(old, ["tag": "标"]).favorites.count == 1 && favorites(old, ["tag": "x"]).favorites.isEmpty)
        #expect(try LabelsQuery(LabelsRequest(values([:]))).run(on: old.account).labels.isEmpty)
        #expect(
            try FriendRequestsQuery(FriendRequestsRequest(values([:]))).run(on: old.account).requests.isEmpty)
        let empty = try ScratchAccount(["favorite/favorite.db": "CREATE TABLE x(y);"])
        #expect(try favorites(empty).favorites.isEmpty)
    }

    @Test("a label counts friends that bear it, and one without a name is its number")
    func labels() throws {
        let made = try ScratchAccount(["contact/contact.db": ScratchAccount.contacts + ScratchAccount.labels])
        let labels = try LabelsQuery(LabelsRequest(values([:]))).run(on: made.account).labels
        #expect(
            labels == [
                .init(id: 7, name: "同事", count: 1), .init(id: 8, name: "同事"), .init(id: 3, name: "家人, 朋友", count: 2),
            ])
        func contacts(_ given: KeyValuePairs<String, String?>) throws -> DetailedContactsQuery.Result {
            try DetailedContactsQuery(ContactsRequest(values(given))).run(on: made.account)
        }
        let found = try contacts(["label": "家人, 朋友", "detail": "1"])
        #expect(Set(found.list.contacts.map(\.username)) == ["wxid_a", "wxid_b"])
        // No pictures of people are no loss.
        #expect(found.list.pictureNotice == nil)
        let details = Dictionary(
            uniqueKeysWithValues: try #require(found.details).map { ($0.contact.username, $0.detail) })
        #expect(details["wxid_a"]?.labels == ["家人, 朋友", "同事"])
        #expect(details["wxid_b"]?.labels == ["家人, 朋友", "9"])
        #expect(details["wxid_a"]?.isPinned == true && details["wxid_a"]?.isBlocked == true)
        // A flag below 0 counts by its bits.
        #expect(details["wxid_b"]?.isPinned == true && details["wxid_b"]?.isBlocked == true)
        #expect(try contacts(["label": "9"]).list.contacts.map(\.username) == ["wxid_b"])
        #expect(try contacts(["label": "同事"]).list.contacts.map(\.username) == ["wxid_a"])
        let unknown = try contacts(["label": "无"])
        #expect(unknown.list.contacts.isEmpty && unknown.notices.first?.sentence.contains("同事") == true)
        #expect(try contacts(["type": "group", "detail": "1"]).details?.first?.detail.extra.isMuted == true)
        #expect(try contacts(["format": "vcf"]).list.contacts.count == 3)
        #expect(throws: WeFlowError.self) { try contacts(["type": "enemy"]) }
    }

    @Test("requests come from either database, and a column that is no text is not touched")
    func friendRequests() throws {
        let table = """
            CREATE TABLE FMessageTable(user_name_ TEXT, type_ INTEGER, timestamp_ INTEGER, content_ TEXT, is_sender_ INTEGER,
                scene_ INTEGER, fmessage_detail_buf_ TEXT);
            INSERT INTO FMessageTable VALUES('wxid_a', 37, 5, '我是甲', 0, 30, CAST(x'0801FFFE' AS TEXT)),
                ('wxid_x', 1, 7, '=1', 1, 99, x'0801FFFE'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """
        for name in ["general/general.db", "contact/fmessage_new.db"] {
            let made = try ScratchAccount([name: table, "contact/contact.db": ScratchAccount.contacts])
            func requests(_ given: KeyValuePairs<String, String?>) throws -> [FriendshipRequest] {
                try FriendRequestsQuery(FriendRequestsRequest(values(given))).run(on: made.account).requests
            }
            let all = try requests([:])
            #expect(all.map(\.username) == ["wxid_x", "wxid_a", ""] && all.map(\.displayName) == ["wxid_x", "甲", ""])
            #expect(all.map { "\($0.direction)" } == ["outgoing", "incoming", "incoming"])
            #expect(all.map(\.isFriend) == [false, true, false] && all.map(\.source) == [99, 30, 0])
            #expect(try requests(["start": "5", "end": "6"]).map(\.text) == ["我是甲"])
            #expect(try requests(["limit": "1", "offset": "1"]).map(\.username) == ["wxid_a"])
        }
    }

    @Test("articles come from every database of official accounts and from those that were moved")
    func articles() throws {
        func shard(_ rows: String) -> String {
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER);
            INSERT INTO Name2Id VALUES('gh_a', 1), ('wxid_me', 0);
            CREATE TABLE Msg_\(md5Hex("gh_a"))(local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER,
                sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, status INTEGER, message_content TEXT,
                compress_content TEXT);
            INSERT INTO Msg_\(md5Hex("gh_a")) VALUES \(rows);
            """
        }
        func card(_ title: String) -> String {
            "<msg><appmsg><title>\(title)</title><type>5</type><url>http://mp/\(title)</url></appmsg></msg>"
        }
        let type = Int64(5) << 32 | 49
        let list =
            "<mmreader><category><name>号</name><item><title>x</title><url>http://mp/x</url></item>"
            + "<item><title>y</title><url>http://mp/y</url></item></category></mmreader>"
        let made = try ScratchAccount([
            "message/biz_message_0.db": shard(
                "(1, 11, \(type), 0, 1, 100, 3, '\(card("a"))', NULL), (2, 12, \(type), 0, 2, 500, 2, '\(card("own"))', NULL)"
            ),
            "message/biz_message_7.db": shard(
                "(1, 21, 1, 0, 1, 300, 3, '\(list)', NULL), (2, 22, 1, 0, 1, 400, 3, 'TD', NULL), (3, 23, 49, 0, 0, 200, 3, '\(card("b"))', NULL)"
            ),
            "message/message_3.db": shard("(1, 31, \(type), 0, 1, 250, 3, '\(card("c"))', NULL)"),
            "session/session.db":
                "CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER, last_timestamp INTEGER,"
                + "sort_timestamp INTEGER); INSERT INTO SessionTable VALUES('gh_a', 0, 2, 1, 1);",
        ])
        func articles(_ given: KeyValuePairs<String, String?>) throws -> ArticlesQuery.Result {
            try ArticlesQuery(ArticlesRequest(values(given))).run(on: made.account)
        }
        let all = try articles([:]).articles
        #expect(all.map(\.content.title) == ["x", "y", "c", "b", "a"] && all.map(\.position) == [1, 2, 1, 1, 1])
        #expect(all.map(\.serverID) == [21, 21, 31, 23, 11] && all.map(\.publishedAt) == [300, 300, 250, 200, 100])
        #expect(all.allSatisfy { $0.accountID == "gh_a" && $0.accountName == "号" })
        #expect(try articles(["unread": "1"]).articles.map(\.content.title) == ["x", "y", "c"])
        #expect(try articles(["start": "200", "end": "250"]).articles.map(\.content.title) == ["c", "b"])
        #expect(try articles(["keyword": "Y"]).articles.map(\.content.title) == ["y"])
        var named = try ArticlesRequest(values([:]))
        for (name, count) in [("号", 5), ("别的号", 0)] {
            named.accountNames = [name]
            #expect(try ArticlesQuery(named).run(on: made.account).articles.count == count)
        }
        let open = try ArticlesQuery(ArticlesRequest(values(["offset": "1", "limit": "3"]))).open(on: made.account)
        #expect(try open.next()?.content.title == "y" && open.count() == 3 && open.hasMore())
        #expect(try open.next()?.content.title == "c" && open.next()?.content.title == "b" && open.next() == nil)
        let page = try articles(["limit": "2", "offset": "1"])
        #expect(page.articles.map(\.content.title) == ["y", "c"] && page.hasMore)
        #expect(try !articles(["limit": "1", "offset": "4"]).hasMore)
    }

    @Test("a type is its name or its number, in any case")
    func types() throws {
        let request = try FavoritesRequest(values(["type": "Note, 5,,99"]))
        #expect(request.types == [.named(.note), .named(.link), .number(99)])
        for bad in ["notes", "-1", "1x"] {
            #expect(throws: WeFlowError.self) { try FavoritesRequest(values(["type": bad])) }
        }
    }
}
