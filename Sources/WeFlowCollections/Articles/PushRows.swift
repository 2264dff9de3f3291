import WeFlowModel
import WeFlowPages
import WeFlowStore

/// A message of an official account that may be a push: where it is, and what tells its place in the order.
struct PushRow: Sendable, Hashable {
    /// Unix seconds.
    let time: Int64
    /// The server's id, unsigned.
    let serverID: UInt64
    /// Which of the tables holds it.
    let table: Int32
    let rowID: Int64

    /// Newest first.
    func precedes(_ other: PushRow) -> Bool {
        (time, serverID, other.table, rowID) > (other.time, other.serverID, table, other.rowID)
    }
}

/// The messages that official accounts sent, out of every shard. For one thread.
struct PushRows {
    /// A table of one account in one shard.
    struct Table {
        let account: String
        let snapshot: PageSnapshot
        let schema: TableSchema
        let content: Int
        let compressed: Int
    }

    /// The tables.
    private(set) var tables: [Table] = []
    /// The rows, newest first.
    private(set) var rows: [PushRow] = []
    /// Pages that could not be read.
    private(set) var damage: [PageFailure] = []
    /// Shards that could not be opened.
    private(set) var lostShards: [WeFlowError] = []

    private let decoder = ContentDecoder()

    /// Finds the rows.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - accounts: the only accounts to look at; empty is all.
    ///   - isWanted: asked of the time of a message.
    /// - Throws: `.unavailable` where no shard that is there can be opened.
    init(_ account: Account, of accounts: Set<String>, isWanted: (Int64) -> Bool) throws(WeFlowError) {
        let shards = account.messageShards()
        account.keys.prepare(shards.compactMap { $0.database.storedFirstPage() })
        for shard in shards {
            do throws(WeFlowError) {
                var part = (tables: tables, rows: [PushRow](), damage: [PageFailure]())
                try WeFlowError.retrying { () throws(WeFlowError) in
                    part = (tables, [], [])
                    try read(shard, in: account, accounts, isWanted, &part)
                }
                tables = part.tables
                rows += part.rows
                damage += part.damage
            } catch {
                lostShards.append(error)
            }
        }
        if let lost = lostShards.first, lostShards.count == shards.count { throw lost }
        rows.sort { $0.precedes($1) }
    }

    private func read(
        _ shard: Shard, in account: Account, _ accounts: Set<String>, _ isWanted: (Int64) -> Bool,
        _ part: inout (tables: [Table], rows: [PushRow], damage: [PageFailure])
    ) throws(WeFlowError) {
        var reader = try TableReader(shard.database)
        guard let names = try account.tables(["name2id"], of: reader.snapshot)["name2id"] else { return }
        let column = try names.column("user_name")
        // Which accounts have a table here, and the ids that senders have in this shard.
        var ids: [Int64: String] = [:]
        var owners: [TableHash: String] = [:]
        try reader.rows(of: names) { id, record in
            let name = record.text(column)
            ids[id] = name
            // Accounts that were moved from older clients lie among the chats.
            guard shard.family == .bizMessage || name.hasPrefix("gh_") else { return }
            guard accounts.isEmpty || accounts.contains(name) else { return }
            owners[TableHash(of: name)] = name
        }
        let found = try reader.tableNames().compactMap { name in
            Array(name.utf8).withUnsafeBytes(TableHash.init(tableName:)).flatMap { hash in
                owners[hash].map { (hash.tableName, $0) }
            }
        }
        let schemas = try account.tables(found.map(\.0), of: reader.snapshot)
        for (name, owner) in found {
            guard let schema = try schemas[name] else { continue }
            let table = Table(
                account: owner, snapshot: reader.snapshot, schema: schema,
                content: try schema.column("message_content"), compressed: try schema.column("compress_content"))
            let columns = try Columns(schema)
            let place = Int32(part.tables.count)
            part.tables.append(table)
            var rows: [PushRow] = []
            try reader.rows(of: schema) { rowID, record in
                let time = record.int(columns.time)
                guard isWanted(time), columns.isPush(record, of: table, ids, decoder) else { return }
                rows.append(
                    PushRow(
                        time: time, serverID: UInt64(bitPattern: record.int(columns.serverID)), table: place,
                        rowID: rowID))
            }
            part.rows += rows
        }
        part.damage += reader.damage
    }

