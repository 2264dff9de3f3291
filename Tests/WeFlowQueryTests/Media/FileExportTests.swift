import Foundation
import TestSupport
import Testing
import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

@Suite("Files of messages")
struct FileExportTests {
    private let account: MediaAccount
    private static let bytes = Array("twenty bytes of text".utf8)
    private static let other = Array("other bytes, as many".utf8)
    private static let type = 6 << 32 | 49

    init() throws { account = try MediaAccount() }

    private static func md5(_ bytes: [UInt8]) -> String {
        var hash = ContentHash()
        hash.add(bytes)
        return hash.text
    }

    private func file(
        _ title: String, md5: String? = md5(bytes), size: Int? = bytes.count, localID: Int = 1, type: Int = type,
        time: Int64 = MediaAccount.noon
    ) throws {
        let told = size.map { "<totallen>\($0)</totallen>" } ?? ""
        try account.say(
            type,
            "<msg><appmsg><title>\(title)</title><type>\(type >> 32)</type><appattach>\(told)</appattach>"
                + "<md5>\(md5 ?? "")</md5></appmsg></msg>", localID: localID, time: time)
    }

    private func link(
        _ name: String, md5: String = md5(bytes), size: Int = bytes.count, month: String = "2024-01",
        table: String = "v4"
    ) throws {
        let database = try account.database("hardlink/hardlink.db")
        try database.run(
            """
            CREATE TABLE IF NOT EXISTS dir2id(username TEXT PRIMARY KEY);
            CREATE TABLE IF NOT EXISTS file_hardlink_info_\(table)(md5_hash INTEGER, md5 TEXT, type INTEGER,
                file_name TEXT, file_size INTEGER, modify_time INTEGER, dir1 INTEGER, dir2 INTEGER,
                _rowid_ INTEGER PRIMARY KEY ASC, extra_buffer BLOB);
            INSERT OR IGNORE INTO dir2id VALUES('\(month)');
            INSERT INTO file_hardlink_info_\(table)(md5, file_name, file_size, dir1, dir2)
                VALUES('\(md5)', '\(name)', \(size), (SELECT rowid FROM dir2id WHERE username='\(month)'), 0);
            """)
    }

    private func outcomes(_ more: String = "") async throws -> [String] {
        let request = try MessagesRequest(
            Parameters(commandLine: [
                "talker": MediaAccount.talker, "limit": "0", "order": "asc", "media": "1", "file": "1", "maxFile": more,
            ]))
        let exporter = try account.exporter()
        let query = try MessagesQuery(request, in: exporter.account, media: exporter)
        var outcomes: [String] = []
        _ = try await query.encodeAll(into: { [MediaOutcome?]() }) { message, output in
            output.append(message.media)
        } consume: { output in
            outcomes += output.map(\.text)
        }
        return outcomes
    }

    private static let absent = MediaLoss.absent.rawValue
    private static let mismatch = MediaLoss.mismatch.rawValue

    @Test("without being asked for no file is exported")
    func offByDefault() async throws {
        try file("a.txt")
        try account.put(Self.bytes, at: "msg/file/2024-01/a.txt")
        #expect(try await account.run().map(\.text) == ["none"])
    }

    @Test("the row leads to the file whatever the title says, in its own month, or in a folder of its name")
    func rows() async throws {
        try file("预算.xlsx")
        try link("预算(1).xlsx", month: "2024-02")
        try account.put(Self.bytes, at: "msg/file/2024-02/预算(1)/预算(1).xlsx")
        #expect(try await outcomes() == ["files/预算.xlsx"])
        #expect(try account.exported("files/预算.xlsx") == Self.bytes)
        #expect(try account.scratch.mode("export/\(MediaAccount.talker)/files/预算.xlsx") == 0o600)
    }

    @Test("the newer table goes before the older one")
    func tables() async throws {
        try file("a.txt")
        try link("old.txt", table: "v3")
        try link("new.txt", table: "v4")
        try account.put(Self.other, at: "msg/file/2024-01/new.txt")
        try account.put(Self.bytes, at: "msg/file/2024-01/old.txt")
        // Both have the size, so the bytes decide.
        #expect(try await outcomes() == ["files/a.txt"])
        #expect(try account.exported("files/a.txt") == Self.bytes)
    }

