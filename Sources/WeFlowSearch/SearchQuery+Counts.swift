public import WeFlowQuery

extension SearchQuery {
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
}
