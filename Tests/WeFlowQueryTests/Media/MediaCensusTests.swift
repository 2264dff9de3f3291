import TestSupport
import Testing
import WeFlowMedia

@testable import WeFlowQuery

@Suite("Count of media")
struct MediaCensusTests {
    private let account: MediaAccount

    init() throws {
        account = try MediaAccount()
    }

    private func check(_ key: String? = nil) async throws -> MediaCheck {
        let keys = ImageKeys(aes: try key.map { try ImageKey($0) })
        return try await MediaCensus(account.exporter().account, imageKeys: keys).run()
    }

    @Test(
        "referenced files are counted apart from those that are there, with and without an index",
        arguments: [false, true])
    func counts(isIndexed: Bool) async throws {
        try account.image(localID: 1)
        try account.image(MediaAccount.other, localID: 2, packed: MediaSamples.packedPicture(MediaAccount.other))
        try account.image("1234123412341234123412341234aaaa", localID: 3)
        try account.put(MediaSamples.jpeg(9), at: account.pictures() + "/\(MediaAccount.name)_t.dat")
        try account.put(MediaSamples.jpeg(9), at: account.pictures() + "/\(MediaAccount.other).dat")
        try account.say(34, "<msg><voicemsg/></msg>", localID: 4, serverID: 44)
        try account.say(34, "<msg><voicemsg/></msg>", localID: 5, serverID: 55)
        try account.say(43, "<msg><videomsg md5=\"\(MediaAccount.name)\"/></msg>", localID: 6)
        try account.say(47, "<msg><emoji md5=\"\(MediaAccount.name)\"/></msg>", localID: 7)
        try account.say(1, "text", localID: 8)
        let voices = try account.database("message/media_0.db")
        try voices.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            CREATE TABLE VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER,
                voice_data BLOB);
            INSERT INTO VoiceInfo VALUES(1, 0, 0, 44, x'02'), (1, 0, 0, 55, x'');
            """)
        if isIndexed { try account.index() }
        let found = try await check()
        #expect(found.kinds[.image] == .init(referenced: 3, present: 2, thumbnails: 1))
        #expect(found.kinds[.voice] == .init(referenced: 2, present: 1))
        #expect(found.kinds[.video] == .init(referenced: 1, present: 0))
        #expect(found.kinds[.emoji] == .init(referenced: 1, present: nil))
    }

    @Test(
        "the form of the key that opens the encrypted pictures is told",
        arguments: [
            ("0123456789abcdef", ImageKey.Form.characters), ("30313233343536373839616263646566", .digits),
            ("0123456789abcdef0123456789abcdef", .firstCharacters), ("fedcba9876543210", nil), (nil, nil),
        ] as [(String?, ImageKey.Form?)])
    func forms(key: String?, form: ImageKey.Form?) async throws {
        try account.image()
        try account.image(MediaAccount.other, localID: 2)
        try account.put(MediaSamples.v2, at: account.pictures() + "/\(MediaAccount.name).dat")
        try account.put(MediaSamples.png, at: account.pictures() + "/\(MediaAccount.other).dat")
        let found = try await check(key)
        #expect(found.encrypted == 1)
        #expect(found.opened == (form == nil ? 0 : 1))
        #expect(found.form == form)
    }
}
