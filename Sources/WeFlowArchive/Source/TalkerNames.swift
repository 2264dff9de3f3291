import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// Which sessions tables belong to, and of which type they are.
struct TalkerNames: Sendable {
    private var names: [TableHash: String] = [:]

    /// Looks for the sessions of tables in everything that can name them.
    ///
    /// - Parameters:
    ///   - wanted: the tables.
    ///   - account: the account.
    mutating func find(_ wanted: some Sequence<TableHash>, in account: Account) {
        var missing = Set(wanted.filter { names[$0] == nil })
        func take(_ usernames: some Sequence<String>, _ names: inout [TableHash: String]) {
            for username in usernames where !missing.isEmpty {
                let hash = TableHash(of: username)
                if missing.remove(hash) != nil { names[hash] = username }
            }
        }
        guard !missing.isEmpty else { return }
        // What cannot be read names nobody; the next source may, or the next run.
        if let sessions = try? SessionTables(account) { take(sessions.sessions.map(\.username), &names) }
        for shard in account.messageShards() where !missing.isEmpty {
            if let snapshot = try? shard.database.snapshot(),
                let usernames = try? ShardCounters.usernames(of: snapshot, in: account)
            {
                take(usernames, &names)
            }
        }
        guard !missing.isEmpty, let contacts = try? ContactTables(account) else { return }
        take(contacts.contacts.map(\.username), &names)
        take(contacts.strangers.map(\.username), &names)
    }

    /// The session of a table; nil where nothing names it.
    subscript(_ hash: TableHash) -> String? { names[hash] }

    /// Knows a session.
    mutating func add(_ username: String) { names[TableHash(of: username)] = username }
}
