internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// Finds the messages next to hits, in each chat's own order.
struct SearchNeighbours: Sendable {
    /// The messages before and after a hit, the oldest first.
    struct Around: Sendable {
        var before: [RowPlace] = []
        var after: [RowPlace] = []
    }

    private let store: SearchStore
    private let account: Account

    init(_ store: SearchStore, _ account: Account) { (self.store, self.account) = (store, account) }

    /// Finds the neighbours of some hits.
    ///
    /// - Parameters:
    ///   - places: the hits.
    ///   - count: how many on each side.
    ///   - losses: takes what cannot be read.
    /// - Returns: those of each hit.
    /// - Throws: `.unavailable` where a database moved.
    func around(
        _ places: [SearchPlace], _ count: Int, _ losses: inout MessageLosses
    ) throws(WeFlowError) -> [Around] {
        var chats: [Int32: [MessageTable]] = [:]
        for place in places { chats[store.tables[Int(place.table)].session] = [] }
        let hashes = Dictionary(
            chats.keys.map { (TableHash(of: store.sessions[Int($0)].id), $0) }, uniquingKeysWith: { first, _ in first })
        for content in store.shards {
            let found = try MessageTable.open(
                Array(hashes.keys), in: content.shard, ordinal: content.ordinal, of: content.snapshot, account)
            for (hash, table) in found {
                if let session = hashes[hash] { chats[session, default: []].append(table) }
            }
        }
        var all: [Around] = []
        all.reserveCapacity(places.count)
        for place in places {
            let table = store.tables[Int(place.table)]
            let shard = store.shards[Int(table.shard)]
            let tables = chats[table.session] ?? []
            let entry = MessageEntry(sequence: place.sortSeq, rowID: place.rowID, table: 0)
            let position = MessagePosition(entry, createTime: place.createTime, ordinal: shard.ordinal)
            let before = try neighbours(of: position, .backward, count, tables, table.session, &losses)
            let after = try neighbours(of: position, .forward, count, tables, table.session, &losses)
            all.append(Around(before: before.reversed(), after: after))
        }
        return all
    }

    /// The messages next to one, the nearest first.
    private func neighbours(
        of position: MessagePosition, _ direction: IndexCursor.Direction, _ count: Int, _ tables: [MessageTable],
        _ session: Int32, _ losses: inout MessageLosses
    ) throws(WeFlowError) -> [RowPlace] {
        do throws(PageFailure) {
            let order = try MessageEntries(tables, direction: direction, after: position)
            let entries = try order.next(count)
            for page in order.damage { losses.add(page) }
            let places = store.tables(of: Int(session))
            return entries.compactMap { entry in
                let ordinal = tables[entry.table].ordinal
                let place = places.first { store.shards[Int(store.tables[$0].shard)].ordinal == ordinal }
                return place.map { RowPlace(table: Int32($0), rowID: entry.rowID) }
            }
        } catch {
            throw error.error
        }
    }
}
