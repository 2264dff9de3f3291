import WeFlowStore

/// How far the tables of a store were filled, in so few bytes that a cursor can carry it: where the journal is lost, it
/// tells what was written since. The tables are spread over a number of groups; of each the sum of their counters is kept,
/// and a sum over which tables they are.
struct CounterDigest: Sendable, Equatable {
    /// How many groups there are.
    static let size = 24

    /// Some tables.
    struct Group: Sendable, Equatable {
        /// The last row ids of its tables, added up.
        var filled: UInt32 = 0
        /// Which tables they are.
        var tables: UInt16 = 0
    }

    private(set) var groups: [Group]

    init(_ groups: [Group] = Array(repeating: Group(), count: size)) { self.groups = groups }

    /// The digest of a journal at one of its positions.
    init(_ state: ArrivalState, at position: UInt64) {
        self.init()
        Self.filled(state, at: position) { place, counter, last in
            let group = Self.group(of: place)
            groups[group].filled &+= UInt32(truncatingIfNeeded: last)
            groups[group].tables &+= UInt16(truncatingIfNeeded: Self.number(of: place, counter.slot))
        }
    }

    /// Behind which row of each table something may have been written between an earlier digest and a position; a table of
    /// which it cannot be told is missing.
    static func written(
        since then: CounterDigest, in state: ArrivalState, at position: UInt64
    ) -> [TableKey: Int64] {
        let now = CounterDigest(state, at: position)
        var starts: [TableKey: Int64] = [:]
        filled(state, at: position) { place, counter, last in
            let (now, then) = (now.groups[group(of: place)], then.groups[group(of: place)])
            // A table that does not count gives an id twice.
            guard now.tables == then.tables, counter.slot != 0 else { return }
            // So many rows at most are new in any of the group's tables. More than half of all numbers: it fell.
            let count = now.filled &- then.filled
            if count < 1 << 31 { starts[place] = last.saturating(minus: Int64(count)) }
        }
        return starts
    }

    /// Tells the last row of each table at a position. Every page has a digest, so that thousands of tables are gone through
    /// once and nothing is built of them.
    private static func filled(
        _ state: ArrivalState, at position: UInt64, _ body: (TableKey, ArrivalState.Counter, _ last: Int64) -> Void
    ) {
        // What came later was not there then.
        var first: [TableKey: Int64] = [:]
        for entry in state.entries(from: position) where entry.kind != .turned {
            first[entry.place] = min(first[entry.place] ?? .max, entry.localID)
        }
        for (place, counter) in state.counters where !counter.isGone {
            let before = first.isEmpty ? nil : first[place]?.saturating(minus: 1)
            body(place, counter, min(counter.last, before ?? .max))
        }
    }

    private static func number(of place: TableKey, _ slot: Int64) -> UInt64 {
        mix(place.hash.high ^ mix(place.hash.low ^ mix(UInt64(place.shard) << 32 ^ UInt64(bitPattern: slot))))
    }

    private static func group(of place: TableKey) -> Int {
        Int(mix(place.hash.low ^ mix(place.hash.high ^ UInt64(place.shard))) % UInt64(size))
    }
}
