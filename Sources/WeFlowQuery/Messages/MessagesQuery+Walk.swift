import WeFlowModel
import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// What is known to be missing before anything is read.
    var initialLosses: MessageLosses {
        var losses = MessageLosses()
        for shard in chat.lostShards { losses.add(shard) }
        return losses
    }

    /// The chat's entries in order, from behind a place on.
    func entries(after place: MessagePosition? = nil) throws(WeFlowError) -> MessageEntries {
        do throws(PageFailure) {
            return try MessageEntries(
                chat.tables, direction: request.order == .newestFirst ? .backward : .forward, after: place)
        } catch {
            throw error.error
        }
    }

    /// Says that most rows will be read, so that their leaves are found at once.
    func readMost() throws(WeFlowError) {
        do throws(PageFailure) {
            try workers.mapLeaves()
        } catch {
            throw error.error
        }
    }

    /// The next entries; nil behind the last.
    static func batch(_ order: MessageEntries) throws -> ArraySlice<MessageEntry>? {
        do throws(PageFailure) {
            let entries = try order.next(batchSize, ordersTies: false)
            return entries.isEmpty ? nil : entries[...]
        } catch {
            throw error.error
        }
    }

    /// Finds the entries that pass the filter, batch by batch in order.
    ///
    /// - Parameters:
    ///   - order: where the entries come from.
    ///   - most: how many batches are looked through.
    ///   - body: takes what passes; false ends the search.
    /// - Returns: whether it came to its end, be it that of `order` or the one that `body` set.
    /// - Throws: `.unavailable` where a database kept moving; what `body` throws.
    func matches(
        _ order: MessageEntries, atMost most: Int = .max, _ body: ([MessageEntry], MessageLosses) async throws -> Bool
    ) async throws -> Bool {
        let (workers, filter, direction) = (workers, filter, request.order)
        var left = most
        var isEnded = false
        func next() throws -> ArraySlice<MessageEntry>? {
            guard left > 0 else { return nil }
            left -= 1
            let batch = try Self.batch(order)
            if batch == nil { isEnded = true }
            return batch
        }
        try await orderedPipeline(width: Self.width, next: next) { batch in
            let worker = workers.take()
            defer { workers.putBack(worker) }
            var passed: [MessageEntry] = []
            var losses = MessageLosses()
            _ = try worker.value.read(batch, order: direction, filter: filter, losses: &losses) { entry, _ in
                passed.append(entry)
            }
            return (passed, losses)
        } consume: { passed, losses in
            let goesOn = try await body(passed, losses)
            if !goesOn { isEnded = true }
            return goesOn
        }
        return isEnded
    }

    /// Encodes batches side by side and hands them on in order.
    func run<Output: Sendable>(
        _ encoder: BatchEncoder<Output>, filter: MessageFilter, next: () throws -> ArraySlice<MessageEntry>?,
        consume: (BatchEncoder<Output>.Batch) async throws -> Void
    ) async throws {
        try await orderedPipeline(width: Self.width, next: next) { batch in
            try await self.encode(batch, filter: filter, encoder)
        } consume: { done in
            try await consume(done)
            return true
        }
    }
}
