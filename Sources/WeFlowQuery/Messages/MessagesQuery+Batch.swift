import WeFlowModel
import WeFlowStore

/// What is made of a batch of messages, on any thread.
struct BatchEncoder<Output: Sendable>: Sendable {
    /// How much of a message is wanted.
    let depth: MessageDepth
    /// Exports the media of the messages; nil where there are none to export.
    let media: MediaExporter?
    /// Makes what the messages of one batch are encoded into.
    let makeOutput: @Sendable () -> Output
    /// Encodes one message.
    let encode: @Sendable (borrowing Message, inout Output) throws -> Void

    /// What came of a batch.
    struct Batch: Sendable {
        var output: Output
        var last: MessagePosition?
        var losses = MessageLosses()
    }
}

extension MessagesQuery {
    /// Encodes the messages of a batch that pass the filter, after their media were exported where that is asked for.
    func encode<Output: Sendable>(
        _ batch: ArraySlice<MessageEntry>, filter: MessageFilter, _ encoder: BatchEncoder<Output>
    ) async throws -> BatchEncoder<Output>.Batch {
        var done = BatchEncoder<Output>.Batch(output: encoder.makeOutput())
        guard let media = encoder.media else {
            let worker = workers.take()
            defer { workers.putBack(worker) }
            done.last = try worker.value.read(
                batch, order: request.order, filter: filter, depth: encoder.depth, losses: &done.losses
            ) { _, message in
                try encoder.encode(message, &done.output)
            }
            return done
        }
        // Files are exported between two readings: the first finds what belongs to the messages, the second, over rows
        // that are in the cache by then, encodes them.
        let (entries, requests) = try mediaRequests(batch, filter: filter, &done)
        let exported = try await media.export(requests, of: chat)
        for note in exported.notes { done.losses.add(note: note) }
        var outcomes: [MediaOutcome?] = Array(repeating: nil, count: entries.count)
        var place = 0
        for (request, outcome) in zip(requests, exported.outcomes) {
            while entries[place] != request.entry { place += 1 }
            outcomes[place] = outcome
            if case .missing(let kind, let loss) = outcome { done.losses.add(loss, kind) }
        }
        let worker = workers.take()
        defer { workers.putBack(worker) }
        // What cannot be read was noted the first time.
        var noted = MessageLosses()
        _ = try worker.value.read(
            entries[...], order: request.order, filter: MessageFilter(), media: outcomes, losses: &noted
        ) { _, message in
            try encoder.encode(message, &done.output)
        }
        return done
    }

    /// The entries of a batch that pass the filter, and the media that belong to them, both in order.
    private func mediaRequests<Output: Sendable>(
        _ batch: ArraySlice<MessageEntry>, filter: MessageFilter, _ done: inout BatchEncoder<Output>.Batch
    ) throws -> ([MessageEntry], [MediaRequest]) {
        let kinds = request.media.kinds
        var entries: [MessageEntry] = []
        var requests: [MediaRequest] = []
        let worker = workers.take()
        defer { workers.putBack(worker) }
        done.last = try worker.value.read(batch, order: request.order, filter: filter, losses: &done.losses) {
            entry, message in
            entries.append(entry)
            guard var request = MediaRequest(entry, message, kinds: kinds) else { return }
            request.largestFile = self.request.media.largestFile
            requests.append(request)
        }
        return (entries, requests)
    }
}
