internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// Finds the newest hits without a look at all rows (<doc:Searching#The-newest-first>): along the client's sequence, as long
/// as that is taken for a time, and only as far as it is cheaper than a pass over everything.
struct SearchWalk {
    /// What it may cost, and where it is worth it.
    struct Limits: Sendable {
        /// Smaller stores are passed over in no time.
        var leastPages = 8192
        /// More rows than these are not looked at.
        var mostRows = 16_384
        /// Pages of more hits than these are none of the newest.
        var mostHits = 1024
        /// By how many seconds a message may be newer than its sequence says.
        var slack: Int64 = 3600
    }

    private let store: SearchStore
    private let limits: Limits

    init(_ store: SearchStore, _ limits: Limits) { (self.store, self.limits) = (store, limits) }

    /// Finds the newest hits.
    ///
    /// - Parameters:
    ///   - most: how many are wanted.
    ///   - worker: looks at rows.
    ///   - isWanted: whether a hit counts.
    /// - Returns: the hits, the newest first, fewer only where there are no more; nil where everything has to be looked
    ///   through.
    /// - Throws: `.unavailable` where a database moved.
    func newest(_ most: Int, _ worker: SearchWorker, where isWanted: (SearchPlace) -> Bool) throws -> [SearchPlace]? {
        guard most <= limits.mostHits, store.pageCount >= limits.leastPages else { return nil }
        do {
            return try walk(most, worker, where: isWanted)
        } catch let failure as PageFailure {
            // What is damaged is named by the pass over everything.
            if failure.reason == .moved { throw failure.error }
            return nil
        }
    }

    private func walk(
        _ most: Int, _ worker: SearchWorker, where isWanted: (SearchPlace) -> Bool
    ) throws -> [SearchPlace]? {
        let shards = store.shards.enumerated().map { shard, content in
            (tables: content, slots: content.tables.indices.filter { store.places[shard][$0] >= 0 })
        }
        guard let orders = try ShardOrder.open(shards, slack: limits.slack) else { return nil }
        var best = BestPlaces(most, newestFirst: true)
        let bound = SearchBound()
        var (seen, found, size) = (0, 0, 256)
        while true {
            guard let batch = try batch(size, of: orders) else { return nil }
            var hits: [SearchPlace] = []
            let isRegular = try worker.look(at: batch, slack: limits.slack, within: bound.times) { passed in
                let place = SearchPlace(passed)
                if isWanted(place) { hits.append(place) }
            }
            guard isRegular else { return nil }
            (seen, found) = (seen + batch.count, found + hits.count)
            best.add(hits, bound)
            // No message that was not looked at is newer than this.
            guard let head = orders.compactMap(\.head).max() else { break }
            let latest = MessageRow.time(of: head, slack: limits.slack)
            if found >= most, latest < bound.times.lowerBound { break }
            if let start = worker.times?.lowerBound, latest < start { break }
            // Where hits are few a pass over everything is cheaper.
            guard seen < limits.mostRows, found * limits.mostRows >= most * seen || seen < 1024 else { return nil }
            size = min(2 * size, 2048)
        }
        best.pick()
        return best.places
    }

    /// The next rows of all shards, nil where an index is damaged.
    private func batch(_ size: Int, of orders: [ShardOrder]) throws(PageFailure) -> [(row: RowPlace, sequence: Int64)]?
    {
        var batch: [(row: RowPlace, sequence: Int64)] = []
        while batch.count < size {
            var (shard, highest) = (-1, Int64.min)
            for (place, order) in orders.enumerated() {
                if let head = order.head, head > highest || shard < 0 { (shard, highest) = (place, head) }
            }
            guard shard >= 0 else { break }
            guard let entry = try orders[shard].next() else { return nil }
            batch.append((RowPlace(table: store.places[shard][entry.table], rowID: entry.rowID), entry.sequence))
        }
        return batch
    }
}
