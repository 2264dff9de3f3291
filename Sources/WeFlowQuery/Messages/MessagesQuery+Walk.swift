import WeFlowModel
import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// How far a walk over all messages got.
    struct Progress {
        var toSkip: Int
        var last: MessagePlace?
        var restarts = 0
    }

    /// Encodes what a walk has not handed on yet.
    func encodeRest<Output: Sendable>(
        _ progress: inout Progress, _ losses: inout MessageLosses, _ depth: MessageDepth, _ media: MediaExporter?,
        _ makeOutput: @escaping @Sendable () -> Output,
        _ encode: @escaping @Sendable (borrowing Message, inout Output) throws -> Void,
        _ consumeOutput: (Output) async throws -> Void
    ) async throws {
        losses.add(initialLosses)
        guard !filter.isEmpty, !chat.tables.isEmpty else { return }
        try readMost()
        func consume(_ output: Output, _ last: MessagePlace?, _ lost: MessageLosses) async throws {
            losses.add(lost)
            try await consumeOutput(output)
            progress.last = last ?? progress.last
            progress.toSkip = 0
        }
        if progress.last == nil, let found = try await found(progress, depth, &losses) {
            var rest = found.dropFirst(progress.toSkip)
            try await run(
                next: {
                    let batch = rest.prefix(Self.batchSize)
                    rest = rest.dropFirst(Self.batchSize)
                    return batch.isEmpty ? nil : batch
                }, filter: MessageFilter(), depth, media, makeOutput, encode, consume: consume)
            return
        }
        let order = try entries(after: progress.last)
        let isWhole = progress.last == nil && progress.toSkip == 0
        var named = chat.tables.map { _ in 0 }
        if filter.isOpen || progress.toSkip == 0 {
            do throws(PageFailure) {
                _ = try order.skip(progress.toSkip)
            } catch {
                throw error.error
            }
            try await run(
                next: {
                    let batch = try Self.batch(order)
                    for entry in batch ?? [] { named[entry.table] += 1 }
                    return batch
                }, filter: filter, depth, media, makeOutput, encode, consume: consume)
        } else {
            _ = try await matches(order) { batch, lost in
                losses.add(lost)
                let passed = min(progress.toSkip, batch.count)
                let done = try await self.encode(
                    batch[passed...], filter: MessageFilter(), depth, media, makeOutput, encode)
                losses.add(done.losses)
                try await consumeOutput(done.output)
                progress.toSkip -= passed
                progress.last = done.last ?? progress.last
                return true
            }
        }
        for page in order.damage { losses.add(page) }
        // Of pages that cannot be read nobody knows how many rows they hold.
        guard isWhole, losses.pages.isEmpty else { return }
        do throws(PageFailure) {
            for page in try workers.unindexed(named) { losses.add(page) }
        } catch {
            throw error.error
        }
    }

    /// The messages of a walk that begins, where they are better found before it; else nil.
    private func found(
        _ progress: Progress, _ depth: MessageDepth, _ losses: inout MessageLosses
    ) async throws -> [MessageEntry]? {
        if depth == .sender, progress.toSkip == 0, filter.keyword == nil { return try await firstOfSenders(&losses) }
        return filter.isOpen ? nil : try await search(&losses)
    }

    /// What is known to be missing before anything is read.
    var initialLosses: MessageLosses {
        var losses = MessageLosses()
        for shard in chat.lostShards { losses.add(shard) }
        return losses
    }

    /// The chat's entries in order, from behind a place on.
    func entries(after place: MessagePlace? = nil) throws(WeFlowError) -> MessageEntries {
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
            defer { workers.give(worker) }
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
        next: () throws -> ArraySlice<MessageEntry>?, filter: MessageFilter, _ depth: MessageDepth,
        _ media: MediaExporter?,
        _ makeOutput: @escaping @Sendable () -> Output,
        _ encode: @escaping @Sendable (borrowing Message, inout Output) throws -> Void,
        consume: (Output, MessagePlace?, MessageLosses) async throws -> Void
    ) async throws {
        try await orderedPipeline(width: Self.width, next: next) { batch in
            try await self.encode(batch, filter: filter, depth, media, makeOutput, encode)
        } consume: { done in
            try await consume(done.output, done.last, done.losses)
            return true
        }
    }
}
