import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// The chats of an account, each with its tables in all shards, as of one snapshot of each shard. For one thread.
struct OpenChats {
    let account: Account
    /// Display names, read when the first is asked for.
    let names: LazyNames
    /// What could not be read so far.
    var losses = MessageLosses()
    private var shards: [(ordinal: Int, shard: Shard, snapshot: PageSnapshot)] = []

    /// Takes the snapshots. A shard that cannot be opened is a loss.
    ///
    /// - Throws: `.unavailable` where there is no shard at all or none can be opened.
    init(_ account: Account) throws(WeFlowError) {
        self.account = account
        names = LazyNames(account)
        let all = account.messageShards()
        guard !all.isEmpty else { throw account.withoutShards }
        account.keys.prepare(all.compactMap { $0.database.storedFirstPage() })
        var first: WeFlowError?
        for (ordinal, shard) in all.enumerated() {
            do throws(WeFlowError) {
                shards.append((ordinal, shard, try shard.database.snapshot()))
            } catch {
                first = first ?? error
                losses.add(error)
            }
        }
        if shards.isEmpty, let first { throw first }
    }

    /// Opens every chat that has messages and whose id the account knows.
    ///
    /// - Parameter isMeant: which of them are wanted.
    /// - Returns: the chats, by id.
    /// - Throws: `.unavailable` where a database kept moving.
    mutating func all(where isMeant: (String) -> Bool) throws(WeFlowError) -> [Chat] {
        var hashes: Set<TableHash> = []
        for shard in shards {
            do throws(WeFlowError) {
                var reader = TableReader(shard.snapshot)
                for var name in try reader.tableNames() {
                    if let hash = name.withUTF8({ TableHash(tableName: UnsafeRawBufferPointer($0)) }) {
                        hashes.insert(hash)
                    }
                }
                for page in reader.damage { losses.add(page) }
            } catch {
                if error.isTransient { throw error }
                losses.add(error)
            }
        }
        return try chats(of: talkers(of: hashes).filter(isMeant).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Opens chats.
    ///
    /// - Parameter talkers: their ids, each once.
    /// - Returns: those that have messages, in this order.
    /// - Throws: `.unavailable` where a database kept moving.
    mutating func chats(of talkers: [String]) throws(WeFlowError) -> [Chat] {
        let hashes = talkers.map { TableHash(of: $0) }
        var tables: [TableHash: [MessageTable]] = [:]
        for shard in shards {
            do throws(WeFlowError) {
                let found = try MessageTable.open(
                    hashes, in: shard.shard, ordinal: shard.ordinal, of: shard.snapshot, account)
                for (hash, table) in found { tables[hash, default: []].append(table) }
            } catch {
                // A schema that cannot be read costs no other shard.
                if error.isTransient { throw error }
                losses.add(error)
            }
        }
        var chats: [Chat] = []
        for (talker, hash) in zip(talkers, hashes) {
            guard let tables = tables[hash] else { continue }
            chats.append(try Chat(talker, tables: tables, names: names, in: account))
        }
        return chats
    }

    /// The ids behind hashes: those of sessions, of the shards' own names, of contacts. What cannot be read names nobody.
    private func talkers(of hashes: Set<TableHash>) -> [String] {
        var missing = hashes
        var found: [String] = []
        func take(_ usernames: some Sequence<String>) {
            for username in usernames where missing.remove(TableHash(of: username)) != nil { found.append(username) }
        }
        for shard in shards where !missing.isEmpty {
            if let names = try? ShardCounters.usernames(of: shard.snapshot, in: account) { take(names) }
        }
        if !missing.isEmpty, let sessions = try? SessionTables(account) { take(sessions.sessions.map(\.username)) }
        if !missing.isEmpty, let contacts = try? ContactTables(account) {
            take(contacts.contacts.map(\.username) + contacts.strangers.map(\.username))
        }
        return found
    }
}
