internal import WeFlowModel
public import WeFlowQuery

extension SearchQuery {
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
