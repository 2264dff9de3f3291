import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

@Suite("Avatars")
struct AvatarsTests {
    private let media: MediaAccount
    private let account: Account

    init() throws {
        media = try MediaAccount()
        try media.image()
        let contacts = try media.database("contact/contact.db")
        try contacts.run(
            """
            CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, nick_name TEXT,
                big_head_url TEXT, small_head_url TEXT);
            INSERT INTO contact VALUES(1, 'wxid_friend', 1, 'F', '', NULL), (2, 'wxid_url', 1, 'U', 'http://u', ''),
                (3, 'wxid_none', 1, 'N', '', '');
            """)
        let pictures = try media.database("head_image/head_image.db")
        try pictures.run("CREATE TABLE head_image(username TEXT PRIMARY KEY, image_buffer BLOB)")
        for name in ["wxid_friend", "wxid_url"] {
            try pictures.run("INSERT INTO head_image VALUES('\(name)', x'\(MediaSamples.hex(MediaSamples.png))')")
        }
        account = Account(folder: try AccountFolder.find(media.scratch.file("account")), keys: KeyRing(.none))
    }

    private static let png = "data:image/png;base64," + Data(MediaSamples.png).base64EncodedString()

    @Test("a contact without an address has its picture, and the others what they had")
    func contacts() throws {
        let result = try ContactsQuery(ContactsRequest(Parameters(commandLine: [:]))).run(on: account)
        let addresses = Dictionary(uniqueKeysWithValues: result.contacts.map { ($0.username, $0.avatarURL) })
        #expect(addresses == ["wxid_friend": Self.png, "wxid_url": "http://u", "wxid_none": ""])
    }

    @Test("so has a sender in ChatLab's form, as far as there is room")
    func chatLab() throws {
        let request = try MessagesRequest(Parameters(commandLine: ["talker": MediaAccount.talker]))
        let people = ChatPeople(try MessagesQuery(request, in: account).chat, in: account)
        let sender = people.person(sender: "wxid_friend", isSend: false, isNotice: false, localID: 1)
        #expect(sender.avatar.isEmpty)
        #expect(people.withPictures([sender], isBounded: true).map(\.avatar) == [Self.png])
        let many = people.withPictures(Array(repeating: sender, count: 1000), isBounded: true)
        #expect(many.map(\.avatar.utf8.count).reduce(0, +) < 100_000)
        #expect(many.last?.avatar == "")
        #expect(people.withPictures(many, isBounded: false).last?.avatar == Self.png)
    }

    @Test("a missing or unreadable database of pictures is no failure")
    func missing() throws {
        try media.scratch.write([1, 2, 3], to: "account/db_storage/head_image/head_image.db")
        let fresh = Account(folder: account.folder, keys: KeyRing(.none))
        #expect(Avatars(fresh).addresses(of: ["wxid_friend"]).isEmpty)
    }

    @Test("a database of pictures that is there and cannot be read is said, one that is missing is not")
    func notices() throws {
        #expect(Avatars(account).notice == nil)
        let avatars = Avatars(account)
        #expect(avatars.addresses(of: ["wxid_friend"]).count == 1 && avatars.notice == nil)
        let path = "account/db_storage/head_image/head_image.db"
        var bytes = try media.scratch.bytes(of: path)
        bytes.replaceSubrange(4096..., with: repeatElement(0xFF, count: bytes.count - 4096))
        try media.scratch.write(bytes, to: path)
        let damaged = Account(folder: account.folder, keys: KeyRing(.none))
        let result = try ContactsQuery(ContactsRequest(Parameters(commandLine: [:]))).run(on: damaged)
        #expect(result.contacts.count == 3 && result.damage.isEmpty)
        #expect(result.pictureNotice?.sentence.contains("head_image/head_image.db") == true)
        try FileManager.default.removeItem(atPath: media.scratch.file(path))
        let without = Account(folder: account.folder, keys: KeyRing(.none))
        #expect(
            try ContactsQuery(ContactsRequest(Parameters(commandLine: [:]))).run(on: without).pictureNotice == nil)
    }

    @Test("pictures of any length are written as base64", arguments: 0..<8)
    func base64(count: Int) {
        let bytes = (0..<count).map { UInt8($0 * 37 + 1) }
        #expect(Avatars.address(of: bytes) == "data:image/jpeg;base64," + Data(bytes).base64EncodedString())
    }
}