    @Test(
        "a guessed name needs the bytes of the message",
        arguments: [
            ("msg/file/2024-01/a.txt", true, "files/a.txt"), ("msg/file/2024-01/a.txt", false, mismatch),
            ("msg/file/2024-01/a(3).txt", true, "files/a.txt"), ("msg/file/2023-11/a.txt", true, "files/a.txt"),
            ("msg/file/2024-07/a(1).txt", true, "files/a.txt"), ("msg/file/a.txt", true, "files/a.txt"),
            ("msg/file/2024-01/ba.txt", true, absent), ("msg/file/2024-01/a.txt.bak", true, absent),
            ("msg/file/2024-01/a (1).txt", true, absent), ("msg/video/2024-01/a.txt", true, absent),
        ])
    func guesses(path: String, isRight: Bool, outcome: String) async throws {
        try file("a.txt")
        try account.put(isRight ? Self.bytes : Self.other, at: path)
        #expect(try await outcomes() == [outcome])
    }

    @Test("of several candidates the one with the size and the bytes is the file")
    func candidates() async throws {
        try file("a.txt")
        try account.put([1, 2, 3], at: "msg/file/2024-01/a.txt")
        try account.put(Self.other, at: "msg/file/2024-01/a(1).txt")
        try account.put(Self.bytes, at: "msg/file/2024-01/a(2).txt")
        #expect(try await outcomes() == ["files/a.txt"])
        #expect(try account.exported("files/a.txt") == Self.bytes)
    }

    @Test("an old message without MD5 takes the file of its size")
    func withoutMD5() async throws {
        try file("a.txt", md5: nil)
        try account.put([1], at: "msg/file/2024-01/a.txt")
        try account.put(Self.other, at: "msg/file/2024-01/a(1).txt")
        #expect(try await outcomes() == ["files/a.txt"])
        #expect(try account.exported("files/a.txt") == Self.other)
    }

    @Test("the name that the client noted for the message finds a file that its title does not")
    func notedNames() async throws {
        try file("问:答.txt")
        let database = try account.database("message/message_resource.db")
        let name = MediaSamples.hex(Array("问_答.txt".utf8))
        let inside = "0a0b\(name)120b\(name)"
        try database.run(
            """
            CREATE TABLE ChatName2Id(user_name TEXT PRIMARY KEY, update_time INTEGER);
            CREATE TABLE MessageResourceInfo(message_id INTEGER PRIMARY KEY, chat_id INTEGER, message_create_time INTEGER,
                message_local_id INTEGER, packed_info BLOB);
            INSERT INTO ChatName2Id(user_name) VALUES('\(MediaAccount.talker)');
            INSERT INTO MessageResourceInfo VALUES(1, 1, \(MediaAccount.noon), 1, x'0a1a\(inside)');
            """)
        try account.put(Self.bytes, at: "msg/file/2024-01/问_答.txt")
        #expect(try await outcomes() == ["files/问_答.txt"])
    }

    @Test("what is half written, being sent, or nowhere has no file")
    func states() async throws {
        try file("half.iso", localID: 1)
        try link("half.iso")
        try account.put(Array(Self.bytes.prefix(10)), at: "msg/file/2024-01/half.iso")
        try file("sending.pptx", md5: nil, localID: 2, type: 74 << 32 | 49)
        try account.put(Self.bytes, at: "msg/file/2024-01/sending.pptx")
        try file("none.zip", md5: Self.md5([9]), localID: 3)
        #expect(try await outcomes() == [Self.mismatch, Self.absent, Self.absent])
    }

    @Test(
        "no name leads out of its folder",
        arguments: ["../../x.pdf", "../x.pdf", "/x.pdf", "..", ".", "a/x.pdf", "..\\x.pdf"])
    func hostileNames(name: String) async throws {
        try file(name)
        try link(name)
        try link("x.pdf", month: "..")
        try link("x.pdf", month: "../..")
        for path in ["msg/x.pdf", "msg/file/2024-01/a/x.pdf"] { try account.put(Self.bytes, at: path) }
        try account.scratch.write(Self.bytes, to: "account/x.pdf")
        #expect(try await outcomes() == [Self.absent])
    }

    @Test("a link is no file, and no folder on the way may be one", arguments: [true, false])
    func links(isFolder: Bool) async throws {
        try file("a.txt")
        try link("a.txt")
        try account.put(Self.bytes, at: "elsewhere/a.txt")
        try account.folder("msg/file")
        if !isFolder { try account.folder("msg/file/2024-01") }
        let path = "account/msg/file/2024-01" + (isFolder ? "" : "/a.txt")
        try FileManager.default.createSymbolicLink(
            atPath: account.scratch.file(path),
            withDestinationPath: account.scratch.file("account/elsewhere" + (isFolder ? "" : "/a.txt")))
        #expect(try await outcomes() == [Self.absent])
    }

