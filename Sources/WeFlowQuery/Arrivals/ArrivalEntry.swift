import WeFlowStore

/// A message table by its shard and its session's hash; it names neither file nor person.
struct TablePlace: Sendable, Hashable, Comparable {
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

    /// What stands for a shard that could not be read when the journal began, until it can: no session has this hash.
    static func unseen(_ shard: UInt32) -> TablePlace {
        TablePlace(shard: shard, hash: TableHash(high: 0, low: 0))
    }

    static func number(of shard: Shard) -> UInt32 {
        UInt32(truncatingIfNeeded: shard.number) | (shard.family == .bizMessage ? 1 << 31 : 0)
    }

    static func < (a: TablePlace, b: TablePlace) -> Bool { (a.shard, a.hash) < (b.shard, b.hash) }
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

    let place: TablePlace
    let localID: Int64
    /// Unix seconds, the row's.
    let createTime: Int64
    let kind: Kind
    /// Unix seconds at which it was found.
    let seenAt: Int64
}

/// What one look at the store found.
struct ArrivalPass: Sendable {
    /// A table's counter.
    struct Counter: Sendable, Equatable {
        let place: TablePlace
        /// The highest row id that was looked at.
        let last: Int64
        /// Rows up to here were there before the journal was.
        let base: Int64
        /// Rows near the end that are known to be notices.
        let notices: [Int64]
    }

    /// A session's row as it was seen.
    struct Session: Sendable, Equatable {
        let hash: TableHash
        let mark: UInt64
        let seenAt: Int64
    }

    /// Unix seconds.
    var seenAt: Int64
    var entries: [ArrivalEntry] = []
    var counters: [Counter] = []
    /// Tables that are gone.
    var removed: [TablePlace] = []
    var sessions: [Session] = []

    /// Whether there is nothing to remember.
    var isEmpty: Bool { entries.isEmpty && counters.isEmpty && removed.isEmpty && sessions.isEmpty }
}
