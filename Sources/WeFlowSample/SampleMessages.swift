import CZstd
import WeFlowPages

/// A message that has got its place in a shard.
struct SampleRow {
    let message: SampleMessage
    let localID: Int64
    let sequence: Int64
}

/// The databases of messages.
struct SampleMessages {
    /// Databases by their path below `db_storage`.
    private(set) var databases: [(name: String, database: SampleDatabase)] = []
    /// All rows, by chat and time.
    private(set) var rows: [SampleRow] = []

    /// Messages before it lie in the first shard.
    private static let shardEnd = SampleTime.beijing(2026, 1, 1)

    /// Distributes chats over shards.
    ///
    /// - Throws: what SQLite says.
    init(_ stories: [SampleStory]) throws(WeFlowError) {
        let officials = stories.filter { $0.talker.hasPrefix("gh_") }
        let others = stories.filter { !$0.talker.hasPrefix("gh_") }
        let people = SamplePeople.contacts.map(\.username)
        // The second shard learnt the people in another order, so that ids of two shards have nothing in common.
        try addShard("message/message_0.db", others, start: 0, people: []) { $0.time < Self.shardEnd }
        try addShard("message/message_1.db", others, start: Self.shardEnd, people: people.reversed()) {
            $0.time >= Self.shardEnd
        }
        try addShard("message/biz_message_0.db", officials, start: 0, people: []) { _ in true }
        try addVoices()
        try addResources()
    }

    private mutating func addShard(
        _ name: String, _ stories: [SampleStory], start: Int64, people: [String], _ isIncluded: (SampleMessage) -> Bool
    ) throws(WeFlowError) {
        let database = try SampleDatabase()
        try database.execute(Self.shardSchema)
        try database.insert(into: "TimeStamp", "timestamp", [[.int(start)]])
        let chats = stories.map { ($0.talker, $0.messages.filter(isIncluded)) }.filter { !$0.1.isEmpty }
        let talkers = chats.map(\.0)
        var names = NameTable()
        for name in people + talkers { names.add(name) }
        for (talker, messages) in chats {
            let table = "Msg_" + md5Hex(talker)
            try database.execute(Self.tableSchema(table))
            var second: (time: Int64, count: Int64) = (0, 0)
            for (index, message) in messages.enumerated() {
                second = message.time == second.time ? (message.time, second.count + 1) : (message.time, 0)
                let row = SampleRow(
                    message: message, localID: Int64(index + 1), sequence: message.time * 1000 + second.count)
                rows.append(row)
                let values = Self.values(row, sender: names.add(message.sender))
                try database.insert(into: table, Self.columns, [values])
            }
        }
        try database.insert(
            into: "Name2Id", "rowid, user_name, is_session",
            names.names.enumerated().map { index, name in
                [.int(Int64(index + 1)), .text(name), .int(talkers.contains(name) ? 1 : 0)]
            })
        databases.append((name, database))
    }

    private static let columns =
        "local_id, server_id, local_type, sort_seq, real_sender_id, create_time, status, upload_status, download_status, "
        + "server_seq, origin_source, source, message_content, packed_info_data, WCDB_CT_message_content, WCDB_CT_source"

    private static func values(_ row: SampleRow, sender: Int64) -> [SampleDatabase.Value] {
        let message = row.message
        let stored = Array(message.stored.utf8)
        let isCompressed = stored.count > 120 || (!message.isText && !message.isNotice)
        let content = isCompressed ? compressed(stored).map { SampleDatabase.Value.blob($0) } : nil
        let status: Int64 = message.serverID == 0 ? 1 : message.isOwn ? 2 : message.isNotice ? 4 : 3
        let mentions =
            message.mentions.isEmpty
            ? "" : "<atuserlist><![CDATA[\(message.mentions.joined(separator: ","))]]></atuserlist>"
        return [
            .int(row.localID), .int(Int64(bitPattern: message.serverID)), .int(message.localType), .int(row.sequence),
            .int(sender), .int(message.time), .int(status), 0, 0, .int(Int64(message.serverID & 0xFF_FFFF)), 1,
            .text("<msgsource>\(mentions)<silence>0</silence></msgsource>"), content ?? .text(message.stored),
            packedInfo(message), .int(content == nil ? 0 : 4), 0,
        ]
    }

    /// What the client notes of a message's files.
    private static func packedInfo(_ message: SampleMessage) -> SampleDatabase.Value {
        guard let media = message.media else { return nil }
        return .blob(
            WireWriter.bytes { writer in
                writer.varint(1, 106)
                writer.varint(2, 14)
                switch media {
                case .picture(_, let name): writer.message(3) { $0.text(4, name) }
                case .video(let name): writer.message(4) { $0.text(8, name) }
                case .voice:
                    writer.message(5) {
                        // A final text.
                        $0.varint(1, 2)
                        $0.text(2, "（门铃声）")
                    }
                case .recordFile(let folder, _, _, _): writer.message(9) { $0.text(1, folder) }
                case .file, .sticker: break
                }
            })
    }