    @Test("two files of one name have two names, by their rows, and the oldest has the plain one")
    func names() async throws {
        try file("a.txt", md5: Self.md5(Self.other), localID: 1)
        try file("A.TXT", localID: 2)
        try file("a.txt", md5: Self.md5(Self.other), localID: 3)
        try account.put(Self.bytes, at: "msg/file/2024-01/A.TXT")
        let marked = "files/A_\(Self.md5(Self.bytes).prefix(8)).TXT"
        // The plain name is the older one's, though it is away.
        #expect(try await outcomes() == [Self.absent, marked, Self.absent])
        try account.put(Self.other, at: "msg/file/2024-01/a.txt")
        #expect(try await outcomes() == ["files/a.txt", marked, "files/a.txt"])
        #expect(try account.exported("files/a.txt") == Self.other)
    }

    @Test("a file that is larger than it may be is left out", arguments: [("19", true), ("20", false), ("1K", false)])
    func sizes(limit: String, isLeftOut: Bool) async throws {
        try file("a.txt")
        try account.put(Self.bytes, at: "msg/file/2024-01/a.txt")
        #expect(try await outcomes(limit) == [isLeftOut ? "too large" : "files/a.txt"])
    }

    @Test("an empty file is a file")
    func emptyFiles() async throws {
        try file("a.txt", md5: Self.md5([]), size: 0)
        try account.put([], at: "msg/file/2024-01/a.txt")
        #expect(try await outcomes() == ["files/a.txt"])
    }

    // MARK: Records

    private static let records = TableHash(of: MediaAccount.talker)

    private func record(folder: String, _ items: [(path: String, name: String, size: Int)]) throws -> [FoundFile] {
        try account.folder("db_storage/message")
        let opened = Account(folder: try AccountFolder.find(account.scratch.file("account")), keys: KeyRing(.none))
        let xml = items.map { item in
            "<dataitem datatype=\"8\"><datatitle>\(item.name)</datatitle><datasize>\(item.size)</datasize></dataitem>"
        }
        let body =
            "<msg><appmsg><title>t</title><type>19</type><recorditem><recordinfo><datalist>"
            + xml.joined() + "</datalist></recordinfo></recorditem></appmsg></msg>"
        let content = Array(body.utf8).withUnsafeBytes { MessageContent.decode(localType: 19 << 32 | 49, body: $0) }
        guard case .record(let record) = content else {
            Issue.record("no record")
            return []
        }
        let packed: [UInt8] =
            folder.isEmpty
            ? [] : [0x4A, UInt8(folder.utf8.count + 2), 0x0A, UInt8(folder.utf8.count)] + Array(folder.utf8)
        let wanted = packed.withUnsafeBytes {
            WantedFile.files(
                in: record, packedInfo: $0, number: 1, chat: Self.records, localID: 1, createTime: MediaAccount.noon)
        }
        #expect(wanted.map(\.place?.path) == items.map(\.path))
        return FileFinder(opened, zone: .utc).find(wanted).files
    }

    private func shelf(_ folder: String, _ month: String = "2024-01") -> String {
        "msg/attach/\(md5Hex(MediaAccount.talker))/\(month)/Rec/\(folder)/F"
    }

    @Test("the files of a record lie at their places in its folder, in whatever month")
    func recordFolders() throws {
        try account.put(Self.bytes, at: shelf("0123456789abcdef", "2024-02") + "/0/a.txt")
        try account.put([1], at: shelf("0123456789abcdef", "2024-02") + "/1/b.txt")
        let found = try record(
            folder: "0123456789abcdef",
            [("0", "a.txt", 20), ("1", "b.txt", 20), ("2", "c.txt", 20), ("3", "../a.txt", 20)])
        #expect(found.map(\.state) == [.present, .mismatch, .absent, .absent])
    }

    @Test("without its folder's name a record's files count only where one folder fits")
    func unnamedFolders() throws {
        try account.put(Self.bytes, at: shelf("aaaa") + "/0/a.txt")
        #expect(try record(folder: "", [("0", "a.txt", 20)]).map(\.state) == [.present])
        #expect(try record(folder: "", [("0", "a.txt", 21)]).map(\.state) == [.absent])
        try account.put(Self.bytes, at: shelf("bbbb") + "/0/a.txt")
        #expect(try record(folder: "", [("0", "a.txt", 20)]).map(\.state) == [.absent])
        try account.put(Self.other, at: shelf("bbbb") + "/1/b.txt")
        #expect(try record(folder: "", [("0", "a.txt", 20), ("1", "b.txt", 20)]).map(\.state) == [.present, .present])
    }

    @Test("the folder of a record is one component", arguments: ["../x", "..", "a/b", "."])
    func hostileFolders(folder: String) throws {
        try account.put(Self.bytes, at: "msg/attach/\(md5Hex(MediaAccount.talker))/2024-01/x/F/0/a.txt")
        #expect(try record(folder: folder, [("0", "a.txt", 20)]).map(\.state) == [.absent])
    }
}
