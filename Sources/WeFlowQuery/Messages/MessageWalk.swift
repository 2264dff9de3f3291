import WeFlowModel
import WeFlowPages
import WeFlowStore

/// A walk over all messages that the filters let through: what is made of them, and how far it got.
struct MessageWalk<Output: Sendable> {
    private let query: MessagesQuery
    private let encoder: BatchEncoder<Output>
    /// How many of the messages are still to be passed over.
    private var toSkip: Int
    /// The last message that was handed on; nil before the first.
    private var last: MessagePosition?
    /// What could not be read so far.
    private(set) var losses = MessageLosses()

    /// Begins before the first message of the request.
    init(_ query: MessagesQuery, _ encoder: BatchEncoder<Output>) {
        self.query = query
        self.encoder = encoder
        toSkip = query.request.offset
    }

    /// The same walk on the chat opened anew, at the place that it got to.
    init(_ query: MessagesQuery, goingOn walk: MessageWalk) {
        self.query = query
        encoder = walk.encoder
        (toSkip, last, losses) = (walk.toSkip, walk.last, walk.losses)
    }

    /// Encodes what was not handed on yet.
    ///
    /// - Parameter consume: takes the outputs in order.
    /// - Throws: what the encoder or `consume` throws; `.unavailable` where a database kept moving.
    mutating func run(_ consume: (Output) async throws -> Void) async throws {
        let (query, encoder) = (query, encoder)
        losses.add(query.initialLosses)
        guard !query.filter.isEmpty, !query.chat.tables.isEmpty else { return }
        try query.readMost()
        if last == nil, let found = try await found() {
            var rest = found.dropFirst(toSkip)
            try await query.run(encoder, filter: MessageFilter()) {
                let batch = rest.prefix(MessagesQuery.batchSize)
                rest = rest.dropFirst(MessagesQuery.batchSize)
                return batch.isEmpty ? nil : batch
            } consume: { done in
                try await hand(done, to: consume)
            }
            return
        }
        let order = try query.entries(after: last)
        let isWhole = last == nil && toSkip == 0
        var named = query.chat.tables.map { _ in 0 }
        if query.filter.isOpen || toSkip == 0 {
            do throws(PageFailure) {
                _ = try order.skip(toSkip)
            } catch {
                throw error.error
            }
            try await query.run(encoder, filter: query.filter) {
                let batch = try MessagesQuery.batch(order)
                for entry in batch ?? [] { named[entry.table] += 1 }
                return batch
            } consume: { done in
                try await hand(done, to: consume)
            }
        } else {
            _ = try await query.matches(order) { batch, lost in
                losses.add(lost)
                let passed = min(toSkip, batch.count)
                let done = try await query.encode(batch[passed...], filter: MessageFilter(), encoder)
                losses.add(done.losses)
                try await consume(done.output)
                toSkip -= passed
                last = done.last ?? last
                return true
            }
        }
        for page in order.damage { losses.add(page) }
        // Of pages that cannot be read nobody knows how many rows they hold.
        guard isWhole, losses.pages.isEmpty else { return }
        do throws(PageFailure) {
            for page in try query.workers.unindexed(named) { losses.add(page) }
        } catch {
            throw error.error
        }
    }

    /// Hands the output of a batch on, behind which the walk then is.
    private mutating func hand(_ done: BatchEncoder<Output>.Batch, to consume: (Output) async throws -> Void)
        async throws
    {
        losses.add(done.losses)
        try await consume(done.output)
        last = done.last ?? last
        toSkip = 0
    }

    /// The messages of a walk that begins, where they are better found before it; else nil.
    private mutating func found() async throws -> [MessageEntry]? {
        if encoder.depth == .sender, toSkip == 0, query.filter.keyword == nil {
            return try await query.firstOfSenders(&losses)
        }
        return query.filter.isOpen ? nil : try await query.search(&losses)
    }
}
