import WeFlowStore

/// What a journal says, in memory: how far every table was looked at, and what was found there.
struct ArrivalState: Sendable {
    /// How far a table was looked at.
    struct Counter: Sendable {
        var last: Int64
        var base: Int64
        var notices: [Int64]
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
    private(set) var counters: [TablePlace: Counter] = [:]
    private(set) var sessions: [TableHash: ArrivalPass.Session] = [:]

    /// How many rows from the end of a table are looked at for rows that were turned into notices.
    static let reach: Int64 = 200

    init(_ base: ArrivalBase) {
        journal = base.journal
        createdAt = base.createdAt
        seenAt = base.pass.seenAt
        first = base.first
        chain = [base.chain]
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
        for counter in pass.counters {
            counters[counter.place] = Counter(last: counter.last, base: counter.base, notices: counter.notices)
        }
        for place in pass.removed { counters[place] = nil }
        for session in pass.sessions { sessions[session.hash] = session }
        for entry in pass.entries {
            entries.append(entry)
            chain.append(Self.chained(chain[chain.count - 1], entry))
        }
    }

    private static func chained(_ sum: UInt64, _ entry: ArrivalEntry) -> UInt64 {
        var next = ChecksumFNV(seed: sum)
        next.add(UInt64(entry.place.shard))
        next.add(entry.place.hash.high)
        next.add(entry.place.hash.low)
        next.add(UInt64(bitPattern: entry.localID))
        next.add(byte: entry.kind.rawValue)
        return next.value
    }

    /// The same journal without its oldest entries, as the first record of a new file.
    ///
    /// - Parameters:
    ///   - count: how many entries are kept at most.
    ///   - time: entries that were found before this second go.
    /// - Returns: the record.
    func shortened(toLast count: Int, since time: Int64) -> ArrivalBase {
        var drop = max(0, entries.count - count)
        while drop < entries.count, entries[drop].seenAt < time { drop += 1 }
        var pass = ArrivalPass(seenAt: seenAt)
        pass.entries = Array(entries[drop...])
        pass.counters = counters.sorted { $0.key < $1.key }.map { place, counter in
            ArrivalPass.Counter(place: place, last: counter.last, base: counter.base, notices: counter.notices)
        }
        pass.sessions = sessions.values.sorted { $0.hash < $1.hash }
        return ArrivalBase(
            journal: journal, createdAt: createdAt, first: first &+ UInt64(drop), chain: chain[drop], pass: pass)
    }
}
