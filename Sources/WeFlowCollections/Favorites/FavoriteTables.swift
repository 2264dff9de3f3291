import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Where an item of `fav_db_item` is, and what tells its place in the list.
struct FavoriteItem: Sendable {
    let rowID: Int64
    let localID: Int64
    /// The server's id, 0 until it is there.
    let serverID: UInt64
    let type: Int64
    /// Unix seconds.
    let time: Int64

    /// As an answer names it.
    var id: String { serverID == 0 ? "local:\(localID)" : String(serverID) }
}

/// What the row of an item holds, its XML as stored.
struct FavoriteRow: Sendable {
    /// XML, perhaps compressed.
    let content: [UInt8]
    /// Decimal server's id of the message, or what names an article.
    let sourceID: String
    /// Whom it came from, by the columns.
    let fromUser: String
    /// Who sent it in a group, by the columns.
    let realChatName: String
}

/// What `favorite.db` holds (<doc:Favourites#Tables>): places and tags of all items, the rows one by one. For one thread.
final class FavoriteTables {
    /// The items, newest first.
    private(set) var items: [FavoriteItem] = []
    /// Pages that could not be read.
    private(set) var damage: [PageFailure] = []
    private var tags: FavoriteTags?
    private var names: [Int64: String] = [:]
    private var rows: (columns: Columns, cursor: TableCursor)?

    /// Finds all items that are wanted.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - isWanted: asked of type and time of an item.
    /// - Throws: why the database cannot be read. One that is not there, or has no such table, has no items.
    init(_ account: Account, isWanted: (_ type: Int64, _ time: Int64) -> Bool) throws(WeFlowError) {
        guard account.hasDatabase(FavoritesQuery.database) else { return }
        var reader = try TableReader(account.database(FavoritesQuery.database))
        let tables = try account.tables(
            ["fav_db_item", "fav_tag_db_item", "fav_bind_tag_db_item", "name2id"], of: reader.snapshot)
        guard let table = try tables["fav_db_item"] else { return }
        names = try Self.names(tables["name2id"], &reader)
        let columns = try Columns(table)
        var items: [FavoriteItem] = []
        try reader.rows(of: table) { rowID, record in
            let item = columns.item(record, rowID)
            if isWanted(item.type, item.time) { items.append(item) }
        }
        tags = try FavoriteTags(tables["fav_tag_db_item"], tables["fav_bind_tag_db_item"], &reader)
        self.items = items.sorted { ($0.time, $0.localID) > ($1.time, $1.localID) }
        damage = reader.damage
        rows = (columns, TableCursor(PageCache(reader.snapshot, pages: 64), of: table))
    }

    /// Reads the row of an item; nil where it cannot be read, which is then damage.
    ///
    /// - Throws: `.unavailable` where the database moved.
    func row(of item: FavoriteItem) throws(WeFlowError) -> FavoriteRow? {
        guard let rows else { return nil }
        do throws(PageFailure) {
            try rows.cursor.load(item.rowID)
        } catch {
            if error.reason == .moved { throw error.error }
            if !damage.contains(error) { damage.append(error) }
            return nil
        }
        return rows.columns.row(rows.cursor.record, names)
    }

    /// Whether the tables say which tags there are.
    var hasTags: Bool { tags?.areKnown == true }

    /// The names of an item's tags, in the order of the tags.
    func tags(of item: FavoriteItem) -> [String] { tags?.names(of: item) ?? [] }

    private static func names(
        _ table: TableSchema?, _ reader: inout TableReader
    ) throws(WeFlowError) -> [Int64: String] {
        guard let table else { return [:] }
        let column = try table.column("user_name")
        var names: [Int64: String] = [:]
        try reader.rows(of: table) { rowID, record in names[rowID] = record.text(column) }
        return names
    }

    private struct Columns {
        let localID, serverID, type, time, content, sourceID, fromUser, fromUserID, realChatName, realChatNameID: Int

