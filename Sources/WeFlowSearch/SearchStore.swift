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
    /// Of each of `tables` whether it is a group's, beside the names, for those who ask for every row.
    let isGroup: [Bool]
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
        for shard in ShardTables.open(all, in: account) {
            do throws(WeFlowError) {
                let tables = try shard.get()
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
        let (chosen, unnamed) = Self.sessions(of: shards, filter, names, account)
        for shard in shards { Self.note(shard.tables.map(\.hash).filter(unnamed.contains), in: shard, &losses) }
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
        isGroup = tables.map { [sessions] in sessions[Int($0.session)].isGroup }
        (self.shards, self.tables, self.places, self.losses) = (shards, tables, places, losses)
    }

    /// Says which tables of a shard are left out because nobody names their chat.
    private static func note(_ hashes: [TableHash], in shard: ShardTables, _ losses: inout MessageLosses) {
        guard let first = hashes.first else { return }
        let what =
            hashes.count == 1
            ? "table \(first.tableName) belongs to a chat"
            : "\(hashes.count) tables (\(first.tableName), …) belong to chats"
        losses.add(
            note: WeFlowError(
                .partial,
                "\(shard.snapshot.database): \(what) that neither sessions nor contacts nor the shard itself name; "
                    + "\(hashes.count == 1 ? "its" : "their") messages are left out"))
    }

    /// The chats that are meant and have a table, by id, and the tables of chats that nobody names.
    private static func sessions(
        of shards: [ShardTables], _ filter: SearchFilter, _ names: LazyNames, _ account: Account
    ) -> (chosen: [(id: String, hash: TableHash)], unnamed: Set<TableHash>) {
        let hashes = Set(shards.flatMap { $0.tables.map(\.hash) })
        var found: [(id: String, hash: TableHash)] = []
        var unnamed: Set<TableHash> = []
        if filter.chats.isEmpty {
            unnamed = hashes
            name(&unnamed, in: shards, account) { found.append(($0, $1)) }
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
        return (found.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }, unnamed)
    }

    /// Looks for the chats of tables in all that can name them: each shard names its own, as a rule, and the rest is not
    /// read then.
    private static func name(
        _ unnamed: inout Set<TableHash>, in shards: [ShardTables], _ account: Account,
        _ found: (String, TableHash) -> Void
    ) {
        func take(_ usernames: some Sequence<String>) {
            for username in usernames {
                guard !unnamed.isEmpty else { return }
                let hash = TableHash(of: username)
                if unnamed.remove(hash) != nil { found(username, hash) }
            }
        }
        // What cannot be read names nobody; the next source may.
        for shard in shards where !unnamed.isEmpty {
            if let usernames = try? shard.usernames() { take(usernames) }
        }
        if !unnamed.isEmpty, let sessions = try? SessionTables(account) { take(sessions.sessions.map(\.username)) }
        guard !unnamed.isEmpty, let contacts = try? ContactTables(account) else { return }
        take(contacts.contacts.map(\.username))
        take(contacts.strangers.map(\.username))
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
