package import WeFlowPages
package import WeFlowStore

/// Which session a table's hash stands for (<doc:ArrivalsAndJournal>): found among the sessions, a shard's own names,
/// and the contacts, in this order, each read only when a hash is asked for that is not known yet.
package struct SessionHashes: Sendable {
    private var names: [TableHash: String] = [:]
    private var hashes: [String: TableHash] = [:]

    /// Nothing is known yet.
    package init() {}

    /// The hash of a session, computed once.
    mutating func hash(of username: String) -> TableHash {
        if let known = hashes[username] { return known }
        let hash = TableHash(of: username)
        hashes[username] = hash
        names[hash] = username
        return hash
    }

    /// The session of a hash, nil where it has not been found.
    package func session(of hash: TableHash) -> String? { names[hash] }

    /// Looks for sessions in everything that can name them.
    ///
    /// - Parameters:
    ///   - wanted: the hashes.
    ///   - snapshots: of the shards that have their tables.
    ///   - account: the account.
    package mutating func find(_ wanted: some Sequence<TableHash>, in snapshots: [PageSnapshot], _ account: Account) {
        var missing = Set(wanted.filter { names[$0] == nil })
        func take(_ usernames: [String], _ names: inout SessionHashes) {
            for username in usernames { missing.remove(names.hash(of: username)) }
        }
        guard !missing.isEmpty else { return }
        // What cannot be read names nobody; the next source may, or the next look.
        if let sessions = try? SessionTables(account) { take(sessions.sessions.map(\.username), &self) }
        for snapshot in snapshots where !missing.isEmpty {
            if let usernames = try? ShardCounters.usernames(of: snapshot, in: account) { take(usernames, &self) }
        }
        guard !missing.isEmpty, let contacts = try? ContactTables(account) else { return }
        take(contacts.contacts.map(\.username) + contacts.strangers.map(\.username), &self)
    }
}
