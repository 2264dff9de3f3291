import WeFlowPages

/// What a check found out about an account.
public struct CheckReport: Sendable, Equatable {
    /// The forms of key that people have.
    public enum KeyForm: String, Sendable, Equatable {
        /// No key.
        case none
        /// One key for all databases.
        case account
        /// The page key of one database.
        case page
        /// A list of databases and their page keys.
        case map
        /// 64 hex digits that fit nothing.
        case unproven
    }

    /// How the account fares as a whole.
    public enum Verdict: String, Sendable, Equatable {
        /// Everything that is there can be read.
        case whole
        /// Part of it is damaged, does not open or is missing from a complete account.
        case damaged
        /// Nothing can be read.
        case unreadable
    }

    /// Something that does not work, and why.
    public struct Loss: Sendable, Equatable {
        /// The database or setting that is the cause, as a path below `db_storage` or a name.
        public var cause: String
        /// What is the matter and what to do, one sentence.
        public var reason: String
        /// What that costs.
        public var cost: String
    }

    /// The account folder.
    public var account: String
    /// The owner's username.
    public var ownUsername: String
    /// The form of the key.
    public var keyForm: KeyForm
    /// Whether every page was verified.
    public var isDeep: Bool
    /// All databases of the account, by name.
    public var databases: [DatabaseCheck]
    /// What does not work.
    public var losses: [Loss]
    /// How the account fares as a whole.
    public var verdict: Verdict
    /// What there is of the media that messages refer to; nil where no message can be read.
    public var media: MediaCheck?
    /// What there is of the lists beside messages; empty where nothing can be read.
    public var lists: [ListCheck] = []

    /// The generation of the account's tables: the newest that any database shows, nil where none tells.
    public var layout: String? { databases.compactMap(\.layout).max() }

    /// The exit code of the check: 0 whole, 75 damaged, 78 unreadable.
    public var exitCode: Int32 {
        switch verdict {
        case .whole: 0
        case .damaged: 75
        case .unreadable: 78
        }
    }
}

extension CheckReport {
    /// The same without anything private, to be pasted where others read it: no path, no username, no chat, no time,
    /// no name that is not WeChat's own.
    public func anonymized() -> CheckReport {
        var report = self
        report.account = ""
        report.ownUsername = ""
        var names: [String: String] = [:]
        var others = 0
        // Names of databases that are not known may hold anything.
        for database in databases where database.role == .other {
            others += 1
            names[database.name] = "other \(others)"
        }
        func clean(_ text: String) -> String {
            var text = text
            // The longest first: the account's path holds its username.
            for secret in [account, ownUsername].filter({ !$0.isEmpty }) { text = text.replacing(secret, with: "…") }
            for (name, other) in names.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
                text = text.replacing(name, with: other)
            }
            return text
        }
        report.databases = report.databases.map { database in
            var database = database
            database.name = names[database.name] ?? database.name
            if case .unreadable(let error) = database.state {
                database.state = .unreadable(.init(error.kind, clean(error.sentence)))
            }
            database.messages?.first = nil
            database.messages?.last = nil
            database.damage = database.damage.map { damage in
                var damage = damage
                switch damage.owner {
                case .table(let name, _): damage.owner = .table(database.shortened(table: name), chat: nil)
                case .index(let name, _): damage.owner = .index(ofTable: database.shortened(table: name), chat: nil)
                default: break
                }
                return damage
            }
            return database
        }
        report.losses = losses.map { loss in
            Loss(cause: names[loss.cause] ?? loss.cause, reason: clean(loss.reason), cost: loss.cost)
        }
        report.lists = lists.map { list in
            var list = list
            list.reason = clean(list.reason)
            return list
        }
        return report
    }
}

extension DatabaseCheck {
    /// A table's name without the hash of a username in it, and none that is not known.
    fileprivate func shortened(table: String) -> String {
        if role == .other { return "…" }
        return table.lowercased().hasPrefix("msg_") ? "Msg_…" : table
    }
}
