package import WeFlowMedia
import WeFlowModel
package import WeFlowPages
package import WeFlowStore

/// Reads one chat for a copy that is kept: all of its messages in order, or single rows of it; and exports the media of
/// those that the copy does not have yet.
package struct ChatReader: Sendable {
    /// Where a message lies.
    package struct Place: Sendable, Hashable {
        /// Which of the chat's tables.
        package let table: Int
        /// The row's id in it.
        package let rowID: Int64

        /// Names a place.
        package init(table: Int, rowID: Int64) { (self.table, self.rowID) = (table, rowID) }
    }

    /// The file that belongs to a message, before anybody looked for it.
    package struct MediaWish: Sendable {
        fileprivate let request: MediaRequest
        /// What kind of file it is.
        package var kind: MediaKind { request.kind }
    }

    /// Takes a message, what belongs to it, and where it lies; the output is that of its batch.
    package typealias Taker<Output> = @Sendable (borrowing Message, Place, MediaWish?, inout Output) throws -> Void

    /// The chat.
    package let chat: Chat
    /// The chat's table in each shard that has one.
    package var tables: [MessageTable] { chat.tables }
    private let workers: WorkerPool
    private let media: MediaExporter?
    private let kinds: MediaKinds
    private let largestFile: Int64?

    private static let batchSize = 400
    private static let width = 3

    /// Puts a reader together of tables that are open already.
    ///
    /// - Parameters:
    ///   - talker: the session's id.
    ///   - tables: its tables, those of one chat in the order of their shards.
    ///   - names: display names, shared with other chats.
    ///   - account: whose chat it is.
    ///   - media: exports files; nil where none are wanted.
    ///   - kinds: which files are wanted.
    ///   - largestFile: the most bytes that a file of a message may have to be exported; nil for any.
    ///   - decoders: shared with the readers of other chats of the account.
    /// - Throws: why the owner's username cannot be told.
    package init(
        _ talker: String, tables: [MessageTable], names: LazyNames, in account: Account, media: MediaExporter?,
        kinds: MediaKinds, largestFile: Int64? = nil, decoders: RowDecoders? = nil
    ) throws(WeFlowError) {
        chat = try Chat(talker, tables: tables, names: names, in: account)
        workers = WorkerPool(chat, readsRecords: true, decoders: decoders)
        self.media = media
        self.kinds = kinds
        self.largestFile = largestFile
    }

    /// Reads all messages, oldest first.
    ///
    /// - Parameters:
    ///   - makeOutput: makes what the messages of one batch go into; called on several threads.
    ///   - take: takes each message; called on several threads, each with its own output.
    ///   - consume: takes the outputs in order.
    /// - Returns: what could not be read.
    /// - Throws: what `take` and `consume` throw; `.unavailable` where a database kept moving.
    package func all<Output: Sendable>(
        into makeOutput: @escaping @Sendable () -> Output, _ take: @escaping Taker<Output>,
        consume: (Output) async throws -> Void
    ) async throws -> MessageLosses {
        var losses = MessageLosses()
        guard !tables.isEmpty else { return losses }
        let order: MessageEntries
        do throws(PageFailure) {
            try workers.mapLeaves()
            order = try MessageEntries(tables, direction: .forward)
        } catch {
            throw error.error
        }
        let (workers, kinds) = (workers, kinds)
        var named = tables.map { _ in 0 }
        try await orderedPipeline(width: Self.width) { () throws -> [MessageEntry]? in
            do throws(PageFailure) {
                let batch = try order.next(Self.batchSize, ordersTies: false)
                for entry in batch { named[entry.table] += 1 }
                return batch.isEmpty ? nil : batch
            } catch {
                throw error.error
            }
        } work: { batch in
            var (output, losses) = (makeOutput(), MessageLosses())
            let worker = workers.take()
            defer { workers.putBack(worker) }
            _ = try worker.value.read(
                batch[...], order: .oldestFirst, filter: MessageFilter(), losses: &losses
            ) { entry, message in
                let wish = MediaRequest(entry, message, kinds: kinds).map { MediaWish(request: $0) }
                try take(message, Place(table: entry.table, rowID: entry.rowID), wish, &output)
            }
            return (output, losses)
        } consume: { output, lost in
            losses.add(lost)
            try await consume(output)
            return true
        }
        for page in order.damage { losses.add(page) }
        guard losses.pages.isEmpty else { return losses }
        do throws(PageFailure) {
            for page in try workers.unindexed(named) { losses.add(page) }
        } catch {
            throw error.error
        }
        return losses
    }

    /// Reads single messages.
    ///
    /// - Parameters:
    ///   - places: rows that are there; they are read in the order of their tables and ids.
    ///   - output: takes what `take` makes of them.
    ///   - take: takes each message.
    /// - Returns: what could not be read.
    /// - Throws: what `take` throws; `.unavailable` where a database kept moving.
    package func rows<Output>(
        _ places: ArraySlice<Place>, into output: inout Output, _ take: Taker<Output>
    ) throws -> MessageLosses {
        var losses = MessageLosses()
        let worker = workers.take()
        defer { workers.putBack(worker) }
        // Each has a number of its own, so that their order is kept.
        let entries = places.enumerated().map { number, place in
            MessageEntry(sequence: Int64(number), rowID: place.rowID, table: place.table)
        }
        _ = try worker.value.read(
            entries[...], order: .oldestFirst, filter: MessageFilter(), losses: &losses
        ) { entry, message in
            let wish = MediaRequest(entry, message, kinds: kinds).map { MediaWish(request: $0) }
            try take(message, Place(table: entry.table, rowID: entry.rowID), wish, &output)
        }
        return losses
    }

    /// Exports files.
    ///
    /// - Returns: what became of each, in order, and what else is to be said of them.
    /// - Throws: `.system` where the export folder cannot be written to; `CancellationError`.
    package func export(
        _ wishes: [MediaWish]
    ) async throws -> (outcomes: [MediaOutcome], notes: [WeFlowError]) {
        guard let media else { return ([], []) }
        let requests = wishes.map { wish in
            var request = wish.request
            request.largestFile = largestFile
            return request
        }
        let batch = try await media.export(requests, of: chat)
        return (batch.outcomes, batch.notes)
    }
}
