import TestSupport
import Testing
import WeFlowMedia
import WeFlowPages

@testable import WeFlowQuery

@Suite("Export of voices, videos and stickers")
struct MediaExportTests {
    private let account: MediaAccount
    private static let voice = "<msg><voicemsg voicelength=\"60\" /></msg>"

    init() throws {
        account = try MediaAccount()
    }

    private func voices(_ number: Int, _ rows: [String]) throws {
        let database = try account.database("message/media_\(number).db")
        try database.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO Name2Id VALUES('filler'), ('\(MediaAccount.talker)');
            CREATE TABLE VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER,
                voice_data BLOB, data_index TEXT DEFAULT '0');
            """)
        for row in rows { try database.run("INSERT INTO VoiceInfo VALUES(\(row))") }
    }

    private static func blob(_ bytes: [UInt8]) -> String { "x'\(MediaSamples.hex(bytes))'" }

    @Test(
        "a voice is found in any database: by the server's id, by time and place, under another chat",
        arguments: [
            "2, 5, 6, 77, DATA, '0'",
            "2, \(MediaAccount.noon), 1, 0, DATA, '0'",
            "1, 5, 6, 77, DATA, '0'",
        ])
    func voicePlaces(row: String) async throws {
        try account.say(34, Self.voice, serverID: 77)
        try voices(0, ["1, \(MediaAccount.noon), 1, 8, x'00', '0'"])
        try voices(3, [row.replacing("DATA", with: Self.blob(MediaSamples.voice))])
        #expect(try await account.run().map(\.text) == ["voices/voice_1.wav"])
        let wav = try account.exported("voices/voice_1.wav")
        #expect(wav == (try SilkVoice.wav(MediaSamples.voice)))
        #expect(wav.count > WAVFile.headerLength)
    }

    @Test(
        "a voice is found without the names of its database, and without the server's id in it",
        arguments: ["DROP TABLE Name2Id", "ALTER TABLE VoiceInfo DROP COLUMN svr_id"])
    func voicesOfOtherSchemas(change: String) async throws {
        try account.say(34, Self.voice, serverID: 77)
        try voices(0, ["2, \(MediaAccount.noon), 1, 77, \(Self.blob(MediaSamples.voice)), '0'"])
        try account.database("message/media_0.db").run(change)
        #expect(try await account.run().map(\.text) == ["voices/voice_1.wav"])
    }

    @Test("parts of a voice are joined in the order of their numbers")
    func parts() async throws {
        try account.say(34, Self.voice, serverID: 77)
        let parts = (0..<11).map { $0 == 0 ? MediaSamples.voice : [0, 0] }
        try voices(0, parts.enumerated().reversed().map { "2, 5, 6, 77, \(Self.blob($0.element)), '\($0.offset)'" })
        #expect(try await account.run().map(\.text) == ["voices/voice_1.wav"])
        let whole = try SilkVoice.wav(Array(parts.joined()))
        #expect(try account.exported("voices/voice_1.wav") == whole)
    }

    @Test("of two voices with one local id the later has its time in its name, whatever was exported first")
    func sameLocalID() async throws {
        try account.say(34, Self.voice, serverID: 1, time: MediaAccount.noon + 5)
        try account.say(34, Self.voice, serverID: 2, time: MediaAccount.noon, shard: 1)
        try account.say(1, "text", localID: 9, shard: 1)
        try account.say(34, Self.voice, localID: 9, serverID: 3, time: MediaAccount.noon + 9)
        try voices(
            0,
            [
                "2, 0, 0, 1, \(Self.blob(MediaSamples.voice)), '0'",
                "2, 0, 0, 2, \(Self.blob(MediaSamples.voice + [0, 0])), '0'",
                "2, 0, 0, 3, \(Self.blob(MediaSamples.voice)), '0'",
            ])
        let texts = try await account.run().map(\.text)
        #expect(
            texts == [
                "voices/voice_1.wav", "none", "voices/voice_1_\(MediaAccount.noon + 5).wav", "voices/voice_9.wav",
            ])
        #expect(try account.exported("voices/voice_1.wav") == (try SilkVoice.wav(MediaSamples.voice + [0, 0])))
    }

    @Test("a voice that is nowhere, is empty or is no voice says so, and once exported needs no database")
    func voiceReasons() async throws {
        try account.say(34, Self.voice, localID: 1, serverID: 1)
        try account.say(34, Self.voice, localID: 2, serverID: 2)
        try account.say(34, Self.voice, localID: 3, serverID: 3)
        try account.say(34, Self.voice, localID: 4, serverID: 4)
        try voices(
            0,
            ["2, 0, 0, 2, x'', '0'", "2, 0, 0, 3, x'0102', '0'", "2, 0, 0, 4, \(Self.blob(MediaSamples.voice)), '0'"])
        let missing = "not downloaded by WeChat"
        #expect(try await account.run().map(\.text) == [missing, missing, "damaged", "voices/voice_4.wav"])
        let first = try account.status("voices/voice_4.wav")
        try account.scratch.write([], to: "account/db_storage/message/media_0.db")
        #expect(try await account.run().map(\.text) == [missing, missing, missing, "voices/voice_4.wav"])
        #expect(try account.status("voices/voice_4.wav") == first)
    }

    @Test("a database of voices that cannot be read is told of, and no message fails")
    func unreadableVoices() async throws {
        try account.say(34, Self.voice, serverID: 1)
        try account.scratch.write(
            Array("SQLite format 3".utf8) + [UInt8](repeating: 0, count: 5000),
            to: "account/db_storage/message/media_0.db")
        let (outcomes, losses) = try await account.run(try account.exporter())
        #expect(outcomes.map(\.text) == ["damaged"])
        #expect(losses.sentences.contains { $0.hasPrefix("message/media_0.db") })
        #expect(!losses.isPartial)
    }

    @Test("a video is copied, never linked, and left alone the second time", arguments: ["", "_raw"])
    func video(suffix: String) async throws {
        try account.say(43, "<msg><videomsg md5=\"\(MediaAccount.name)\" /></msg>")
        let path = "msg/video/2024-01/\(MediaAccount.name)\(suffix).MP4"
        try account.put(MediaSamples.video, at: path)
        try account.put([1], at: "msg/video/2024-01/\(MediaAccount.name)_thumb.jpg")
        let file = "videos/\(MediaAccount.name).mp4"
        #expect(try await account.run().map(\.text) == [file])
        #expect(try account.exported(file) == MediaSamples.video)
        let first = try account.status(file)
        #expect(try await account.run().map(\.text) == [file])
        #expect(try account.status(file) == first)

        try account.scratch.write([0], to: "export/\(MediaAccount.talker)/\(file)")
        #expect(try account.scratch.bytes(of: "account/\(path)") == MediaSamples.video)
        _ = try await account.run()
        #expect(try account.exported(file) == MediaSamples.video)
    }

    @Test("a video is found by the name in hardlink.db in another month; what is no video is damaged")
    func videoPlaces() async throws {
        try account.say(43, "<msg><videomsg rawmd5=\"\(MediaAccount.name)\" /></msg>")
        #expect(try await account.run().map(\.text) == ["not downloaded by WeChat"])
        let links = try account.database("hardlink/hardlink.db")
        try links.run(
            """
            CREATE TABLE dir2id(username TEXT PRIMARY KEY);
            INSERT INTO dir2id VALUES('2020-11');
            CREATE TABLE video_hardlink_info_v3(md5 TEXT, file_name TEXT, dir1 INTEGER, dir2 INTEGER, extra_buffer BLOB);
            INSERT INTO video_hardlink_info_v3 VALUES('\(MediaAccount.name)', '\(MediaAccount.other).mp4', 1, 0, NULL);
            """)
        try account.put(MediaSamples.video, at: "msg/video/2020-11/\(MediaAccount.other).mp4")
        #expect(try await account.run().map(\.text) == ["videos/\(MediaAccount.name).mp4"])
        try account.put([1, 2, 3], at: "msg/video/2024-01/\(MediaAccount.name).mp4")
        #expect(try await account.run().map(\.text) == ["damaged"])
    }

    @Test("a sticker is fetched once and kept by its md5")
    func sticker() async throws {
        let xml = "<msg><emoji md5 = \"\(MediaAccount.name)\" cdnurl = \"http://a.qq.com/x?a=1&amp;b=2\" /></msg>"
        try account.say(47, xml, localID: 1)
        try account.say(47, xml, localID: 2)
        account.fetcher.put(MediaSamples.gif, at: "http://a.qq.com/x?a=1&b=2")
        let file = "emojis/\(MediaAccount.name).gif"
        #expect(try await account.run().map(\.text) == [file, file])
        #expect(try await account.run().map(\.text) == [file, file])
        #expect(account.fetcher.asked == ["http://a.qq.com/x?a=1&b=2"])
        #expect(try account.exported(file) == MediaSamples.gif)
    }

    @Test("a sticker whose address has expired is tried by the addresses of emoticon.db, with its key")
    func stickerTable() async throws {
        try account.say(47, "<msg><emoji md5=\"\(MediaAccount.name)\" cdnurl=\"http://a.qq.com/gone\" /></msg>")
        let (outcomes, losses) = try await account.run(try account.exporter())
        #expect(outcomes.map(\.text) == ["expired on the network"])
        #expect(losses.sentences.count == 2)

        let table = try account.database("emoticon/emoticon.db")
        try table.run(
            """
            CREATE TABLE kNonStoreEmoticonTable(md5 TEXT, aes_key TEXT, cdn_url TEXT, extern_url TEXT, encrypt_url TEXT);
            INSERT INTO kNonStoreEmoticonTable VALUES(x'\(MediaAccount.name)', '\(MediaSamples.stickerKey)', '', '',
                'http://b.qq.com/sealed');
            """)
        account.fetcher.put(MediaSamples.sealedGIF, at: "http://b.qq.com/sealed")
        #expect(try await account.run().map(\.text) == ["emojis/\(MediaAccount.name).gif"])
        #expect(try account.exported("emojis/\(MediaAccount.name).gif") == MediaSamples.gif)
    }

    @Test("a sticker has expired only where the network says so; else it was not reached, and may be had later")
    func stickerLosses() async throws {
        let hosts = ["/gone", "/nowhere", "/elsewhere", "/text"]
        for (place, path) in hosts.enumerated() {
            try account.say(47, "<msg><emoji cdnurl=\"http://a.qq.com\(path)\" /></msg>", localID: place + 1)
        }
        // Of two addresses the one that may be asked again counts.
        let two = "<msg><emoji cdnurl=\"http://a.qq.com/gone\" encrypturl=\"http://a.qq.com/nowhere\" /></msg>"
        try account.say(47, two, localID: 5)
        account.fetcher.put(Array("<html>".utf8), at: "http://a.qq.com/text")
        let (outcomes, losses) = try await account.run(try account.exporter())
        #expect(
            outcomes.map(\.text)
                == ["expired on the network", "unreachable", "unreachable", "damaged", "unreachable"])
        #expect(
            losses.sentences.contains(
                "3 stickers are given without their file: unreachable; the same command asks again"))
    }

    @Test("a sticker without an address is not downloaded; one that opens as nothing is damaged")
    func stickerReasons() async throws {
        try account.say(47, "<msg><emoji md5=\"\(MediaAccount.name)\" /></msg>", localID: 1)
        try account.say(47, "<msg><emoji cdnurl=\"http://a.qq.com/text\" /></msg>", localID: 2)
        account.fetcher.put(Array("<html>".utf8), at: "http://a.qq.com/text")
        #expect(try await account.run().map(\.text) == ["not downloaded by WeChat", "damaged"])
    }

    @Test("a failed download is not tried again in the same run")
    func failedOnce() async throws {
        try account.say(47, "<msg><emoji md5=\"\(MediaAccount.name)\" cdnurl=\"http://a.qq.com/gone\" /></msg>")
        let exporter = try account.exporter()
        _ = try await account.run(exporter)
        _ = try await account.run(exporter)
        #expect(account.fetcher.asked.count == 1)
    }

    @Test("a folder that cannot be written to fails the export")
    func unwritable() async throws {
        try account.image()
        try account.put(MediaSamples.jpeg(4), at: account.pictures() + "/\(MediaAccount.name).dat")
        try account.scratch.write([1], to: "export")
        await #expect(throws: WeFlowError.self) { try await account.run() }
    }
}
