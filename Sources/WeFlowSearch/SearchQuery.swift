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

    private var newestFirst: Bool { request.order == .newestFirst }

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
        var best = BestPlaces(most, newestFirst: newestFirst)
        var losses = store.losses
        if !request.filter.isEmpty, !store.tables.isEmpty {
            let run = SearchRun(store: store, workers: workers)
            if let cursor = request.cursor {
                run.bound.narrow(behind: cursor.createTime, newestFirst: newestFirst)
            }
            let isBehind = request.cursor.map { store.behind($0, newestFirst: newestFirst) }
            losses = try await run.pages(newestFirst: newestFirst, stop: stop, watch: watch) {
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
        }
        best.pick()
        var places = best.places
        let hasMore = places.count == most
        if hasMore { places.removeLast() }
        let search = SearchCursor.fingerprint(of: request.filter, order: request.order)
        return Page(
            places: places, hasMore: hasMore, cursor: places.last.map { store.cursor($0, search: search).text },
            losses: losses)
    }

    /// How many messages of a chat are meant.
    public struct Count: Sendable, Equatable {
        /// The chat's id.
        public let sessionID: String
        /// Its name to show.
        public let sessionName: String
        /// What it is.
        public let kind: ChatKind
        /// How many messages.
        public internal(set) var count: Int
        /// Unix seconds of the first.
        public internal(set) var firstTime: Int64
        /// Unix seconds of the last.
        public internal(set) var lastTime: Int64

        /// Counts a chat's messages, wherever they were found.
        package init(
            sessionID: String, sessionName: String, kind: ChatKind, count: Int, firstTime: Int64, lastTime: Int64
        ) {
            (self.sessionID, self.sessionName, self.kind) = (sessionID, sessionName, kind)
            (self.count, self.firstTime, self.lastTime) = (count, firstTime, lastTime)
        }
    }

    /// Counts the messages of each chat, the most first; of equal numbers the one with the newest message, then by id.
    ///
    /// - Parameters:
    ///   - stop: ends the search early.
    ///   - watch: told how far it has come.
    /// - Returns: the chats that have any, and what could not be read.
    /// - Throws: `.unavailable` where a database kept moving.
    public func counts(
        stop: SearchStop? = nil, watch: SearchWatch? = nil
    ) async throws -> (counts: [Count], losses: MessageLosses) {
        struct Tally: Sendable {
            var count = 0
            var first = Int64.max
            var last = Int64.min
        }
        var all = store.sessions.map { _ in Tally() }
        var losses = store.losses
        if !request.filter.isEmpty, !store.tables.isEmpty {
            let run = SearchRun(store: store, workers: workers)
            let store = store
            losses = try await run.pages(newestFirst: newestFirst, stop: stop, watch: watch) {
                worker, shard, pages, times, losses in
                var found: [(session: Int32, tally: Tally)] = []
                func take(_ passed: SearchWorker.Passed) {
                    let session = store.tables[Int(passed.table)].session
                    // The rows of a chat come one behind the other.
                    if found.last?.session != session { found.append((session, Tally())) }
                    let place = found.count - 1
                    found[place].tally.count += 1
                    found[place].tally.first = min(found[place].tally.first, passed.createTime)
                    found[place].tally.last = max(found[place].tally.last, passed.createTime)
                }
                let below = try worker.scan(pages, of: shard, within: times, losses: &losses) {
                    take($0)
                } message: { passed, _ in
                    take(passed)
                }
                return (found, below)
            } consume: { found in
                for (session, tally) in found {
                    let place = Int(session)
                    all[place].count += tally.count
                    all[place].first = min(all[place].first, tally.first)
                    all[place].last = max(all[place].last, tally.last)
                }
            }
        }
        let book = store.names.book
        let counts = zip(store.sessions, all).filter { $1.count > 0 }.map { session, tally in
            Count(
                sessionID: session.id, sessionName: book.displayName(of: session.id),
                kind: ChatKind(of: session.id, in: book), count: tally.count, firstTime: tally.first,
                lastTime: tally.last)
        }
        return (
            counts.sorted { a, b in
                if a.count != b.count { return a.count > b.count }
                if a.lastTime != b.lastTime { return a.lastTime > b.lastTime }
                return a.sessionID.utf8.lexicographicallyPrecedes(b.sessionID.utf8)
            }, losses
        )
    }

    // MARK: Texts

    /// What stands around a hit. The message itself is lent along with it.
    public struct Hit: Sendable {
        /// The chat's id.
        public let sessionID: String
        /// The chat's name to show.
        public let sessionName: String
        /// What the chat is.
        public let kind: ChatKind
        /// The key by which clients tell messages apart.
        public let messageKey: String
        /// Where the words are, in Unicode scalars.
        public let matches: [Range<Int>]
        /// Whether these are places in the transcript.
        public let isInTranscript: Bool
    }

    /// Takes the hits of a batch one by one: a hit, then the messages before it and after it, the oldest first.
    public protocol Sink: Sendable {
        /// What the hits of a batch are written into.
        associatedtype Output: Sendable
        /// Makes one.
        func makeOutput() -> Output
        /// Takes a hit.
        func add(_ hit: SearchQuery.Hit, _ message: borrowing Message, to output: inout Output)
        /// Takes a message that stands near a hit.
        func add(
            _ neighbour: borrowing Message, at place: SearchNeighbour, to output: inout Output)
        /// Ends a hit, all of whose neighbours were added.
        func endHit(_ output: inout Output)
    }

    /// How many hits are written at once.
    private static let batchSize = 200

    /// Reads and writes the hits of a page.
    ///
    /// - Parameters:
    ///   - page: what ``page(stop:watch:)`` found.
    ///   - sink: makes something of each.
    ///   - consume: takes what was made, in order.
    /// - Returns: what could not be read.
    /// - Throws: what `consume` throws; `.unavailable` where a database moved.
    public func write<S: Sink>(
        _ page: Page, into sink: S, consume: (S.Output) async throws -> Void
    ) async throws -> MessageLosses {
        try await write(page.places, losses: page.losses, into: sink, consume: consume)
    }

    func write<S: Sink>(
        _ places: [SearchPlace], losses known: MessageLosses, into sink: S, consume: (S.Output) async throws -> Void
    ) async throws -> MessageLosses {
        var losses = known
        var rest = places[...]
        let neighbours = request.context > 0 ? SearchNeighbours(store, account) : nil
        let (workers, context) = (workers, request.context)
        try await orderedPipeline(width: 3) { () -> ArraySlice<SearchPlace>? in
            let batch = rest.prefix(Self.batchSize)
            rest = rest.dropFirst(Self.batchSize)
            return batch.isEmpty ? nil : batch
        } work: { batch in
            try workers.with { worker in
                var losses = MessageLosses()
                var output = sink.makeOutput()
                var around: [SearchNeighbours.Around] = []
                if let neighbours {
                    around = try neighbours.around(Array(batch), context, &losses)
                }
                try self.write(Array(batch), around, worker, sink, &output, &losses)
                return (output, losses)
            }
        } consume: { output, lost in
            losses.add(lost)
            try await consume(output)
            return true
        }
        return losses
    }

    private func write<S: Sink>(
        _ batch: [SearchPlace], _ around: [SearchNeighbours.Around], _ worker: SearchWorker, _ sink: S,
        _ output: inout S.Output, _ losses: inout MessageLosses
    ) throws {
        let book = store.names.book
        for (index, place) in batch.enumerated() {
            let id = store.sessions[Int(store.tables[Int(place.table)].session)].id
            var isRead = false
            if around.isEmpty {
                // Rows that lie side by side are read side by side.
                if index % 64 == 0 { worker.plan(batch[index..<min(index + 64, batch.count)].map(\.row)) }
            }
            try worker.read([place.row], losses: &losses) { _, message in
                let (ranges, foundIn) = worker.matches(in: message)
                sink.add(
                    Hit(
                        sessionID: id, sessionName: book.displayName(of: id), kind: ChatKind(of: id, in: book),
                        messageKey: message.key(in: id), matches: ranges, isInTranscript: foundIn == .transcript),
                    message, to: &output)
                isRead = true
            }
            guard isRead else { continue }
            if index < around.count {
                for (rows, isBefore) in [(around[index].before, true), (around[index].after, false)] {
                    try worker.read(rows, losses: &losses) { place, message in
                        sink.add(
                            message, at: SearchNeighbour(isBefore: isBefore, row: rows[place], talker: id), to: &output)
                    }
                }
            }
            sink.endHit(&output)
        }
    }
}

/// Where a message stands that is near a hit.
public struct SearchNeighbour: Sendable {
    /// Whether it comes before the hit.
    public let isBefore: Bool
    let row: RowPlace
    let talker: String
}
