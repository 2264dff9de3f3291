public import WeFlowPages

/// The voices of one `media_N.db`, found by its indexes (<doc:MediaDatabases#Voices>). For one thread.
public struct VoiceTable {
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

    private let snapshot: PageSnapshot
    /// The names of conversations; nil where this schema has none.
    private let names: RowLookup?
    private let voices: RowLookup?
    private let data: Int
    private let number: Int
    private let serverID: Int
    /// How many of the first columns hold what names a voice.
    private let heads: Int

    /// Opens a database.
    ///
    /// - Throws: why it cannot be opened.
    public init(_ file: DatabaseFile) throws(WeFlowError) {
        let snapshot = try file.snapshot()
        self.snapshot = snapshot
        var reader = TableReader(snapshot)
        let known = try reader.tableNames().map { $0.lowercased() }
        let name = known.filter { $0.hasPrefix("voiceinfo") }.min()
        let tables = try reader.schema(["name2id"] + (name.map { [$0] } ?? []))
        let names = try tables["name2id"]
        let voices = if let name { try tables[name] } else { TableSchema?.none }
        // What stands on a page of the schema that cannot be read is not missing.
        if let failure = reader.damage.first, voices == nil || names == nil { throw failure.error }
        for column in ["chat_name_id", "create_time", "local_id", "voice_data"] {
            guard let voices, try voices.column(column) < 0 else { continue }
            throw WeFlowError(.storeFailed, "\(file.name): the table \(voices.name) has no column \(column)")
        }
        self.names = names.map { RowLookup($0, of: snapshot) }
        self.voices = voices.map { RowLookup($0, of: snapshot) }
        data = try voices?.column("voice_data") ?? -1
        number = try voices?.column("data_index") ?? -1
        serverID = try voices?.column("svr_id") ?? -1
        let (time, place) = (try voices?.column("create_time") ?? -1, try voices?.column("local_id") ?? -1)
        heads = 1 + max(serverID, time, place)
    }

    /// The id of a conversation in this database, nil where it has none.
    ///
    /// - Throws: the page that could not be read.
    public func chatID(_ username: String) throws(WeFlowError) -> Int64? {
        var found: Int64?
        try names?.find([("user_name", .text(username))]) { id, _ in
            found = id
            return false
        }
        return found
    }

    /// A voice of a conversation: by the server's id, else by time and place, else by a time a few seconds off.
    ///
    /// - Parameters:
    ///   - key: the message.
    ///   - chat: the conversation's id in this database.
    /// - Returns: its parts in order, joined; nil where it has none, or more than ``largest`` bytes.
    /// - Throws: the page that could not be read.
    public func voice(_ key: Key, chat: Int64) throws(WeFlowError) -> [UInt8]? {
        if key.serverID != 0, serverID >= 0,
            let voice = try voice([("chat_name_id", .integer(chat)), ("svr_id", .integer(key.serverID))])
        {
            return voice
        }
        if let voice = try voice(at: key.createTime, key.localID, chat: chat) { return voice }
        guard let time = try nearestTime(to: key, chat: chat) else { return nil }
        return try voice(at: time, key.localID, chat: chat)
    }

    private func voice(at createTime: Int64, _ localID: Int64, chat: Int64) throws(WeFlowError) -> [UInt8]? {
        try voice([
            ("chat_name_id", .integer(chat)), ("create_time", .integer(createTime)), ("local_id", .integer(localID)),
        ])
    }

    /// The nearest time, a few seconds off at most, of a voice at the message's position that no server's id names.
    private func nearestTime(to key: Key, chat: Int64) throws(WeFlowError) -> Int64? {
        guard let voices else { return nil }
        let column = try voices.table.column("create_time")
        let first = key.createTime.subtractingReportingOverflow(Self.nearness)
        let last = key.createTime.addingReportingOverflow(Self.nearness)
        let times = (first.overflow ? .min : first.partialValue)...(last.overflow ? .max : last.partialValue)
        var nearest: Int64?
        try voices.find([
            ("chat_name_id", .integer(chat)), ("create_time", .within(times)), ("local_id", .integer(key.localID)),
        ]) { id, row in
            // A server's id of its own makes it the voice of another message: positions repeat from shard to shard.
            guard isUnnamed(row) else { return true }
            let time = column == voices.table.rowIDColumn ? id : row.int(column)
            if nearest.map({ abs(time - key.createTime) < abs($0 - key.createTime) }) ?? true { nearest = time }
            return true
        }
        return nearest
    }

    /// Whether no server's id stands in a row.
    private func isUnnamed(_ row: Record) -> Bool {
        switch row.value(serverID) {
        case .null, .integer(0), .real(0): true
        case .integer, .real, .text, .blob: false
        }
    }

