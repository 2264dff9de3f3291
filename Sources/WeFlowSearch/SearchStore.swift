internal import WeFlowArrivals
internal import WeFlowModel
internal import WeFlowPages
public import WeFlowQuery
internal import WeFlowStore

/// The message tables of the chats that are meant, in all shards, each as of one snapshot.
///
/// It is opened for one search: a shard once, whatever the number of its chats.
public final class SearchStore: Sendable {
    /// A chat.
    struct Session: Sendable {
        /// Its id.
        let id: String
        /// Whether received messages carry their sender in front of the text.
        let isGroup: Bool
    }

    /// A chat's table in a shard.
    struct Table: Sendable {
        /// The shard, in the order of shards that could be opened.
        let shard: Int32
        /// The table's place in the shard.
        let slot: Int32
        /// The chat.
        let session: Int32
    }

    /// Display names.
    public let names: LazyNames
    /// The owner's username.
    let ownUsername: String
    let account: Account
    let shards: [ShardTables]
    /// By id.
    let sessions: [Session]
    /// By chat, then by shard: so their places order messages that are otherwise equal.
    let tables: [Table]
    /// The place in `tables` of each shard's tables, -1 for one that is not meant.
    let places: [[Int32]]
    /// What could not be opened.
    let losses: MessageLosses

    /// Opens the shards.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - filter: which chats are meant.
    /// - Throws: `.unavailable` where there is no shard at all, or none can be opened.
    init(_ account: Account, _ filter: SearchFilter) throws(WeFlowError) {
        self.account = account
        names = LazyNames(account)
        let all = account.messageShards()
        guard !all.isEmpty else { throw account.withoutShards }
        account.keys.prepare(all.compactMap { $0.database.storedFirstPage() })
        var losses = MessageLosses()
        var shards: [ShardTables] = []
        for (ordinal, shard) in all.enumerated() {
            do throws(WeFlowError) {
                let tables = try ShardTables(shard, ordinal: ordinal, shard.database.snapshot(), in: account)
                for page in tables.damage { losses.add(page) }
                for error in tables.strange { losses.add(error) }
                shards.append(tables)
            } catch {
                if error.isTransient { throw error }
                losses.add(error)
            }
        }
        if shards.isEmpty, let error = losses.shards.first { throw error }
        ownUsername = account.owner.username
        let chosen = Self.sessions(of: shards, filter, names, account)
        sessions = chosen.map { Session(id: $0.id, isGroup: Username.isGroup($0.id)) }
        var sessionOf: [TableHash: Int32] = [:]
        for (place, session) in chosen.enumerated() { sessionOf[session.hash] = Int32(place) }
        var tables: [Table] = []
        for (shard, content) in shards.enumerated() {
            for (slot, table) in content.tables.enumerated() {
                guard let session = sessionOf[table.hash] else { continue }
                tables.append(Table(shard: Int32(shard), slot: Int32(slot), session: session))
            }
        }
        tables.sort { ($0.session, $0.shard) < ($1.session, $1.shard) }
        var places = shards.map { Array(repeating: Int32(-1), count: $0.tables.count) }
        for (place, table) in tables.enumerated() { places[Int(table.shard)][Int(table.slot)] = Int32(place) }
        (self.shards, self.tables, self.places, self.losses) = (shards, tables, places, losses)
    }

    /// The chats that are meant and have a table, by id.
    private static func sessions(
        of shards: [ShardTables], _ filter: SearchFilter, _ names: LazyNames, _ account: Account
    ) -> [(id: String, hash: TableHash)] {
        let hashes = Set(shards.flatMap { $0.tables.map(\.hash) })
        var found: [(id: String, hash: TableHash)] = []
        if filter.chats.isEmpty {
            var known = SessionHashes()
            known.find(hashes, in: shards.map(\.snapshot), account)
            found = hashes.compactMap { hash in known.session(of: hash).map { ($0, hash) } }
        } else {
            for id in Set(filter.chats) {
                let hash = TableHash(of: id)
                if hashes.contains(hash) { found.append((id, hash)) }
            }
        }
        if !filter.exclude.isEmpty {
            let exclude = Set(filter.exclude)
            found.removeAll { exclude.contains($0.id) }
        }
        if !filter.sessionTypes.isEmpty {
            let book = names.book
            found.removeAll { !filter.sessionTypes.contains(ChatKind(of: $0.id, in: book)) }
        }
        return found.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    /// The tables of a chat: places in `tables`.
    func tables(of session: Int) -> Range<Int> {
        func first(_ session: Int) -> Int {
            var (low, high) = (0, tables.count)
            while low < high {
                let middle = (low + high) / 2
                if Int(tables[middle].session) < session { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return first(session)..<first(session + 1)
    }

    /// How many pages the shards have: at most so many are read.
    var pageCount: Int { shards.reduce(0) { $0 + Int($1.snapshot.heldPages) } }
}
