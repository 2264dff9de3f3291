import WeFlowPages

/// Whose account a store is.
///
/// The client names the folder after the username, but folders are renamed and copied; so the name counts only where the
/// store knows it. Else the store tells: by the logins beside it, and by who answers in private chats.
public struct Owner: Sendable, Equatable {
    /// The username.
    public let username: String
    /// Whether the store says so; false where only the folder's name does.
    public let isCertain: Bool
    /// Whether there were messages to be asked, and they did not say so.
    public let isDoubted: Bool

    init(username: String, isCertain: Bool, isDoubted: Bool = false) {
        (self.username, self.isCertain, self.isDoubted) = (username, isCertain, isDoubted)
    }

    /// How many private chats are asked.
    private static let mostChats = 24

    /// Looks for the owner of an account. What cannot be read says nothing.
    init(of account: Account) {
        let candidates = account.folder.usernameCandidates
        var search = UsernameSearch(account)
        // The contact list has no index on its names, so it is asked last.
        if let known = candidates.first(where: { search.hasSent($0) }) ?? candidates.first(where: { search.isOwn($0) })
        {
            self.init(username: known, isCertain: true)
            return
        }
        let logins = account.folder.logins
        let found =
            candidates.first(where: logins.contains) ?? Self.answering(in: account)
            ?? Self.only(logins.filter { search.hasSent($0) || search.isOwn($0) })
        // A store that cannot be read has other things to be told of.
        let isRead = account.messageShards().contains { shard in (try? shard.database.snapshot()) != nil }
        self.init(
            username: found ?? candidates[candidates.count - 1], isCertain: found != nil,
            isDoubted: found == nil && isRead)
    }

    private static func only(_ names: [String]) -> String? { names.count == 1 ? names[0] : nil }

    /// Who sent messages in most private chats besides the other one; nil where nobody or several did.
    private static func answering(in account: Account) -> String? {
        var votes: [String: Int] = [:]
        var asked = 0
        for (ordinal, shard) in account.messageShards().enumerated() where shard.family == .message {
            // A shard or a table that cannot be read says nothing.
            guard asked < mostChats, let snapshot = try? shard.database.snapshot(),
                let names = try? ShardCounters.usernames(of: snapshot, in: account)
            else { continue }
            var reader = TableReader(snapshot)
            let hashes = (try? reader.tableNames())?.compactMap { name in
                Array(name.utf8).withUnsafeBytes(TableHash.init(tableName:))
            }
            let tables = Set(hashes ?? [])
            for name in names where isPerson(name) && tables.contains(TableHash(of: name)) {
                guard asked < mostChats else { break }
                guard let table = try? MessageTable.open(shard, ordinal: ordinal, talker: name, in: account),
                    let senders = try? table.senders(), let other = only(senders.filter { $0 != name })
                else { continue }
                asked += 1
                votes[other, default: 0] += 1
            }
        }
        let ranked = votes.sorted { $0.value > $1.value }
        guard let first = ranked.first, ranked.count == 1 || first.value > ranked[1].value else { return nil }
        return first.key
    }

    /// Whether a chat of this name is one with a person, or with oneself.
    private static func isPerson(_ username: String) -> Bool {
        !username.isEmpty && !username.contains("@") && !username.hasPrefix("gh_")
    }
}

extension MessageTable {
    /// How many senders a private chat has at most, with some room for notices.
    private static let mostSenders = 8
    /// How many rows are looked at where there is no index of senders.
    private static let mostRows = 400

    /// Who sent the messages, as far as names are known.
    ///
    /// - Throws: what cannot be read.
    fileprivate func senders() throws(PageFailure) -> [String] {
        var ids: [Int64] = []
        if let index = ColumnIndex(self, on: .sender) {
            ids = try index.values(atMost: Self.mostSenders) ?? []
        } else {
            let cursor = TableCursor(PageCache(snapshot, pages: 4), root: schema.root)
            var rows = 0
            while rows < Self.mostRows, try cursor.next() {
                let id = cursor.record.int(columns.senderID)
                if !ids.contains(id) { ids.append(id) }
                rows += 1
            }
        }
        let names = SenderNames(self)
        var senders: [String] = []
        for id in ids {
            if let name = try names.name(of: id) { senders.append(String(decoding: name, as: UTF8.self)) }
        }
        return senders
    }
}

extension UsernameSearch {
    /// Whether the contact list has a username; the owner stands in it, too.
    fileprivate mutating func isOwn(_ username: String) -> Bool {
        // A contact list that cannot be read says nothing.
        (try? ContactTables.know(username, in: account)) == true
    }
}