        init(_ table: TableSchema) throws(WeFlowError) {
            localID = try table.column("local_id")
            serverID = try table.column("server_id")
            type = try table.column("type")
            time = try table.column("update_time")
            content = try table.column("content")
            sourceID = try table.column("source_id")
            fromUser = try table.column("fromusr")
            fromUserID = try table.column("fromusr_id")
            realChatName = try table.column("realchatname")
            realChatNameID = try table.column("realchatname_id")
        }

        func item(_ record: Record, _ rowID: Int64) -> FavoriteItem {
            FavoriteItem(
                rowID: rowID, localID: record.isNull(localID) ? rowID : record.int(localID),
                serverID: UInt64(bitPattern: record.int(serverID)), type: record.int(type),
                time: Self.seconds(record.int(time)))
        }

        func row(_ record: Record, _ names: [Int64: String]) -> FavoriteRow {
            func name(_ text: Int, _ id: Int) -> String {
                let name = record.text(text)
                return name.isEmpty ? names[record.int(id)] ?? "" : name
            }
            return FavoriteRow(
                content: record.bytes(content).withUnsafeBytes { Array($0) }, sourceID: record.text(sourceID),
                fromUser: name(fromUser, fromUserID), realChatName: name(realChatName, realChatNameID))
        }

        /// A time as seconds: some rows have milliseconds.
        private static func seconds(_ time: Int64) -> Int64 { time > 10_000_000_000 ? time / 1000 : time }
    }
}

/// The tags of favourites and who bears them. A binding knows its ends by the ids of this machine, or where these are 0 by
/// those of the server.
private struct FavoriteTags {
    private struct Tag {
        let localID, serverID, order: Int64
        let name: String
    }

    /// Whether there are tables of tags.
    let areKnown: Bool
    private var tags: [Tag] = []
    /// Places in `tags`, by an item's id on this machine and by that of the server.
    private var byLocalID: [Int64: Set<Int>] = [:]
    private var byServerID: [Int64: Set<Int>] = [:]

    init(_ tagTable: TableSchema?, _ bindings: TableSchema?, _ reader: inout TableReader) throws(WeFlowError) {
        areKnown = tagTable != nil && bindings != nil
        guard let tagTable, let bindings else { return }
        let columns = (
            local: try tagTable.column("local_id"), server: try tagTable.column("server_id"),
            name: try tagTable.column("name"), order: try tagTable.column("seq")
        )
        var tags: [Tag] = []
        try reader.rows(of: tagTable) { rowID, record in
            tags.append(
                Tag(
                    localID: record.isNull(columns.local) ? rowID : record.int(columns.local),
                    serverID: record.int(columns.server), order: record.int(columns.order),
                    name: record.text(columns.name)))
        }
        tags.sort { ($0.order, $0.localID) < ($1.order, $1.localID) }
        var (byLocal, byServer): ([Int64: Int], [Int64: Int]) = ([:], [:])
        for (place, tag) in tags.enumerated() {
            byLocal[tag.localID] = byLocal[tag.localID] ?? place
            if tag.serverID != 0 { byServer[tag.serverID] = byServer[tag.serverID] ?? place }
        }
        let ends = (
            tagLocal: try bindings.column("tag_local_id"), tagServer: try bindings.column("tag_server_id"),
            itemLocal: try bindings.column("fav_local_id"), itemServer: try bindings.column("fav_server_id")
        )
        var (localItems, serverItems): ([Int64: Set<Int>], [Int64: Set<Int>]) = ([:], [:])
        try reader.rows(of: bindings) { _, record in
            let tag = record.int(ends.tagLocal)
            guard let place = tag != 0 ? byLocal[tag] : byServer[record.int(ends.tagServer)] else { return }
            let item = record.int(ends.itemLocal)
            if item != 0 {
                localItems[item, default: []].insert(place)
            } else {
                serverItems[record.int(ends.itemServer), default: []].insert(place)
            }
        }
        self.tags = tags
        byLocalID = localItems
        byServerID = serverItems
    }

    /// The names of an item's tags, in the order of the tags.
    func names(of item: FavoriteItem) -> [String] {
        var places = byLocalID[item.localID] ?? []
        if item.serverID != 0 { places.formUnion(byServerID[Int64(bitPattern: item.serverID)] ?? []) }
        return places.sorted().map { tags[$0].name }
    }
}
