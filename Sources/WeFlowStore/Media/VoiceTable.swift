public import WeFlowPages

/// The voices of one `media_N.db`, found by its indexes (<doc:MediaDatabases#Voices>). For one thread.
public final class VoiceTable {
    /// What is known of a voice's message.
    public struct Key: Hashable, Sendable {
        /// The server's id as stored, 0 where there is none.
        public let serverID: Int64
        /// Unix seconds.
        public let createTime: Int64
        /// The position in the message's table.
        public let localID: Int64

        /// Names a voice.
        public init(serverID: Int64, createTime: Int64, localID: Int64) {
            self.serverID = serverID
            self.createTime = createTime
            self.localID = localID
        }
    }

    /// How many seconds the times of a voice and of its message may lie apart.
    public static let nearness: Int64 = 5

    /// The largest voice that is read, its parts together, in bytes; a minute has less than 200 KiB.
    public static let largest = 16 << 20

    private let database: SQLDatabase
    private let chat: SQLStatement?
    private let byServerID: SQLStatement?
    private let byPlace: SQLStatement?
    private let near: SQLStatement?
    private let table: String
    private let order: String
    /// The column of the server's id, nil where this schema has none.
    private let serverID: String?

    /// Opens a database.
    ///
    /// - Throws: why it cannot be opened.
    public init(_ file: DatabaseFile) throws(WeFlowError) {
        database = try SQLDatabase(file)
        let tables = try database.prepare(
            "SELECT name FROM sqlite_schema WHERE type='table' AND lower(name) IN ('voiceinfo','name2id')"
                + " OR type='table' AND name LIKE 'VoiceInfo%' ORDER BY name")
        var voices: String?
        var names: String?
        while try tables.step() {
            let name = tables.text(0)
            if name.lowercased() == "name2id" { names = name } else { voices = voices ?? name }
        }
        // Without its names a voice is still found by the server's id.
        chat = names == nil ? nil : try database.prepare("SELECT rowid FROM Name2Id WHERE user_name=?1")
        guard let voices else {
            (byServerID, byPlace, near, table, order, serverID) = (nil, nil, nil, "", "", nil)
            return
        }
        table = "\"\(voices.replacing("\"", with: "\"\""))\""
        let columns = try database.columns(of: voices)
        order = columns.contains("data_index") ? "CAST(data_index AS INTEGER), rowid" : "rowid"
        serverID = columns.contains("svr_id") ? "svr_id" : nil
        let select = "SELECT voice_data FROM \(table) WHERE chat_name_id=?1 AND "
        byServerID = serverID == nil ? nil : try database.prepare("\(select) svr_id=?2 ORDER BY \(order)")
        byPlace = try database.prepare("\(select) create_time=?2 AND local_id=?3 ORDER BY \(order)")
        // A server's id of its own makes it the voice of another message: positions repeat from shard to shard.
        let unnamed = serverID.map { " AND coalesce(\($0), 0)=0" } ?? ""
        near = try database.prepare(
            "SELECT create_time FROM \(table) WHERE chat_name_id=?1 AND create_time BETWEEN ?2 AND ?3 AND local_id=?4"
                + "\(unnamed) ORDER BY abs(create_time - ?5) LIMIT 1")
    }

    /// The id of a conversation in this database, nil where it has none.
    ///
    /// - Throws: what SQLite says.
    public func chatID(_ username: String) throws(WeFlowError) -> Int64? {
        guard let chat else { return nil }
        defer { chat.reset() }
        chat.bind(username, at: 1)
        return try chat.step() ? chat.int(0) : nil
    }

    /// A voice of a conversation: by the server's id, else by time and place, else by a time a few seconds off.
    ///
    /// - Parameters:
    ///   - key: the message.
    ///   - chat: the conversation's id in this database.
    /// - Returns: its parts in order, joined; nil where it has none, or more than ``largest`` bytes.
    /// - Throws: what SQLite says.
    public func voice(_ key: Key, chat: Int64) throws(WeFlowError) -> [UInt8]? {
        if let byServerID, key.serverID != 0 {
            defer { byServerID.reset() }
            byServerID.bind(chat, at: 1)
            byServerID.bind(key.serverID, at: 2)
            if let voice = try Self.joined(byServerID) { return voice }
        }
        if let voice = try voice(at: key.createTime, key.localID, chat: chat) { return voice }
        guard let near else { return nil }
        defer { near.reset() }
        near.bind(chat, at: 1)
        near.bind(key.createTime.subtractingReportingOverflow(Self.nearness).partialValue, at: 2)
        near.bind(key.createTime.addingReportingOverflow(Self.nearness).partialValue, at: 3)
        near.bind(key.localID, at: 4)
        near.bind(key.createTime, at: 5)
        return try near.step() ? voice(at: near.int(0), key.localID, chat: chat) : nil
    }

    private func voice(at createTime: Int64, _ localID: Int64, chat: Int64) throws(WeFlowError) -> [UInt8]? {
        guard let byPlace else { return nil }
        defer { byPlace.reset() }
        byPlace.bind(chat, at: 1)
        byPlace.bind(createTime, at: 2)
        byPlace.bind(localID, at: 3)
        return try Self.joined(byPlace)
    }

    /// Voices by the server's id alone, in whatever conversation they are filed: one walk over the index for all.
    ///
    /// - Parameter serverIDs: none of them 0.
    /// - Returns: those that were found.
    /// - Throws: what SQLite says.
    public func voices(_ serverIDs: Set<Int64>) throws(WeFlowError) -> [Int64: [UInt8]] {
        guard byServerID != nil, !serverIDs.isEmpty else { return [:] }
        let all = try database.prepare("SELECT svr_id, rowid FROM \(table) WHERE svr_id<>0")
        var rows: [Int64: [Int64]] = [:]
        while try all.step() {
            if serverIDs.contains(all.int(0)) { rows[all.int(0), default: []].append(all.int(1)) }
        }
        var found: [Int64: [UInt8]] = [:]
        for (id, rowIDs) in rows {
            let list = rowIDs.map(String.init).joined(separator: ",")
            let parts = try database.prepare(
                "SELECT voice_data FROM \(table) WHERE rowid IN (\(list)) ORDER BY \(order)")
            found[id] = try Self.joined(parts)
        }
        return found
    }

    /// Hands on what names each voice that is there; voices without bytes are left out.
    ///
    /// - Throws: what SQLite says.
    public func all(_ body: (Key) -> Void) throws(WeFlowError) {
        guard byPlace != nil else { return }
        let all = try database.prepare(
            "SELECT \(serverID ?? "0"), create_time, local_id FROM \(table) WHERE length(voice_data) > 0")
        while try all.step() { body(Key(serverID: all.int(0), createTime: all.int(1), localID: all.int(2))) }
    }

    /// The parts that a statement gives, joined; nil where there are none or they are empty.
    private static func joined(_ statement: SQLStatement) throws(WeFlowError) -> [UInt8]? {
        var voice: [UInt8] = []
        while try statement.step() {
            let fits = statement.withBytes(0) { part in
                guard voice.count + part.count <= largest else { return false }
                // A later part may begin like a file of its own; the stream goes on behind that.
                voice.append(contentsOf: voice.isEmpty ? part[...] : part[SilkMagic.length(of: part)...])
                return true
            }
            guard fits else { return nil }
        }
        return voice.isEmpty ? nil : voice
    }
}

/// The beginning of a voice: a byte 0x02, which may be missing, and `#!SILK_V3`.
private enum SilkMagic {
    private static let magic = Array("#!SILK_V3".utf8)

    /// How many bytes of the beginning are the magic; 0 where it is not there.
    static func length(of bytes: UnsafeRawBufferPointer) -> Int {
        let start = bytes.first == 0x02 ? 1 : 0
        return bytes.dropFirst(start).starts(with: magic) ? start + magic.count : 0
    }
}
