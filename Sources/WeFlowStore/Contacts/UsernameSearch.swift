package import WeFlowPages

/// Looks for a username in what a store has besides its lists of contacts and sessions. What cannot be read is kept, so
/// that "not found" is not taken for "not there".
package struct UsernameSearch {
    let account: Account
    /// Why a place could not be looked into.
    package private(set) var failures: [WeFlowError] = []

    /// Prepares a search; nothing is read yet.
    package init(_ account: Account) { self.account = account }

    /// Whether a message database has a table of a chat.
    package mutating func hasMessages(_ username: String) -> Bool {
        let table = "msg_" + md5Hex(username)
        return anyShard { snapshot, account throws(WeFlowError) in
            // The tables that a query of the chat asks for, so that it finds them read.
            try account.tables([table, "name2id"], of: snapshot)[table] != nil
        }
    }

    /// Whether somebody of this username sent a message, or has a chat whose messages are gone.
    package mutating func hasSent(_ username: String) -> Bool {
        anyShard { snapshot, account throws(WeFlowError) in
            try Self.holds(username, in: [("name2id", "user_name")], of: snapshot, account)
        }
    }

    /// Whether `contact.db` names a group or a member of one so.
    package mutating func isMember(_ username: String) -> Bool {
        do throws(WeFlowError) {
            return try WeFlowError.retrying { () throws(WeFlowError) in
                let snapshot = try account.database(ContactTables.database).snapshot()
                let columns = [("name2id", "username"), ("chat_room", "username")]
                if try Self.holds(username, in: columns, of: snapshot, account) { return true }
                return try isListed(username, snapshot)
            }
        } catch {
            failures.append(error)
            return false
        }
    }

    /// Whether a group's own list has a member: some who left, and some who just came, are in no other.
    private func isListed(_ username: String, _ snapshot: PageSnapshot) throws(WeFlowError) -> Bool {
        let name = Array(username.utf8)
        guard name.count < 0x80, let rooms = try account.tables(["chat_room"], of: snapshot)["chat_room"] else {
            return false
        }
        // A member begins with its username: field 1, a text of this length.
        let field = [0x0A, UInt8(name.count)] + name
        let column = try rooms.column("ext_buffer")
        var isFound = false
        var reader = TableReader(snapshot)
        try reader.rows(of: rooms) { _, record in
            isFound = isFound || record.bytes(column).withUnsafeBytes { $0.contains(run: field) }
        }
        return isFound
    }

    private mutating func anyShard(
        _ isThere: (PageSnapshot, Account) throws(WeFlowError) -> Bool
    ) -> Bool {
        let shards = account.messageShards()
        account.keys.prepare(shards.compactMap { $0.database.storedFirstPage() })
        for shard in shards {
            do throws(WeFlowError) {
                let isFound = try WeFlowError.retrying { () throws(WeFlowError) in
                    try isThere(try shard.database.snapshot(), account)
                }
                if isFound { return true }
            } catch {
                failures.append(error)
            }
        }
        return false
    }

    private static func holds(
        _ username: String, in columns: [(table: String, column: String)], of snapshot: PageSnapshot,
        _ account: Account
    ) throws(WeFlowError) -> Bool {
        let tables = try account.tables(columns.map(\.table), of: snapshot)
        for (table, column) in columns {
            if try tables[table]?.holds(username, in: column, of: snapshot) == true { return true }
        }
        return false
    }
}

extension UnsafeRawBufferPointer {
    /// Whether bytes that are not empty occur in these.
    fileprivate func contains(run: [UInt8]) -> Bool {
        var rest = self[...]
        while rest.count >= run.count, let first = rest.firstIndex(of: run[0]) {
            rest = rest[first...]
            if rest.starts(with: run) { return true }
            rest.removeFirst()
        }
        return false
    }
}
