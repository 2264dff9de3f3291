import WeFlowStore

/// What a journal says, in memory: how far every table was looked at, and what was found there.
struct ArrivalState: Sendable {
    /// How far a table was looked at, and what was there.
    struct Counter: Sendable, Equatable {
        /// The table's number in `sqlite_sequence`, its last row id where that has none; only another one says that
        /// something was added.
        var sequence: Int64 = 0
        /// Where it stands in `sqlite_sequence`, which changes when it is made anew; 0 where it does not.
        var slot: Int64 = 0
        /// The highest row id that is known.
        var last: Int64 = 0
        /// Rows up to here were there before the journal was.
        var base: Int64 = 0
        /// The rows behind this one and up to the last have the sum that follows.
        var windowStart: Int64 = 0
        var windowSum: UInt64 = 0
        /// Rows up to here are known by this only.
        var floor: Int64 = 0
        /// The sum of the first row behind there.
        var anchor: UInt64 = 0
        /// Whether rows have to be compared with those that are known, since the table was another once.
        var isChecked = false
        /// Rows near the end that are known to be notices.
        var notices: [Int64] = []

        /// What is left of a table that is gone: what it had may come back.
        static let gone = Counter(isChecked: true)
        var isGone: Bool { self == .gone }
    }

    /// Tells this journal from one that was lost.
    let journal: UInt64
    /// Unix seconds.
    let createdAt: Int64
    /// Unix seconds of the last look that found something.
    private(set) var seenAt: Int64
    /// The position of the first entry that is kept; positions begin at the time in milliseconds at which the very first
    /// journal was made, so that they grow even when a journal is lost.
    let first: UInt64
    private(set) var entries: [ArrivalEntry] = []
    /// The sum over all entries before the first one, and then up to each one: two journals that differ anywhere before
    /// a position have different sums there.
    private(set) var chain: [UInt64]
    private(set) var counters: [TableKey: Counter] = [:]
    private(set) var shards: [UInt32: ArrivalPass.ShardMark] = [:]
    /// Shards that could not be read when the journal began.
    private(set) var unseen: Set<UInt32>
    /// The sums of rows that are known although no entry has them, in the order in which they came.
    private(set) var known: [UInt64] = []
    /// Sums of what clients passed over and what was not found again, and whether a stream did.
    private(set) var missed: [UInt64: Bool] = [:]
    /// The sums of rows that were there before, in the file's second part.
    let rows: ArrivalBase.Rows
    /// Whether an older program wrote it: the rows that are there are then still to be taken in.
    let isEarlier: Bool
    private(set) var sessions: [TableHash: ArrivalPass.Session] = [:]

    init(_ base: ArrivalBase) {
        journal = base.journal
        createdAt = base.createdAt
        seenAt = base.pass.seenAt
        first = base.first
        chain = [base.chain]
        unseen = base.unseen
        rows = base.rows
        isEarlier = base.isEarlier
        apply(base.pass)
    }

    /// The position behind the last entry.
    var end: UInt64 { first &+ UInt64(entries.count) }

    /// The entries from a position on; none where it is not in the journal.
    func entries(from position: UInt64) -> ArraySlice<ArrivalEntry> {
        guard position >= first, position <= end else { return [] }
        return entries[Int(position - first)...]
    }

    /// The sum at a position, nil where it is not in the journal.
    func chain(at position: UInt64) -> UInt64? {
        guard position >= first, position <= end else { return nil }
        return chain[Int(position - first)]
    }

    /// Takes in what a look found.
    mutating func apply(_ pass: ArrivalPass) {
        seenAt = pass.seenAt
        for counter in pass.counters { counters[counter.place] = counter.counter }
        for session in pass.sessions { sessions[session.hash] = session }
        for shard in pass.shards { shards[shard.number] = shard }
        unseen.subtract(pass.seen)
        known += pass.known
        for entry in pass.entries {
            if !missed.isEmpty { missed[entry.sum] = nil }
            entries.append(entry)
            chain.append(Self.chained(chain[chain.count - 1], entry))
        }
        for miss in pass.missed { missed[miss.sum] = miss.wasEvent || missed[miss.sum] == true }
    }

    /// What is to be remembered when a client passed over messages whose rows are away, so that they are new when these
    /// come back.
    ///
    /// - Parameters:
    ///   - missed: their sums and sessions.
    ///   - asEvents: whether they were to be events of a stream.
    /// - Returns: nil where nothing has to be.
    func pass(missing missed: [(sum: UInt64, hash: TableHash)], asEvents: Bool) -> ArrivalPass? {
        let new = missed.filter { miss in
            guard let wasEvent = self.missed[miss.sum] else { return true }
            return asEvents && !wasEvent
        }
        var pass = ArrivalPass(seenAt: seenAt)
        pass.missed = new.map { ArrivalPass.Missed(sum: $0.sum, wasEvent: asEvents) }
        for hash in Set(missed.map(\.hash)) where isChecked(hash) {
            for shard in shards.keys {
                let place = TableKey(shard: shard, hash: hash)
                guard var counter = counters[place], !counter.isGone else { continue }
                // The row may have come back already, at another place: all are compared once more.
                counter.sequence = .max
                pass.counters.append(ArrivalPass.Counter(place: place, counter: counter))
            }
        }
        return pass.isEmpty ? nil : pass
    }

    /// Whether rows of a session may lie elsewhere than where they were found.
    func isChecked(_ hash: TableHash) -> Bool {
        shards.contains { $1.isChecked || counters[TableKey(shard: $0, hash: hash)]?.isChecked == true }
    }

    private static func chained(_ sum: UInt64, _ entry: ArrivalEntry) -> UInt64 {
        var next = ChecksumFNV(seed: sum)
        next.add(UInt64(entry.place.shard))
        next.add(entry.place.hash.high)
        next.add(entry.place.hash.low)
        next.add(UInt64(bitPattern: entry.localID))
        next.add(byte: entry.kind.rawValue)
        // An older program's has none.
        if entry.sum != 0 { next.add(entry.sum) }
        return next.value
    }

    /// The same journal without its oldest entries, as the first record of a new file.
    ///
    /// - Parameters:
    ///   - count: how many entries are kept at most.
    ///   - time: entries that were found before this second go.
    ///   - rows: all rows that are known, those of the entries that stay too.
    /// - Returns: the record.
    func shortened(toLast count: Int, since time: Int64, rows: KnownRows) -> ArrivalBase {
        var drop = max(0, entries.count - count)
        while drop < entries.count, entries[drop].seenAt < time { drop += 1 }
        var pass = ArrivalPass(seenAt: seenAt)
        pass.entries = Array(entries[drop...])
        pass.counters = counters.sorted { $0.key < $1.key }.map { ArrivalPass.Counter(place: $0, counter: $1) }
        pass.sessions = sessions.values.sorted { $0.hash < $1.hash }
        pass.shards = shards.values.sorted { $0.number < $1.number }
        pass.missed = missed.sorted { $0.key < $1.key }.map { ArrivalPass.Missed(sum: $0, wasEvent: $1) }
        return ArrivalBase(
            journal: journal, createdAt: createdAt, first: first &+ UInt64(drop), chain: chain[drop], unseen: unseen,
            isEarlier: false, rows: ArrivalBase.Rows(rows), pass: pass)
    }
}