    /// A zstd frame, nil where zstd refuses.
    private static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let size = ZSTD_compress(&frame, frame.count, bytes, bytes.count, 3)
        return ZSTD_isError(size) == 0 ? Array(frame[..<size]) : nil
    }

    private mutating func addVoices() throws(WeFlowError) {
        let database = try SampleDatabase()
        try database.execute(
            """
            CREATE TABLE VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER,
              voice_data BLOB, data_index TEXT DEFAULT '0');
            CREATE INDEX VoiceInfo_INDEX ON VoiceInfo(chat_name_id, svr_id);
            CREATE UNIQUE INDEX VoiceInfo_UNIQUE_INDEX ON VoiceInfo(chat_name_id, create_time, local_id, data_index);
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            CREATE TABLE TimeStamp(timestamp INTEGER);
            """)
        var names = NameTable()
        for row in rows {
            guard case .voice = row.message.media else { continue }
            try database.insert(
                into: "VoiceInfo", "chat_name_id, create_time, local_id, svr_id, voice_data",
                [
                    [
                        .int(names.add(row.message.talker)), .int(row.message.time), .int(row.localID),
                        .int(Int64(bitPattern: row.message.serverID)), .blob(SampleFiles.voice),
                    ]
                ])
        }
        try database.insert(into: "Name2Id", "user_name", names.names.map { [.text($0)] })
        try database.insert(into: "TimeStamp", "timestamp", [[0]])
        databases.append(("message/media_0.db", database))
    }

    private mutating func addResources() throws(WeFlowError) {
        let database = try SampleDatabase()
        try database.execute(
            """
            CREATE TABLE ChatName2Id(user_name TEXT PRIMARY KEY, update_time INTEGER);
            CREATE TABLE SenderName2Id(user_name TEXT PRIMARY KEY, update_time INTEGER);
            CREATE TABLE MessageResourceInfo(message_id INTEGER PRIMARY KEY, chat_id INTEGER, sender_id INTEGER,
              message_local_type INTEGER, message_create_time INTEGER, message_local_id INTEGER, message_svr_id INTEGER,
              message_origin_source INTEGER, packed_info BLOB);
            CREATE TABLE MessageResourceDetail(resource_id INTEGER PRIMARY KEY, message_id INTEGER, type INTEGER,
              size INTEGER, create_time INTEGER, access_time INTEGER, status INTEGER, data_index TEXT, packed_info BLOB);
            """)
        var chats = NameTable()
        var senders = NameTable()
        for row in rows {
            let message = row.message
            let packed: [UInt8]
            switch message.media {
            case .picture(_, let name), .video(let name):
                packed = WireWriter.bytes { $0.message(2) { $0.text(1, name) } }
            case .file(let name, _):
                packed = WireWriter.bytes {
                    $0.message(1) {
                        $0.text(1, name)
                        $0.text(2, name)
                    }
                }
            default: continue
            }
            try database.insert(
                into: "MessageResourceInfo",
                "chat_id, sender_id, message_local_type, message_create_time, message_local_id, message_svr_id, "
                    + "message_origin_source, packed_info",
                [
                    [
                        .int(chats.add(message.talker)), .int(senders.add(message.sender)), .int(message.localType),
                        .int(message.time), .int(row.localID), .int(Int64(bitPattern: message.serverID)), 1,
                        .blob(packed),
                    ]
                ])
        }
        try database.insert(into: "ChatName2Id", "user_name, update_time", chats.names.map { [.text($0), 0] })
        try database.insert(into: "SenderName2Id", "user_name, update_time", senders.names.map { [.text($0), 0] })
        databases.append(("message/message_resource.db", database))
    }

    private static let shardSchema = """
        CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER);
        CREATE TABLE TimeStamp(timestamp INTEGER);
        CREATE TABLE DeleteInfo(chat_name_id INTEGER, delete_table_name TEXT,
          CONSTRAINT UNIQUE_CHAT_DELETE UNIQUE(chat_name_id, delete_table_name));
        CREATE TABLE wcdb_builtin_compression_record(tableName TEXT PRIMARY KEY, columns TEXT NOT NULL, rowid INTEGER)
          WITHOUT ROWID;
        """

    private static func tableSchema(_ table: String) -> String {
        """
        CREATE TABLE [\(table)](local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER,
          sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, status INTEGER, upload_status INTEGER,
          download_status INTEGER, server_seq INTEGER, origin_source INTEGER, source TEXT, message_content TEXT,
          compress_content TEXT, packed_info_data BLOB, WCDB_CT_message_content INTEGER DEFAULT NULL,
          WCDB_CT_source INTEGER DEFAULT NULL);
        CREATE INDEX [\(table)_SENDERID] ON [\(table)](real_sender_id);
        CREATE INDEX [\(table)_SERVERID] ON [\(table)](server_id);
        CREATE INDEX [\(table)_SORTSEQ] ON [\(table)](sort_seq);
        CREATE INDEX [\(table)_TYPE_SEQ] ON [\(table)](local_type, sort_seq);
        """
    }
}

/// Usernames in the order in which a database learnt them; the place is the id, from 1.
struct NameTable {
    private(set) var names: [String] = []
    private var ids: [String: Int64] = [:]

    /// The id of a username, which is learnt if need be.
    @discardableResult
    mutating func add(_ name: String) -> Int64 {
        if let known = ids[name] { return known }
        names.append(name)
        ids[name] = Int64(names.count)
        return Int64(names.count)
    }
}
