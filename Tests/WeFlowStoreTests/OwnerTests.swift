import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Whose account it is")
struct OwnerTests {
    private let scratch: ScratchFolder

    /// An account with a friend's chat, a chat with the own files, and a group.
    init() throws {
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("account/db_storage/message"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: scratch.file("account/db_storage/contact"), withIntermediateDirectories: true)
        let shard = try PlainDatabase(scratch.file("account/db_storage/message/message_0.db"))
        try shard.run("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
        for name in ["wxid_friend", "wxid_me", "filehelper", "1@chatroom", "wxid_third"] {
            try shard.run("INSERT INTO Name2Id VALUES('\(name)')")
        }
        // By row id: 1 the friend, 2 the owner, 5 somebody of the group.
        for (talker, senders) in [("wxid_friend", [1, 2, 1, 0]), ("filehelper", [2, 2]), ("1@chatroom", [5, 5, 1])] {
            let table = "[Msg_\(md5Hex(talker))]"
            try shard.run(
                "CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY, real_sender_id INTEGER, create_time INTEGER)")
            if talker == "filehelper" { try shard.run("CREATE INDEX i ON \(table)(real_sender_id)") }
            for sender in senders { try shard.run("INSERT INTO \(table)(real_sender_id) VALUES(\(sender))") }
        }
    }

    private func owner(folder name: String) throws -> Owner {
        let path = scratch.file(name)
        if name != "account" { try FileManager.default.moveItem(atPath: scratch.file("account"), toPath: path) }
        return Account(folder: try AccountFolder.find(path), keys: KeyRing(.none)).owner
    }

    @Test(
        "the folder's name counts where the store knows it, else the store tells",
        arguments: [
            "wxid_me_1a2b", "wxid_me", "WeChat 2026", "wxid_me_1a2b - 副本", "wxid_me_1a2b_backup", "old-pc",
            "wxid_elsewhere_1a2b",
        ])
    func names(folder: String) throws {
        #expect(try owner(folder: folder) == Owner(username: "wxid_me", isCertain: true))
    }

    @Test("a chosen id may look like one with a suffix") func chosenIDs() throws {
        let contacts = try PlainDatabase(scratch.file("account/db_storage/contact/contact.db"))
        try contacts.run("CREATE TABLE contact(username TEXT); INSERT INTO contact VALUES('john_abcd')")
        #expect(try owner(folder: "john_abcd") == Owner(username: "john_abcd", isCertain: true))
    }

    @Test("nobody is made up where the store does not say it") func doubts() throws {
        let shard = try PlainDatabase(scratch.file("account/db_storage/message/message_0.db"))
        for talker in ["wxid_friend", "filehelper"] { try shard.run("DELETE FROM [Msg_\(md5Hex(talker))]") }
        let owner = try owner(folder: "old-pc")
        #expect(owner == Owner(username: "old-pc", isCertain: false, isDoubted: true))
    }

    @Test("who logged in on the machine is asked, too") func logins() throws {
        let shard = try PlainDatabase(scratch.file("account/db_storage/message/message_0.db"))
        for talker in ["wxid_friend", "filehelper"] { try shard.run("DELETE FROM [Msg_\(md5Hex(talker))]") }
        for name in ["wxid_me", "wxid_of_another_account"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("all_users/login/\(name)"), withIntermediateDirectories: true)
        }
        #expect(try owner(folder: "old-pc") == Owner(username: "wxid_me", isCertain: true))
    }
}

@Suite("Folders that are given as an account")
struct AccountFolderTests {
    private func sentence(_ path: String) -> String {
        let error = #expect(throws: WeFlowError.self) { try AccountFolder.find(path) }
        #expect(error?.kind == .unavailable)
        return error?.sentence ?? ""
    }

    @Test("a path of Windows is said to be one, with the path that WSL has for it")
    func windows() {
        #expect(sentence("D:\\WeChat\\xwechat_files\\wxid_a_1a2b").contains("/mnt/d/WeChat/xwechat_files/wxid_a_1a2b"))
        #expect(sentence("c:/Users/x").contains("/mnt/c/Users/x"))
        #expect(sentence("\\\\nas\\share").contains("a path of Windows"))
        #expect(!sentence("ab:/nowhere").contains("Windows"))
    }

