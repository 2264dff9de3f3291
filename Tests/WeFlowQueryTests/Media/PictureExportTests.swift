import TestSupport
import Testing
import WeFlowMedia
import WeFlowParameters

@testable import WeFlowQuery

@Suite("Export of pictures")
struct PictureExportTests {
    private let keys: ImageKeys
    private let account: MediaAccount

    init() throws {
        keys = ImageKeys(aes: try ImageKey("0123456789abcdef"))
        account = try MediaAccount()
    }

    @Test("the name on disk is found by the packed name and exported by the md5 and the signature")
    func packedName() async throws {
        try account.image(packed: MediaSamples.packedPicture(MediaAccount.other))
        try account.put(MediaSamples.v2, at: account.pictures() + "/\(MediaAccount.other.uppercased()).dat")
        #expect(try await account.run(keys).map(\.text) == ["images/\(MediaAccount.name).png normal"])
        #expect(try account.exported("images/\(MediaAccount.name).png") == MediaSamples.png)
    }

    @Test(
        "every place a picture may lie in is found",
        arguments: [
            "2023-12", "2024-02", "2019-07",
        ])
    func otherMonths(month: String) async throws {
        try account.image()
        try account.put(MediaSamples.png, at: account.pictures(month) + "/\(MediaAccount.name).dat")
        #expect(try await account.run().map(\.text) == ["images/\(MediaAccount.name).png normal"])
    }

    @Test("hardlink.db leads to another chat's folder, and message_resource.db to another name")
    func databases() async throws {
        try account.image()
        let links = try account.database("hardlink/hardlink.db")
        try links.run(
            """
            CREATE TABLE dir2id(username TEXT PRIMARY KEY);
            INSERT INTO dir2id VALUES('00000000000000000000000000000001'), ('2022-05');
            CREATE TABLE image_hardlink_info_v4(md5 TEXT, file_name TEXT, dir1 INTEGER, dir2 INTEGER, extra_buffer BLOB);
            INSERT INTO image_hardlink_info_v4 VALUES(upper('\(MediaAccount.name)'), '\(MediaAccount.other)_h.dat', 1, 2, x'');
            """)
        try account.put(
            MediaSamples.png,
            at: "msg/attach/00000000000000000000000000000001/2022-05/Img/\(MediaAccount.other)_h.dat")
        #expect(try await account.run().map(\.text) == ["images/\(MediaAccount.name).png hd"])

        let third = "1234123412341234123412341234aaaa"
        try account.image("", localID: 2)
        try account.put(MediaSamples.png, at: account.pictures() + "/\(third).dat")
        let resources = try account.database("message/message_resource.db")
        try resources.run(
            """
            CREATE TABLE ChatName2Id(user_name TEXT PRIMARY KEY);
            INSERT INTO ChatName2Id VALUES('x'), ('\(MediaAccount.talker)');
            CREATE TABLE MessageResourceInfo(message_id INTEGER PRIMARY KEY, chat_id INTEGER, message_create_time INTEGER,
                message_local_id INTEGER, packed_info BLOB);
            INSERT INTO MessageResourceInfo VALUES(1, 2, \(MediaAccount.noon), 2, x'12220a20\(MediaSamples.hex(Array(third.utf8)))');
            """)
        #expect(try await account.run().last?.text == "images/image_2.png normal")
    }

    @Test("a picture that the client keeps by place and time is found, as a thumbnail")
    func byPlaceAndTime() async throws {
        try account.image(localID: 7)
        try account.put(
            MediaSamples.jpeg(40), at: account.pictures() + "/7_\(MediaAccount.noon)_t.dat")
        #expect(try await account.run().map(\.text) == ["images/\(MediaAccount.name).jpg thumb"])
    }

    @Test("the first rendition that decodes is taken: the key decides how far down the list that is")
    func renditions() async throws {
        try account.image()
        let base = account.pictures() + "/\(MediaAccount.name)"
        try account.put(MediaSamples.v2, at: base + "_h.dat")
        try account.put(Array(MediaSamples.v2.prefix(60)), at: base + ".dat")
        try account.put(MediaSamples.xored(MediaSamples.jpeg(30)), at: base + "_t.dat")
        #expect(try await account.run().map(\.text) == ["images/\(MediaAccount.name).jpg thumb"])
        #expect(try await account.run(keys).map(\.text) == ["images/\(MediaAccount.name).png hd"])
    }

    @Test("the reason is the one that its user can do something about")
    func reasons() async throws {
        try account.image()
        let (outcomes, losses) = try await account.run(try account.exporter())
        #expect(outcomes.map(\.text) == ["not downloaded by WeChat"])
        #expect(
            losses.sentences == [
                "1 picture is given without its file: not downloaded by WeChat; WeChat fetches a file when the message is opened"
            ])
        #expect(!losses.isPartial)

