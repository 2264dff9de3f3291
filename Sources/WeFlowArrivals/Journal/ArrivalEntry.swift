import WeFlowStore

/// A message table by its shard and its session's hash; it names neither file nor person.
struct TableKey: Sendable, Hashable, Comparable {
    /// The family in the highest bit, the number below it.
    let shard: UInt32
    let hash: TableHash

    init(shard: UInt32, hash: TableHash) {
        self.shard = shard
        self.hash = hash
    }

    init(_ shard: Shard, _ hash: TableHash) {
        self.init(shard: Self.number(of: shard), hash: hash)
    }

    static func number(of shard: Shard) -> UInt32 {
        UInt32(truncatingIfNeeded: shard.number) | (shard.family == .bizMessage ? 1 << 31 : 0)
    }

    static func < (a: TableKey, b: TableKey) -> Bool { (a.shard, a.hash) < (b.shard, b.hash) }
}

/// One thing that happened in a table, as the journal keeps it: no text and no names.
struct ArrivalEntry: Sendable, Equatable {
    /// What happened.
    enum Kind: UInt8, Sendable {
        /// A row was added.
        case message = 0
        /// A notice was added, perhaps one that takes back a message.
        case notice = 1
        /// A row was turned into a notice.
        case turned = 2
    }

    /// How sure it is that it is new.
    struct Doubt: OptionSet, Sendable {
        let rawValue: UInt8
        /// It may have been given before, or have been there before the journal.
        static let repeats = Doubt(rawValue: 1)
        /// It may be old, so that it is no event.
        static let isOld = Doubt(rawValue: 2)
    }

    let place: TableKey
    let localID: Int64
    /// Unix seconds, the row's.
    let createTime: Int64
    let kind: Kind
    /// Unix seconds at which it was found.
    let seenAt: Int64
    /// Tells the row from another one that takes its place; 0 where an older program found it.
    var sum: UInt64 = 0
    var doubt: Doubt = []
}

/// What one look at the store found.
struct ArrivalPass: Sendable {
    /// A table's counter.
    struct Counter: Sendable, Equatable {
        let place: TableKey
        let counter: ArrivalState.Counter
    }

    /// A session's row as it was seen.
    struct Session: Sendable, Equatable {
        let hash: TableHash
        let mark: UInt64
        let seenAt: Int64
    }

    /// What tells a shard from another that has its number, or a later one from an earlier.
    struct ShardMark: Sendable, Equatable {
        let number: UInt32
        /// A number made of where the file lies on its disk and of its salt.
        let file: UInt64
        /// Grows whenever a table comes or goes.
        let cookie: UInt32
        /// The tables that `sqlite_sequence` does not have.
        let uncounted: [TableHash]
        /// Whether its number was another file's once, or it an earlier state of itself: any session's rows may then have
        /// been elsewhere.
        var isChecked = false
    }

    /// Something that a client passed over, since its row was away.
    struct Missed: Sendable, Equatable {
        let sum: UInt64
        /// Whether it was to be an event of a stream.
        let wasEvent: Bool
    }

    /// Unix seconds.
    var seenAt: Int64
    var entries: [ArrivalEntry] = []
    var counters: [Counter] = []
    var sessions: [Session] = []
    var shards: [ShardMark] = []
    /// Sums of rows that count as known although no entry has them.
    var known: [UInt64] = []
    var missed: [Missed] = []
    /// Shards that could not be read when the journal began, and now could.
    var seen: [UInt32] = []

    /// Whether there is nothing to remember.
    var isEmpty: Bool {
        entries.isEmpty && counters.isEmpty && sessions.isEmpty && shards.isEmpty && known.isEmpty && missed.isEmpty
            && seen.isEmpty
    }
}
