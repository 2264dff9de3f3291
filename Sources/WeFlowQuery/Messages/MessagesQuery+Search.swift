import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// How many leaves are looked through at once.
    private static let leavesAtOnce = 64
    /// More messages than these are not kept while their order is not known.
    private static let mostFound = 1 << 15

    /// Finds all messages that pass the filter by reading the tables as they lie: no index on the time is there to ask,
    /// and neither the sequence nor the row id may be taken for one.
    ///
    /// - Parameter losses: takes what cannot be read.
    /// - Returns: the messages in order; nil where so many pass that they are better found one after another, or where
    ///   pages above the leaves of a table are damaged.
    /// - Throws: `.unavailable` where a database kept moving.
    func search(_ losses: inout MessageLosses) async throws -> [MessageEntry]? {
        try readMost()
        let (workers, filter) = (workers, filter)
        guard let counts = workers.leafCounts else { return nil }
        var parts: [(table: Int, leaves: Range<Int>)] = []
        for (table, count) in counts.enumerated() {
            for start in stride(from: 0, to: count, by: Self.leavesAtOnce) {
                parts.append((table, start..<min(start + Self.leavesAtOnce, count)))
            }
        }
        var next = 0
        var all: [MessagePlace] = []
        var lost = MessageLosses()
        try await orderedPipeline(width: Self.width) {
            defer { next += 1 }
            return next < parts.count ? parts[next] : nil
        } work: { part in
            let worker = workers.take()
            defer { workers.give(worker) }
            var losses = MessageLosses()
            let found = try worker.value.scan(part.table, part.leaves, filter: filter, losses: &losses)
            return (found, losses)
        } consume: { found, losses in
            lost.add(losses)
            all += found
            return all.count <= Self.mostFound
        }
        guard all.count <= Self.mostFound else { return nil }
        losses.add(lost)
        let newestFirst = request.order == .newestFirst
        all.sort { newestFirst ? $1 < $0 : $0 < $1 }
        let tables = Dictionary(uniqueKeysWithValues: chat.tables.enumerated().map { ($1.ordinal, $0) })
        return all.compactMap { place in
            tables[place.ordinal].map { MessageEntry(sequence: place.sequence, rowID: place.rowID, table: $0) }
        }
    }
}