    private struct Columns {
        let time, serverID, type, sender, status: Int

        init(_ table: TableSchema) throws(WeFlowError) {
            time = try table.column("create_time")
            serverID = try table.column("server_id")
            type = try table.column("local_type")
            sender = try table.column("real_sender_id")
            status = try table.column("status")
        }

        /// Whether a row is what the account pushed: a card of sub-type 5, or of the news a text that is a list of
        /// articles. What the owner sent is none.
        func isPush(
            _ record: Record, of table: Table, _ ids: [Int64: String], _ decoder: ContentDecoder
        ) -> Bool {
            let type = record.int(self.type)
            let (base, subtype) = (type & 0xFFFF_FFFF, type >> 32)
            guard base == 49 && (subtype == 5 || subtype == 0) || base == 1 else { return false }
            if let name = ids[record.int(sender)] {
                guard name == table.account else { return false }
            } else if record.int(status) == 2 {
                return false
            }
            if base == 49, subtype == 5 { return true }
            return table.withText(of: record, decoder) { xml in
                base == 1 ? xml.holds("<mmreader") : Push(xml) != nil
            } ?? false
        }
    }
}

extension PushRows.Table {
    /// Lends the text of a row; nil where it cannot be decompressed.
    fileprivate func withText<Value>(
        of record: Record, _ decoder: ContentDecoder, _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value? {
        record.bytes(content).withUnsafeBytes { content in
            record.bytes(compressed).withUnsafeBytes { compressed in
                decoder.withText(compressContent: compressed, messageContent: content) { text in
                    if case .success(let text) = text { body(text) } else { nil }
                }
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether an ASCII text occurs in the bytes.
    fileprivate func holds(_ text: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard count >= wanted.count else { return false }
        return (0...count - wanted.count).contains { at in
            self[at] == wanted[0] && self[at..<at + wanted.count].elementsEqual(wanted)
        }
    }
}

/// Reads the pushes behind rows. For one thread.
final class PushReader {
    private let tables: [PushRows.Table]
    private var cursors: [Int32: TableCursor] = [:]
    private let decoder = ContentDecoder()
    /// Pages that could not be read.
    private(set) var damage: [PageFailure] = []
    /// As many tables are kept open.
    private static let mostOpen = 64

    /// Pushes with more articles than are taken in.
    var cut: Int { cutRows.count }
    private var cutRows: Set<PushRow> = []

    init(_ rows: PushRows?) { tables = rows?.tables ?? [] }

    /// The account whose row it is.
    func account(of row: PushRow) -> String { tables[Int(row.table)].account }

    /// What a row holds; nil where it cannot be read, or is no push.
    ///
    /// - Throws: `.unavailable` where the database moved.
    func push(_ row: PushRow) throws(WeFlowError) -> Push? {
        let table = tables[Int(row.table)]
        let cursor = cursor(row.table)
        do throws(PageFailure) {
            try cursor.load(row.rowID)
        } catch {
            if error.reason == .moved { throw error.error }
            if !damage.contains(error) { damage.append(error) }
            return nil
        }
        guard let push = table.withText(of: cursor.record, decoder, { Push($0) }) ?? nil else { return nil }
        if push.isCut { cutRows.insert(row) }
        return push
    }

    private func cursor(_ table: Int32) -> TableCursor {
        if let cursor = cursors[table] { return cursor }
        if cursors.count >= Self.mostOpen { cursors.removeAll() }
        let opened = tables[Int(table)]
        let cursor = TableCursor(PageCache(opened.snapshot, pages: 16), of: opened.schema)
        cursors[table] = cursor
        return cursor
    }
}