    private func voice(_ wanted: [(column: String, value: ColumnValue)]) throws(WeFlowError) -> [UInt8]? {
        var parts: [Part] = []
        try voices?.find(wanted) { id, row in
            parts.append(part(id, row))
            return true
        }
        return Self.joined(parts)
    }

    /// Voices by the server's id alone, in whatever conversation they are filed: one walk over the ids for all.
    ///
    /// - Parameter serverIDs: none of them 0.
    /// - Returns: those that were found.
    /// - Throws: the page that could not be read.
    public func voices(_ serverIDs: Set<Int64>) throws(WeFlowError) -> [Int64: [UInt8]] {
        guard serverID >= 0, !serverIDs.isEmpty, let table = voices?.table else { return [:] }
        var found: [Int64: [UInt8]] = [:]
        do throws(PageFailure) {
            let cursor = TableCursor(PageCache(snapshot, pages: 16), of: table)
            for (server, ids) in try rows(of: serverIDs) {
                var parts: [Part] = []
                for id in ids {
                    try cursor.load(id)
                    parts.append(part(id, cursor.record))
                }
                found[server] = Self.joined(parts)
            }
        } catch {
            throw error.error
        }
        return found
    }

    /// The rows of each of these server's ids, out of an index that has them where there is one.
    private func rows(of serverIDs: Set<Int64>) throws(PageFailure) -> [Int64: [Int64]] {
        var rows: [Int64: [Int64]] = [:]
        func take(_ server: Int64, _ id: Int64) {
            if serverIDs.contains(server) { rows[server, default: []].append(id) }
        }
        guard let table = voices?.table else { return [:] }
        if let index = table.indexes.first(where: { $0.columns.contains("svr_id") }) {
            let place = index.columns.firstIndex(of: "svr_id") ?? -1
            let entries = IndexCursor(PageCache(snapshot, pages: 32), root: index.root, direction: .forward)
            while try entries.next() { take(entries.record.int(place), entries.record.int(index.columns.count)) }
            if let failure = entries.damage.first { throw failure }
            return rows
        }
        try eachHead { id, row in take(row.int(serverID), id) }
        return rows
    }

    /// Hands on what names each voice that is there; voices without bytes are left out.
    ///
    /// - Throws: the page that could not be read.
    public func all(_ body: (Key) -> Void) throws(WeFlowError) {
        guard let table = voices?.table else { return }
        let (time, place) = (try table.column("create_time"), try table.column("local_id"))
        do throws(PageFailure) {
            try eachHead { id, row in
                guard row.length(data) > 0 else { return }
                func value(_ column: Int) -> Int64 { column == table.rowIDColumn && column >= 0 ? id : row.int(column) }
                body(Key(serverID: value(serverID), createTime: value(time), localID: value(place)))
            }
        } catch {
            throw error.error
        }
    }

    /// Walks the rows without the bytes of their voices.
    private func eachHead(_ body: (Int64, Record) -> Void) throws(PageFailure) {
        guard let table = voices?.table else { return }
        let cursor = TableCursor(PageCache(snapshot, pages: 32), of: table)
        cursor.record.readsOverflow = false
        cursor.record.needed = heads
        while try cursor.next() { body(cursor.rowID, cursor.record) }
        if let failure = cursor.damage.first { throw failure }
    }

    /// A part of a voice.
    private struct Part {
        /// The number it has among the parts; nil comes before all.
        let number: Int64?
        let rowID: Int64
        let bytes: [UInt8]
    }

    private func part(_ id: Int64, _ row: Record) -> Part {
        Part(number: row.isNull(number) ? nil : row.int(number), rowID: id, bytes: row.bytes(data).copy)
    }

    /// Parts joined in the order of their numbers; nil where there are none or they are empty.
    private static func joined(_ parts: [Part]) -> [UInt8]? {
        var voice: [UInt8] = []
        for part in parts.sorted(by: { ($0.number ?? .min, $0.rowID) < ($1.number ?? .min, $1.rowID) }) {
            guard voice.count + part.bytes.count <= largest else { return nil }
            // A later part may begin like a file of its own; the stream goes on behind that.
            voice.append(contentsOf: voice.isEmpty ? part.bytes[...] : part.bytes[SilkMagic.length(of: part.bytes)...])
        }
        return voice.isEmpty ? nil : voice
    }
}

/// The beginning of a voice: a byte 0x02, which may be missing, and `#!SILK_V3`.
private enum SilkMagic {
    private static let magic = Array("#!SILK_V3".utf8)

    /// How many bytes of the beginning are the magic; 0 where it is not there.
    static func length(of bytes: [UInt8]) -> Int {
        let start = bytes.first == 0x02 ? 1 : 0
        return bytes.dropFirst(start).starts(with: magic) ? start + magic.count : 0
    }
}
