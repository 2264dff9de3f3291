import WeFlowModel
import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// How many batches are read in search of senders; nearly everyone is met in them.
    static let readForSenders = 10

    /// Finds the first message of each sender among those that pass the filter, which names no keyword, and the messages
    /// whose rows do not say who sent them.
    ///
    /// - Parameter losses: takes what cannot be read.
    /// - Returns: the messages in order; nil as for ``search(_:)``.
    /// - Throws: `.unavailable` where a database kept moving.
    func firstOfSenders(_ losses: inout MessageLosses) async throws -> [MessageEntry]? {
        if let found = try indexedFirstOfSenders() { return found }
        return try await scannedFirstOfSenders(&losses)
    }

    /// Finds the first message of each sender without reading most of the others: the indexes say who sends at all, and
    /// nearly everyone is met near the beginning.
    ///
    /// - Parameters:
    ///   - most: how many batches are read before the indexes are asked for the rows of those who were not met.
    ///   - trustsPages: whether pages hold what was written, as those do that were verified, and so indexes all rows;
    ///     told by the tables unless it is given.
    /// - Returns: the messages in order, and others that bring nobody new; nil where there are filters, where an index
    ///   is missing or damaged, and where it is no help.
    /// - Throws: `.unavailable` where a database kept moving.
    func indexedFirstOfSenders(
        reading most: Int = readForSenders, trustsPages: Bool? = nil
    ) throws -> [MessageEntry]? {
        guard filter.isOpen, chat.tables.allSatisfy({ trustsPages ?? $0.snapshot.isEncrypted }),
            var senders = try IndexedSenders.of(chat)
        else { return nil }
        let order = try entries()
        let worker = workers.take()
        defer { workers.putBack(worker) }
        var found: [MessageEntry] = []
        var losses = MessageLosses()
        var batches = 0
        while senders.areMissing {
            if batches == most, try !senders.findRows() { return nil }
            guard var batch = try Self.batch(order) else { break }
            if batches >= most {
                guard let wanted = try senders.wanted(of: batch) else { return nil }
                batch = wanted
            }
            _ = try worker.value.read(
                batch, order: request.order, filter: filter, depth: .sender, losses: &losses
            ) { entry, message in
                if senders.meets(message) { found.append(entry) }
            }
            batches += 1
        }
        return losses.isPartial || !order.damage.isEmpty ? nil : found
    }

    /// Finds the first message of each sender, and the messages whose rows do not say who sent them, by reading the tables
    /// as they lie.
    ///
    /// - Parameter losses: takes what cannot be read.
    /// - Returns: the messages in order; nil as for ``search(_:)``.
    /// - Throws: `.unavailable` where a database kept moving.
    private func scannedFirstOfSenders(_ losses: inout MessageLosses) async throws -> [MessageEntry]? {
        let (filter, order) = (filter, request.order)
        var all = SenderFirsts(order)
        var lost = MessageLosses()
        let isDone = try await asTheyLie { worker, table, leaves in
            var losses = MessageLosses()
            let found = try worker.scanSenders(table, leaves, filter: filter, order: order, losses: &losses)
            return (found, losses)
        } consume: { found, losses in
            lost.add(losses)
            all.add(found)
            return all.count <= Self.mostFound
        }
        guard isDone else { return nil }
        losses.add(lost)
        return inOrder(all.places)
    }
}
