import Synchronization
package import WeFlowPages

/// How many rows the leaves hold that were read, by all readers of a table together, each leaf once.
///
/// Whoever reads a whole table by its index learns here whether the index names all rows.
package final class LeafTally: Sendable {
    private struct State {
        var isSeen: [Bool]
        var rows = 0
    }

    private let state: Mutex<State>

    /// Nothing was read yet of the leaves of a map.
    package init(_ map: LeafMap) {
        state = Mutex(State(isSeen: Array(repeating: false, count: map.count)))
    }

    /// Takes in leaves that were read: their places in the map, and how many rows each holds.
    func add(_ leaves: [(place: Int, rows: Int)]) {
        state.withLock { state in
            for leaf in leaves where !state.isSeen[leaf.place] {
                state.isSeen[leaf.place] = true
                state.rows += leaf.rows
            }
        }
    }

    /// How many rows the table has; leaves that nobody read, as a rule none, are read for it.
    ///
    /// - Throws: why one of them cannot be read.
    package func total(_ map: LeafMap, in snapshot: PageSnapshot) throws(PageFailure) -> Int {
        let (isSeen, rows) = state.withLock { ($0.isSeen, $0.rows) }
        let rest = isSeen.indices.filter { !isSeen[$0] }
        guard !rest.isEmpty else { return rows }
        let cache = PageCache(snapshot, pages: 16)
        defer { withExtendedLifetime(cache) {} }
        cache.plan(rest.map { map.page(at: $0) })
        var total = rows
        for place in rest { total += try BTreePage(map.page(at: place), in: cache).count }
        return total
    }
}

extension MessageTable {
    /// The failure of an order that leaves rows of the table out.
    package var unindexed: PageFailure {
        PageFailure(.rowsUnindexed, database: snapshot.database, page: orderRoot ?? schema.root)
    }
}
