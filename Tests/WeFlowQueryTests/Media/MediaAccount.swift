import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowMedia
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

/// An account with one chat of messages with media, and the folder they are exported to.
final class MediaAccount {
    static let talker = "wxid_friend"
    /// 2024-01-15 12:00 UTC.
    static let noon: Int64 = 1_705_320_000
    static let name = "0123456789abcdef0123456789abcdef"
    static let other = "ffeeddccbbaa99887766554433221100"
    let scratch: ScratchFolder
    let fetcher = FakeNetwork()
    private var shards: [Int: PlainDatabase] = [:]

    init() throws {
        scratch = try ScratchFolder()
        try folder("db_storage/message")
    }

    var export: String { scratch.file("export") }
    /// The folder of the chat's pictures of a month.
    func pictures(_ month: String = "2024-01") -> String { "msg/attach/\(md5Hex(Self.talker))/\(month)/Img" }

    @discardableResult
    func folder(_ name: String) throws -> String {
        let path = scratch.file("account/\(name)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    func put(_ bytes: [UInt8], at path: String) throws {
        let slash = try #require(path.lastIndex(of: "/"))
        try folder(String(path[..<slash]))
        try scratch.write(bytes, to: "account/\(path)")
    }

    func database(_ name: String) throws -> PlainDatabase {
        let slash = try #require(name.lastIndex(of: "/"))
        try folder("db_storage/\(name[..<slash])")
        return try PlainDatabase(scratch.file("account/db_storage/\(name)"), wal: false)
    }

    /// Adds a message.
    func say(
        _ type: Int, _ xml: String, localID: Int = 1, serverID: Int = 0, time: Int64 = noon, packed: String = "",
        shard: Int = 0
    ) throws {
        let table = "Msg_" + md5Hex(Self.talker)
        if shards[shard] == nil {
            let made = try database("message/message_\(shard).db")
            try made.run(
                """
                CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
                INSERT INTO Name2Id VALUES('\(Self.talker)');
                CREATE TABLE [\(table)](local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER,
                    sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, message_content TEXT,
                    packed_info_data BLOB);
                """)
            shards[shard] = made
        }
        try shards[shard]?.run(
            "INSERT INTO [\(table)] VALUES(\(localID), \(serverID), \(type), \(time * 1000 + Int64(localID)), 1, \(time),"
                + " '\(xml)', x'\(packed)')")
    }

    /// Gives the table of messages the index on types that WeChat makes.
    func index() throws {
        try shards[0]?.run("CREATE INDEX types ON [Msg_\(md5Hex(Self.talker))](local_type, sort_seq)")
    }

    func image(_ md5: String = name, localID: Int = 1, time: Int64 = noon, packed: String = "") throws {
        try say(3, "<msg><img md5=\"\(md5)\" /></msg>", localID: localID, time: time, packed: packed)
    }

    func exporter(_ keys: ImageKeys = ImageKeys(), ffmpeg: FFmpeg? = nil) throws -> MediaExporter {
        let account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
        return MediaExporter(
            account,
            settings: MediaSettings(
                exportPath: export, imageKeys: keys, ffmpeg: ffmpeg, fetcher: fetcher, zone: .utc))
    }

    /// Exports everything and gives the outcomes, oldest message first.
    func run(_ exporter: MediaExporter, media: String = "1") async throws -> (
        outcomes: [MediaOutcome?], losses: MessageLosses
    ) {
        let request = try MessagesRequest(
            Parameters(commandLine: ["talker": Self.talker, "limit": "0", "order": "asc", "media": media]))
        let query = try MessagesQuery(request, in: exporter.account, media: exporter)
        var outcomes: [MediaOutcome?] = []
        let losses = try await query.encodeAll(into: { [MediaOutcome?]() }) { message, output in
            output.append(message.media)
        } consume: { output in
            outcomes += output
        }
        return (outcomes, losses)
    }

    func run(_ keys: ImageKeys = ImageKeys()) async throws -> [MediaOutcome?] {
        try await run(try exporter(keys)).outcomes
    }

    func exported(_ name: String) throws -> [UInt8] {
        try scratch.bytes(of: "export/\(Self.talker)/\(name)")
    }

    func status(_ name: String) throws -> ExportedThere {
        try #require(ExportFolder(path: export).existing("\(export)/\(Self.talker)/\(name)"))
    }
}

/// A network that gives what a test put there.
final class FakeNetwork: MediaFetching {
    private let state = Mutex((bodies: [String: [UInt8]](), asked: [String]()))

    var asked: [String] { state.withLock { $0.asked } }

    func put(_ body: [UInt8], at url: String) { state.withLock { $0.bodies[url] = body } }

    func fetch(_ url: String) async throws -> [UInt8] {
        let body = state.withLock { state in
            state.asked.append(url)
            return state.bodies[url]
        }
        if url.hasSuffix("/nowhere") { throw WeFlowError(.network, "no answer in time") }
        if url.hasSuffix("/elsewhere") { throw WeFlowError(.usage, "the host is not admitted") }
        guard let body else { throw WeFlowError(.gone, "the media network answered 404") }
        return body
    }
}

/// Small files of every kind.
enum MediaSamples {
    static let png = bytes(
        """
        89504e470d0a1a0a0000000d4948445200000001000000010802000000907753
        de0000000f494441547801010400fbff002a80d40256017f07d637dc00000000
        49454e44ae426082
        """)
    /// The same as V2 with the ASCII key `0123456789abcdef`, XOR key 5A.
    static let v2 = bytes(
        """
        070856320807200000001400000001aa8cd4419854df547fcb74ea695cc8852e
        2a5ea1a82c50669209674b48bc28dd377222e061a924c591cd9c27ea163ed4de
        0000000f494441547801010400fbff002a80d4580c5b255d8c6d865a5a5a5a13
        1f141ef4183ad8
        """)
    static let gif = bytes(
        "47494638396101000100800000ffff00000021f90401000000002c00000000010001000002024401003b"
            .replacing("ffff0000", with: "ffffff0000"))
    /// The same under AES-128-CBC with the key `stickerKey`.
    static let sealedGIF = bytes(
        """
        3ee962dd139548136da9c8a421bb97f6e72e258511b0666100141431e66770ac
        c9fcee0f38872ac27819e01db5ade8ee
        """)
    static let stickerKey = "00112233445566778899aabbccddeeff"
    static let video = [0, 0, 0, 24] + Array("ftypmp42".utf8) + [UInt8](repeating: 7, count: 300_000)
    /// A voice of three packets that were lost: 60 ms of silence.
    static let voice = [2] + Array("#!SILK_V3".utf8) + [0, 0, 0, 0, 0, 0]

    static func jpeg(_ count: Int) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 0x41, count: count) + [0xFF, 0xD9]
    }

    static func xored(_ bytes: [UInt8], with key: UInt8 = 0x37) -> [UInt8] { bytes.map { $0 ^ key } }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.filter(\.isHexDigit).compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// `packed_info_data` of a picture.
    static func packedPicture(_ name: String) -> String { "086a100e22222220" + hex(Array(name.utf8)) }
}

extension MediaOutcome? {
    /// What a test compares: the file's name and rendition, or the reason.
    var text: String {
        switch self {
        case .file(let file)?:
            file.exported.kind.folder + "/" + file.exported.fileName + (file.rendition.map { " \($0.rawValue)" } ?? "")
        case .missing(_, let loss)?: loss.rawValue
        case nil: "none"
        }
    }
}
