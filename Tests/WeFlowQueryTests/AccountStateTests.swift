import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowState

@testable import WeFlowQuery
@testable import WeFlowStore

@Suite("The files of an account in the state folder")
struct AccountStateTests {
    private let scratch: ScratchFolder
    private let state: StateFolder

    init() throws {
        scratch = try ScratchFolder()
        state = StateFolder(path: scratch.file("state"))
    }

    /// An account of `wxid_me`, whose folder has a name.
    private func account(folder name: String, isKnown: Bool = true) throws -> Account {
        let path = scratch.file("accounts/\(name)")
        try FileManager.default.createDirectory(
            atPath: path + "/db_storage/message", withIntermediateDirectories: true)
        let shard = try PlainDatabase(path + "/db_storage/message/message_0.db")
        try shard.run("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
        if isKnown {
            try shard.run(
                """
                INSERT INTO Name2Id VALUES('wxid_friend'), ('wxid_me');
                CREATE TABLE [Msg_\(md5Hex("wxid_friend"))](local_id INTEGER PRIMARY KEY, real_sender_id INTEGER);
                INSERT INTO [Msg_\(md5Hex("wxid_friend"))](real_sender_id) VALUES(2);
                """)
        }
        return Account(folder: try AccountFolder.find(path), keys: KeyRing(.none))
    }

    private func put(_ text: String, at name: String) throws {
        let path = state.file(name)
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func text(_ name: String) -> String? { try? String(contentsOfFile: state.file(name), encoding: .utf8) }

    @Test(
        "it is one folder, wherever the account lies and whatever its folder is called",
        arguments: ["wxid_me_1a2b", "wxid_me_79fe", "wxid_me", "old-pc", "备份"])
    func oneFolder(name: String) throws {
        #expect(state.takingOver(try account(folder: name)).path == state.file("wxid_me"))
    }

    @Test(
        "what lies under an earlier name is taken over",
        arguments: [
            ("wxid_me_1a2b", "wxid_me_1a2b"), ("wxid_me_79fe", "wxid_me_1a2b"), ("old-pc", "old-pc"),
            ("old-pc", "wxid_me_1a2b"),
        ])
    func takesOver(folder: String, before: String) throws {
        try put("journal", at: "\(before)/arrivals")
        try put("keys", at: "\(before)/keys")
        try put("another account's", at: "wxid_mei_1a2b/arrivals")
        #expect(state.takingOver(try account(folder: folder)).path == state.file("wxid_me"))
        #expect(text("wxid_me/arrivals") == "journal" && text("wxid_me/keys") == "keys")
        #expect(text("wxid_mei_1a2b/arrivals") == "another account's")
    }

    @Test("what is there already stays") func staysThere() throws {
        try put("new", at: "wxid_me/arrivals")
        try put("old", at: "wxid_me_1a2b/arrivals")
        _ = state.takingOver(try account(folder: "wxid_me_1a2b"))
        #expect(text("wxid_me/arrivals") == "new" && text("wxid_me_1a2b/arrivals") == "old")
    }

    @Test("of an owner who is not known, the folder's name is all there is; later it is taken over") func laterKnown()
        throws
    {
        #expect(state.takingOver(try account(folder: "old-pc", isKnown: false)).path == state.file("old-pc"))
    }

    @Test("a username that leads elsewhere does not") func hostileNames() throws {
        let path = scratch.file("accounts/x")
        try FileManager.default.createDirectory(
            atPath: path + "/db_storage/message", withIntermediateDirectories: true)
        let shard = try PlainDatabase(path + "/db_storage/message/message_0.db")
        try shard.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO Name2Id VALUES('wxid_friend'), ('../../etc');
            CREATE TABLE [Msg_\(md5Hex("wxid_friend"))](local_id INTEGER PRIMARY KEY, real_sender_id INTEGER);
            INSERT INTO [Msg_\(md5Hex("wxid_friend"))](real_sender_id) VALUES(2);
            """)
        let account = Account(folder: try AccountFolder.find(path), keys: KeyRing(.none))
        #expect(account.owner.username == "../../etc")
        #expect(state.takingOver(account).path == state.file(md5Hex("../../etc")))
    }

    @Test("a page key is found under another name of the account") func keysElsewhere() throws {
        let key = SecretBytes([UInt8](repeating: 7, count: 32))
        let salt = [UInt8](repeating: 1, count: 16)
        let folder = try account(folder: "wxid_me_1a2b").folder
        let (path, elsewhere) = state.keyCache(of: folder)
        #expect(path == state.file("wxid_me/keys"))
        KeyCache(path: path, key: key, elsewhere: elsewhere).remember(
            SecretBytes([UInt8](repeating: 9, count: 32)), salt: salt)
        let (other, others) = state.keyCache(of: try account(folder: "old-pc").folder)
        #expect(other == state.file("old-pc/keys"))
        let found = KeyCache(path: other, key: key, elsewhere: others).pageKey(salt: salt)
        #expect(found?.withUnsafeBytes { $0.allSatisfy { $0 == 9 } && $0.count == 32 } == true)
        #expect(KeyCache(path: other, key: key).pageKey(salt: salt) == nil)
        #expect(KeyCache(path: other, key: SecretBytes([1]), elsewhere: others).pageKey(salt: salt) == nil)
    }
}