        let base = account.pictures() + "/\(MediaAccount.name)"
        try account.put([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], at: base + "_h.dat")
        #expect(try await account.run().map(\.text) == ["damaged"])
        try account.put(MediaSamples.v2, at: base + ".dat")
        #expect(try await account.run().map(\.text) == ["image key needed"])
        let wrong = ImageKeys(aes: try ImageKey("fedcba9876543210"))
        #expect(try await account.run(wrong).map(\.text) == ["wrong image key"])
    }

    @Test("what is exported is left alone, and replaced when WeChat has fetched a better version")
    func unchanged() async throws {
        try account.image()
        let base = account.pictures() + "/\(MediaAccount.name)"
        try account.put(MediaSamples.xored(MediaSamples.jpeg(30)), at: base + "_t.dat")
        _ = try await account.run()
        let file = "images/\(MediaAccount.name).jpg"
        let first = try account.status(file)
        #expect(try await account.run().map(\.text) == [file + " thumb"])
        #expect(try account.status(file) == first)

        try account.put(MediaSamples.xored(MediaSamples.jpeg(300)), at: base + "_h.dat")
        #expect(try await account.run().map(\.text) == [file + " hd"])
        #expect(try account.exported(file) == MediaSamples.jpeg(300))
    }

    @Test("an edited export is made again; one whose time alone was changed is left alone")
    func edited() async throws {
        try account.image()
        try account.put(MediaSamples.jpeg(50), at: account.pictures() + "/\(MediaAccount.name).dat")
        _ = try await account.run()
        let file = "images/\(MediaAccount.name).jpg"
        try account.scratch.write(MediaSamples.jpeg(49), to: "export/\(MediaAccount.talker)/\(file)")
        _ = try await account.run()
        #expect(try account.exported(file) == MediaSamples.jpeg(50))

        try account.scratch.write(MediaSamples.jpeg(50), to: "export/\(MediaAccount.talker)/\(file)")
        let touched = try account.status(file)
        _ = try await account.run()
        #expect(try account.status(file) == touched)
    }

    @Test("messages that show one picture share its file, made of the best version of all")
    func shared() async throws {
        try account.image(localID: 1, time: MediaAccount.noon)
        try account.image(localID: 2, time: MediaAccount.noon + 40 * 86_400)
        try account.put(MediaSamples.jpeg(5), at: account.pictures("2024-01") + "/\(MediaAccount.name)_t.dat")
        try account.put(MediaSamples.jpeg(500), at: account.pictures("2024-02") + "/\(MediaAccount.name).dat")
        let name = "images/\(MediaAccount.name).jpg normal"
        #expect(try await account.run().map(\.text) == [name, name])
        #expect(try account.exported("images/\(MediaAccount.name).jpg") == MediaSamples.jpeg(500))
    }

    @Test("a picture whose end is covered by an unknown byte is opened with the byte of the thumbnails")
    func electedKey() async throws {
        try account.image()
        // A WebP has no known end; its tail is X = 4 bytes.
        let webp = Array("RIFF".utf8) + [20, 0, 0, 0] + Array("WEBPVP8 ".utf8) + [9, 9, 9, 9, 1, 2, 3, 4]
        let v2 = try Self.v2(webp, tail: 4, xor: 0x5A)
        try account.put(v2, at: account.pictures() + "/\(MediaAccount.name).dat")
        #expect(try await account.run(keys).map(\.text) == ["image key needed"])
        try account.put(
            try Self.v2(MediaSamples.jpeg(60), tail: 10, xor: 0x5A),
            at: account.pictures() + "/\(MediaAccount.other)_t.dat")
        #expect(try await account.run(keys).map(\.text) == ["images/\(MediaAccount.name).webp normal"])
        #expect(try account.exported("images/\(MediaAccount.name).webp") == webp)
    }

    @Test("wxgf goes through ffmpeg, and without it the next version is taken")
    func wxgf() async throws {
        try account.image()
        let unit: [UInt8] = [0, 0, 0, 1, 0x40, 1, 0x0C, 1]
        let wxgf = Array("wxgf".utf8) + [0x0B, 0, 2, 0, 64, 0, 48, 0, 0, 0, 8] + unit
        try account.put(wxgf, at: account.pictures() + "/\(MediaAccount.name).dat")
        let (without, losses) = try await account.run(try account.exporter())
        #expect(without.map(\.text) == ["damaged"])
        #expect(losses.sentences.contains { $0.contains("install ffmpeg") })

        try account.put(MediaSamples.jpeg(9), at: account.pictures() + "/\(MediaAccount.name)_t.dat")
        #expect(try await account.run().map(\.text) == ["images/\(MediaAccount.name).jpg thumb"])

        let program = account.scratch.file("ffmpeg")
        try account.scratch.write(MediaSamples.jpeg(20), to: "picture")
        try account.scratch.write(
            Array("#!/bin/sh\ncat > \(program).input\ncat \(account.scratch.file("picture"))\n".utf8), to: "ffmpeg")
        try #require(chmodExecutable(program))
        let (with, _) = try await account.run(try account.exporter(ffmpeg: FFmpeg(path: program)))
        #expect(with.map(\.text) == ["images/\(MediaAccount.name).jpg normal"])
        #expect(try account.scratch.bytes(of: "ffmpeg.input") == unit)
        #expect(try account.exported("images/\(MediaAccount.name).jpg") == MediaSamples.jpeg(20))
        let first = try account.status("images/\(MediaAccount.name).jpg")
        try account.scratch.write(Array("#!/bin/sh\nexit 1\n".utf8), to: "ffmpeg")
        _ = try await account.run(try account.exporter(ffmpeg: FFmpeg(path: program)))
        #expect(try account.status("images/\(MediaAccount.name).jpg") == first)
    }

    @Test("kinds that were not asked for are neither exported nor missed")
    func kinds() async throws {
        try account.image()
        let request = try MessagesRequest(
            Parameters(commandLine: ["talker": MediaAccount.talker, "media": "1", "image": "0"]))
        let query = try MessagesQuery(request, in: try account.exporter().account, media: try account.exporter())
        var texts: [String] = []
        _ = try await query.encode(query.page(), into: { [String]() }) { message, texts in
            texts.append(message.media.text)
        } consume: { part in
            texts += part
        }
        #expect(texts == ["none"])
    }

    /// A V2 file with the fixed key of these tests, all AES but the tail.
    private static func v2(_ plain: [UInt8], tail: Int, xor: UInt8) throws -> [UInt8] {
        SealedPicture.v2(plain, key: Array("0123456789abcdef".utf8), tail: tail, xor: xor)
    }
}
