internal import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// The messages of all chats that a search means, in the order of their times (<doc:Searching>).
///
/// Complete and as of now: one pass over the encrypted pages of all shards, on all cores, without an index of its own.
public struct SearchQuery: Sendable {
    /// What is asked for.
    public let request: SearchRequest
    /// The chats.
    public let store: SearchStore
    let filter: PreparedFilter
    /// Whose messages.
    public let account: Account
    let workers: SearchWorkers
    /// What the newest hits may cost before everything is looked through.
    var walkLimits = SearchWalk.Limits()

    /// Opens the shards.
    ///
    /// - Throws: `.unavailable` where there is no shard, or none can be opened.
    public init(_ request: SearchRequest, in account: Account) throws(WeFlowError) {
        self.request = request
        self.account = account
        let store = try SearchStore(account, request.filter)
        let filter = PreparedFilter(request.filter, ownUsername: store.ownUsername)
        (self.store, self.filter) = (store, filter)
        let detail = request.detail
        workers = SearchWorkers { SearchWorker(store, filter, .rows, readsRecords: detail) }
    }

    /// Runs `body`, again on the shards opened anew while a database moved under a snapshot that no lock protects.
    ///
    /// - Throws: what `body` throws in the end.
    public func retrying<Value>(_ body: (SearchQuery) async throws -> Value) async throws -> Value {
        var query = self
        for _ in 0..<20 {
            do {
                return try await body(query)
            } catch let error as WeFlowError where error.isTransient {
                query = try SearchQuery(request, in: account)
            }
        }
        return try await body(query)
    }

    var newestFirst: Bool { request.order == .newestFirst }

    /// Hits: where they are, and whether more follow. Their texts are read when they are written.
    public struct Page: Sendable {
        let places: [SearchPlace]
        /// How many there are.
        public var count: Int { places.count }
        /// Whether the cursor leads on to more.
        public let hasMore: Bool
        /// Goes on behind the last; nil where there is none.
        public let cursor: String?
        /// What could not be read on the way.
        public let losses: MessageLosses
    }

    /// Finds the hits that the request means.
    ///
    /// - Parameters:
    ///   - stop: ends the search early.
    ///   - watch: told how far it has come.
    /// - Returns: the page.
    /// - Throws: `.unavailable` where a database kept moving.
    public func page(stop: SearchStop? = nil, watch: SearchWatch? = nil) async throws -> Page {
        let most = request.limit.map { $0 + 1 } ?? .max
        var (places, losses): ([SearchPlace], MessageLosses) = ([], store.losses)
        if !request.filter.isEmpty, !store.tables.isEmpty {
            let isBehind = request.cursor.map { store.behind($0, newestFirst: newestFirst) }
            let newest = try newestFirst && stop?.isStopped != true ? walk(most, isBehind) : nil
            if let newest {
                places = newest
            } else {
                (places, losses) = try await pass(most, isBehind, stop, watch)
            }
        }
        let hasMore = places.count == most
        if hasMore { places.removeLast() }
        let search = SearchCursor.fingerprint(of: request.filter, order: request.order)
        return Page(
            places: places, hasMore: hasMore, cursor: places.last.map { store.cursor($0, search: search).text },
            losses: losses)
    }

    /// The first hits in the order of the newest, where they can be had without a look at everything.
    private func walk(_ most: Int, _ isBehind: (@Sendable (SearchPlace) -> Bool)?) throws -> [SearchPlace]? {
        try workers.with { worker in
            try SearchWalk(store, walkLimits).newest(most, worker) { isBehind?($0) ?? true }
        }
    }

    /// The first hits of a pass over everything.
    private func pass(
        _ most: Int, _ isBehind: (@Sendable (SearchPlace) -> Bool)?, _ stop: SearchStop?, _ watch: SearchWatch?
    ) async throws -> (places: [SearchPlace], losses: MessageLosses) {
        var best = BestPlaces(most, newestFirst: newestFirst)
        let run = SearchRun(store: store, workers: workers)
        if let cursor = request.cursor { run.bound.narrow(behind: cursor.createTime, newestFirst: newestFirst) }
        let losses = try await run.pages(newestFirst: newestFirst, stop: stop, watch: watch) {
            worker, shard, pages, times, losses in
            var found: [SearchPlace] = []
            func take(_ passed: SearchWorker.Passed) {
                let place = SearchPlace(passed)
                if let isBehind, !isBehind(place) { return }
                found.append(place)
            }
            let below = try worker.scan(pages, of: shard, within: times, losses: &losses) {
                take($0)
            } message: { passed, _ in
                take(passed)
            }
            return (found, below)
        } consume: { found in
            best.add(found, run.bound)
        }
        best.pick()
        return (best.places, losses)
    }
}