    @Test("a folder of WeChat 3 is said to be one", arguments: ["old", "old/wxid_a", "old/wxid_a/Msg", "."])
    func version3(folder: String) throws {
        let scratch = try ScratchFolder()
        let root = folder == "." ? "WeChat Files" : "old"
        try FileManager.default.createDirectory(
            atPath: scratch.file("\(root)/wxid_a/Msg/Multi"), withIntermediateDirectories: true)
        try scratch.write([1], to: "\(root)/wxid_a/Msg/MicroMsg.db")
        #expect(sentence(scratch.file(folder)).contains("WeChat 3"))
    }

    #if os(Linux)
        @Test("a path that is not UTF-8 is reached by its bytes") func bytes() throws {
            let scratch = try ScratchFolder()
            // 备份 as GBK has it.
            let name: [UInt8] = [0xB1, 0xB8, 0xB7, 0xDD]
            let folder: [UInt8] = Array(scratch.path.utf8) + [0x2F] + name
            for end in ["", "/db_storage", "/db_storage/message"] {
                let path: [CChar] = (folder + Array(end.utf8) + [0]).map { CChar(bitPattern: $0) }
                #expect(mkdir(path, 0o700) == 0)
            }
            for end in ["", "/", "/db_storage", "/db_storage/"] {
                let found = try #require(try AccountFolder.find(bytes: folder + Array(end.utf8), called: "given"))
                #expect(AccountFolder.names(in: found.store) == ["message"])
                #expect(found.name == String(decoding: name, as: UTF8.self))
            }
            let only = try AccountFolder.find(scratch.path)
            #expect(AccountFolder.names(in: only.store) == ["message"])
            #expect(try AccountFolder.find(bytes: folder + Array("/nowhere".utf8), called: "given") == nil)
        }

        @Test("a root whose path is not UTF-8 is looked through as any other") func rootOfBytes() throws {
            let scratch = try ScratchFolder()
            let root: [UInt8] = Array(scratch.path.utf8) + [0x2F, 0xB1, 0xB8]
            func make(_ folder: String) {
                let path = root + Array(folder.utf8) + [0]
                #expect(mkdir(path.map { CChar(bitPattern: $0) }, 0o700) == 0)
            }
            for folder in ["", "/xwechat_files"] { make(folder) }
            #expect(
                throws: WeFlowError(
                    .unavailable,
                    "given: no account in this folder; point --account at the folder that holds db_storage")
            ) {
                try AccountFolder.find(bytes: root, called: "given")
            }
            for folder in ["/xwechat_files/wxid_a", "/xwechat_files/wxid_a/db_storage"] { make(folder) }
            for end in ["", "/xwechat_files", "/xwechat_files/wxid_a/"] {
                let found = try #require(try AccountFolder.find(bytes: root + Array(end.utf8), called: "given"))
                #expect(found.name == "wxid_a")
                #expect(AccountFolder.isFolder(found.store))
            }
            for folder in ["/xwechat_files/wxid_b", "/xwechat_files/wxid_b/db_storage"] { make(folder) }
            #expect(
                throws: WeFlowError(
                    .unavailable,
                    "given holds several accounts; pass one of them as --account: "
                        + "given/xwechat_files/wxid_a, given/xwechat_files/wxid_b")
            ) { try AccountFolder.find(bytes: root, called: "given") }
        }
    #endif

    @Test("only what is called as the client calls its databases is one") func databases() throws {
        let scratch = try ScratchFolder()
        let ours = [
            "contact/contact.db", "contact/contact_fts.db", "general/general.db", "head_image/head_image.db",
            "message/biz_message_0.db", "message/media_12.db", "message/message_0.db", "message/message_fts.db",
            "message/message_resource.db", "sns/sns.db",
        ]
        let others = [
            "Thumbs.db", "message/Thumbs.db", "message/._message_1.db", "message/message_1.db.factory/message_1.db",
            "message/message_1 - Copy.db", "message/message_0_old.db", "message/message_.db", "sns/sns.db.bak",
            "sns/Sns.db", "contact/.contact.db", "@eaDir/x.db", "a/b/c.db", "message.db",
        ]
        for name in ours + others {
            let path = scratch.file("account/db_storage/\(name)")
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data([1]).write(to: URL(fileURLWithPath: path))
        }
        let account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
        #expect(account.databaseNames() == ours)
    }
}
