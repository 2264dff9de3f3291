import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// How many leaves are looked through at once.
    private static let leavesAtOnce = 64
    /// More messages than these are not kept while their order is not known.
    static let mostFound = 1 << 15

    /// Finds all messages that pass the filter by reading the tables as they lie: no index on the time is there to ask,
    /// and neither the sequence nor the row id may be taken for one.
    ///
    /// - Parameter losses: takes what cannot be read.
    /// - Returns: the messages in order; nil where so many pass that they are better found one after another, or where
    ///   pages above the leaves of a table are damaged.
    /// - Throws: `.unavailable` where a database kept moving.
    func search(_ losses: inout MessageLosses) async throws -> [MessageEntry]? {
        let filter = filter
        var all: [MessagePosition] = []
        var lost = MessageLosses()
        let isDone = try await asTheyLie { worker, table, leaves in
            var losses = MessageLosses()
            let found = try worker.scan(table, leaves, filter: filter, losses: &losses)
            return (found, losses)
        } consume: { found, losses in
            lost.add(losses)
            all += found
            return all.count <= Self.mostFound
        }
        guard isDone else { return nil }
        losses.add(lost)
        return inOrder(all)
    }

    /// Runs `work` on all leaves of all tables, some at a time.
    ///
    /// - Returns: false where `consume` ended it, or where pages above the leaves of a table are damaged.
    func asTheyLie<Found: Sendable>(
        work: @escaping @Sendable (MessageWorker, Int, Range<Int>) throws -> Found, consume: (Found) -> Bool
    ) async throws -> Bool {
        try readMost()
        let workers = workers
        guard let counts = workers.leafCounts else { return false }
        var parts: [(table: Int, leaves: Range<Int>)] = []
        for (table, count) in counts.enumerated() {
            for start in stride(from: 0, to: count, by: Self.leavesAtOnce) {
                parts.append((table, start..<min(start + Self.leavesAtOnce, count)))
            }
        }
        var next = 0
        var goesOn = true
        try await orderedPipeline(width: Self.width) {
            defer { next += 1 }
            return next < parts.count ? parts[next] : nil
        } work: { part in
            let worker = workers.take()
            defer { workers.putBack(worker) }
            return try work(worker.value, part.table, part.leaves)
        } consume: { found in
            goesOn = consume(found)
            return goesOn
        }
        return goesOn
    }

    /// The messages at these places in the order that is asked for.
    func inOrder(_ places: [MessagePosition]) -> [MessageEntry] {
        let newestFirst = request.order == .newestFirst
        let tables = Dictionary(uniqueKeysWithValues: chat.tables.enumerated().map { ($1.ordinal, $0) })
        return places.sorted { newestFirst ? $1 < $0 : $0 < $1 }.compactMap { place in
            tables[place.ordinal].map { MessageEntry(sequence: place.sequence, rowID: place.rowID, table: $0) }
        }
    }
}
