import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Voices and avatars, read without SQLite")
struct VoiceTableTests {
    private static let table = """
        CREATE TABLE VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER,
            voice_data BLOB, data_index TEXT DEFAULT '0');
        CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
        INSERT INTO Name2Id VALUES('wxid_a'), ('wxid_b'), ('群@chatroom');
        """
    /// What indexes a store may have: those of WeChat, none, and others.
    private static let indexes = [
        """
        CREATE INDEX i ON VoiceInfo(chat_name_id, svr_id);
        CREATE UNIQUE INDEX u ON VoiceInfo(chat_name_id, create_time, local_id, data_index);
        """,
        "",
        "CREATE INDEX i ON VoiceInfo(svr_id); CREATE INDEX p ON VoiceInfo(local_id, create_time)",
        "CREATE INDEX i ON VoiceInfo(chat_name_id, svr_id DESC); CREATE INDEX d ON VoiceInfo(create_time DESC)",
        "CREATE INDEX i ON VoiceInfo(chat_name_id) WHERE svr_id > 5",
    ]
    private let scratch: ScratchFolder
    private let folder: ScratchAccount

    init() throws {
        scratch = try ScratchFolder()
        folder = try ScratchAccount(scratch)
        try FileManager.default.createDirectory(
            atPath: folder.store("head_image"), withIntermediateDirectories: true)
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    /// The parts that SQLite gives, joined.
    private func parts(_ database: PlainDatabase, _ condition: String) throws -> String? {
        let rows = try database.rows(
            """
            SELECT hex(voice_data) FROM VoiceInfo WHERE \(condition) ORDER BY CAST(data_index AS INTEGER), rowid
            """)
        let voice = rows.map { $0[0] }.joined()
        return voice.isEmpty ? nil : voice
    }

    @Test("voices are those that SQLite finds, whatever the indexes, the lengths and the parts", arguments: indexes)
    func agreesWithSQLite(index: String) throws {
        let database = try PlainDatabase(folder.store("message/media_0.db"))
        try database.run(Self.table)
        var random = SeededGenerator(seed: 7)
        var keys: [(chat: Int64, key: VoiceTable.Key)] = []
        try database.run("BEGIN")
        for number in 0..<600 {
            let key = VoiceTable.Key(
                serverID: number % 5 == 0 ? 0 : Int64.random(in: 1...900, using: &random) << 40,
                createTime: 1_700_000_000 + Int64(number / 7), localID: Int64(number % 90))
            let chat = Int64.random(in: 1...3, using: &random)
            // Empty, on one page, over several; a few in parts that come in no order.
            let length = [0, 20, 700, 4070, 9000, 60_000][number % 6]
            for part in [[0], [10, 9, 2], [1]][number % 3] {
                let place = number % 31 == 0 ? "NULL" : number % 29 == 0 ? "' \(part)x'" : "'\(part)'"
                let server = number % 10 == 0 ? "NULL" : "\(key.serverID)"
                try database.run(
                    "INSERT OR IGNORE INTO VoiceInfo VALUES(\(chat), \(key.createTime), \(key.localID), \(server),"
                        + " randomblob(\(length)), \(place))")
            }
            keys.append((chat, key))
        }
        try database.run("COMMIT; \(index)")
        let table = try VoiceTable(folder.account.database("message/media_0.db"))

        for (id, name) in [(1, "wxid_a"), (2, "wxid_b"), (3, "群@chatroom")] as [(Int64, String)] {
            #expect(try table.chatID(name) == id)
        }
        for name in ["wxid_c", "WXID_A", ""] { #expect(try table.chatID(name) == nil) }
        // Without an index each is a walk over all rows.
        for number in stride(from: 0, to: keys.count, by: index.contains("UNIQUE") ? 1 : 23) {
            let (chat, key) = keys[number]
            let place =
                "chat_name_id=\(chat) AND create_time=\(key.createTime) AND local_id=\(key.localID)"
            let byServer =
                key.serverID == 0 ? nil : try parts(database, "chat_name_id=\(chat) AND svr_id=\(key.serverID)")
            let wanted = try byServer ?? parts(database, place)
            #expect(try table.voice(key, chat: chat).map(hex) == wanted)
        }
        let ids = Set(keys.map(\.key.serverID)).subtracting([0]).union([12345])
        var wanted: [Int64: String] = [:]
        for id in ids { wanted[id] = try parts(database, "svr_id=\(id)") }
        #expect(try table.voices(ids).mapValues(hex) == wanted)
        var there: [VoiceTable.Key: Int] = [:]
        try table.all { there[$0, default: 0] += 1 }
        var known: [VoiceTable.Key: Int] = [:]
        for row in try database.rows(
            "SELECT ifnull(svr_id, 0), create_time, local_id FROM VoiceInfo WHERE length(voice_data) > 0")
        {
            let numbers = row.compactMap { Int64($0) }
            known[
                VoiceTable.Key(serverID: numbers[0], createTime: numbers[1], localID: numbers[2]), default: 0] += 1
        }
        #expect(there == known && !known.isEmpty)
    }

    @Test("what names a voice is found behind its bytes, too")
    func otherOrderOfColumns() throws {
        let database = try PlainDatabase(folder.store("message/media_0.db"))
        try database.run(
            """
            CREATE TABLE VoiceInfo(voice_data BLOB, chat_name_id INTEGER, create_time INTEGER, local_id INTEGER,
                svr_id INTEGER, data_index TEXT);
            INSERT INTO VoiceInfo VALUES(randomblob(9000), 1, 100, 7, 55, '0'), (randomblob(9), 1, 200, 8, 66, '0');
            """)
        var there: Set<VoiceTable.Key> = []
        let table = try VoiceTable(folder.account.database("message/media_0.db"))
        try table.all { there.insert($0) }
        #expect(there.map(\.serverID).sorted() == [55, 66] && there.map(\.createTime).sorted() == [100, 200])
        #expect(try table.voices([55])[55]?.count == 9000)
    }

    @Test("a time a few seconds off finds a voice that no server's id names, as SQLite finds it", arguments: indexes)
    func nearTimes(index: String) throws {
        let database = try PlainDatabase(folder.store("message/media_0.db"))
        try database.run(Self.table + "BEGIN")
        var random = SeededGenerator(seed: 11)
        var taken: Set<[Int64]> = []
        for number in 0..<200 {
            let server = ["0", "NULL", "\(number)"][Int.random(in: 0...2, using: &random)]
            let time = 1_700_000_000 + Int64.random(in: 0...200, using: &random)
            guard taken.insert([Int64(number % 10), time]).inserted else { continue }
            try database.run(
                "INSERT INTO VoiceInfo VALUES(\(number % 2 + 1), \(time), \(number % 5), \(server),"
                    + " randomblob(\([0, 30, 30, 5000][number % 4])), '0')")
        }
        try database.run("COMMIT; \(index)")
        let table = try VoiceTable(folder.account.database("message/media_0.db"))
        var found = 0
        for time in stride(from: 1_700_000_000 - 7, through: 1_700_000_000 + 207, by: 7) as StrideThrough<Int64> {
            for local in 0..<5 as Range<Int64> {
                let place = "chat_name_id=1 AND local_id=\(local) AND create_time"
                let times = try database.rows(
                    """
                    SELECT create_time FROM VoiceInfo WHERE \(place) BETWEEN \(time - 5) AND \(time + 5)
                    AND coalesce(svr_id, 0)=0 ORDER BY abs(create_time - \(time)), create_time
                    """)
                let distances = times.compactMap { Int64($0[0]) }.map { abs($0 - time) }
                // Of two that are as far off, one before and one after, either may be the one.
                if distances.count > 1, distances[0] == distances[1] { continue }
                var wanted = try parts(database, "\(place)=\(time)")
                if wanted == nil, let near = times.first { wanted = try parts(database, "\(place)=\(near[0])") }
                let key = VoiceTable.Key(serverID: 1 << 50, createTime: time, localID: local)
                #expect(try table.voice(key, chat: 1).map(hex) == wanted)
                if wanted != nil { found += 1 }
            }
        }
        #expect(found > 20)
        for time in [Int64.min, .max] {
            #expect(try table.voice(VoiceTable.Key(serverID: 0, createTime: time, localID: 1), chat: 1) == nil)
        }
    }

    @Test("a voice of more than 16 MiB, its parts together, is none")
    func large() throws {
        let database = try PlainDatabase(folder.store("message/media_0.db"))
        try database.run(Self.table)
        for part in 0..<3 {
            try database.run("INSERT INTO VoiceInfo VALUES(1, 5, 6, 7, zeroblob(\(6 << 20)), '\(part)')")
            let table = try VoiceTable(folder.account.database("message/media_0.db"))
            let voice = try table.voice(VoiceTable.Key(serverID: 7, createTime: 0, localID: 0), chat: 1)
            #expect(voice?.count == (part < 2 ? (part + 1) * 6 << 20 : nil))
        }
    }

    @Test("avatars are those that SQLite finds", arguments: ["username TEXT PRIMARY KEY", "username TEXT"])
    func avatars(column: String) throws {
        let database = try PlainDatabase(folder.store(HeadImages.database))
        try database.run("CREATE TABLE head_image(\(column), md5 TEXT, image_buffer BLOB, update_time INTEGER); BEGIN")
        for number in 0..<300 {
            try database.run(
                "INSERT INTO head_image VALUES('wxid_\(number * 7919 % 1000)', '', randomblob(\(number * 37)), 0)")
        }
        try database.run("COMMIT; INSERT INTO head_image VALUES('nothing', '', NULL, 0)")
        let images = try HeadImages(folder.account)
        for row in try database.rows("SELECT username, ifnull(hex(image_buffer), '') FROM head_image") {
            #expect(try hex(images.picture(of: row[0])) == row[1])
        }
        for name in ["", "wxid_1001", "WXID_0", "zz"] { #expect(try images.picture(of: name) == []) }
    }

    @Test("other schemas have no pictures, and lack voices by name", arguments: ["", "CREATE TABLE head_image(a, b)"])
    func otherSchemas(sql: String) throws {
        let database = try PlainDatabase(folder.store(HeadImages.database))
        try database.run("CREATE TABLE other(a); \(sql)")
        #expect(try HeadImages(folder.account).picture(of: "wxid_a") == [])
        let voices = try PlainDatabase(folder.store("message/media_0.db"))
        try voices.run("CREATE TABLE other(a)")
        let file = folder.account.database("message/media_0.db")
        #expect(try VoiceTable(file).chatID("wxid_a") == nil)
        #expect(try VoiceTable(file).voice(VoiceTable.Key(serverID: 1, createTime: 1, localID: 1), chat: 1) == nil)
        try voices.run("CREATE TABLE VoiceInfo(chat_name_id, create_time, local_id)")
        let error = #expect(throws: WeFlowError.self) {
            try VoiceTable(folder.account.database("message/media_0.db"))
        }
        #expect(error?.sentence.contains("voice_data") == true)
    }

    @Test("of damaged pages the first one is named, and voices before it are found", arguments: [true, false])
    func damage(hasIndex: Bool) throws {
        let path = folder.store("message/media_0.db")
        do {
            let database = try PlainDatabase(path, wal: false)
            try database.run(Self.table + (hasIndex ? Self.indexes[0] : ""))
            for number in 0..<400 {
                try database.run("INSERT INTO VoiceInfo VALUES(1, 5, \(number), \(number + 1), randomblob(900), '0')")
            }
        }
        // The leaf of the last row, and a page of the index where there is one.
        let rows = try PlainDatabase(path, wal: false).rows(
            "SELECT pageno FROM dbstat WHERE name='VoiceInfo' AND pagetype='leaf' ORDER BY pageno")
        let page = try #require(rows.last.flatMap { Int($0[0]) })
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64((page - 1) * 4096))
        try file.write(contentsOf: Data(repeating: 0xEE, count: 4096))
        try file.close()
        let table = try VoiceTable(folder.account.database("message/media_0.db"))
        func voice(_ id: Int64) throws -> [UInt8]? {
            try table.voice(VoiceTable.Key(serverID: id, createTime: 5, localID: id - 1), chat: 1)
        }
        if hasIndex { #expect(try voice(1)?.count == 900) }
        let error = #expect(throws: WeFlowError.self) { try voice(400) }
        #expect(error?.sentence.contains("page \(page)") == true)
        var count = 0
        #expect(throws: WeFlowError.self) { try table.all { _ in count += 1 } }
        #expect(count > 380)
    }
}
