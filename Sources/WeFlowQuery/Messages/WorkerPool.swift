import Synchronization
import WeFlowPages
import WeFlowStore

/// Workers that are not at work, kept with their caches for the next batch.
final class WorkerPool: Sendable {
    /// A worker on its way from one thread to another; one batch at a time holds it.
    struct Handle: @unchecked Sendable {
        let value: MessageWorker
    }

    private struct State {
        var idle: [Handle] = []
        /// A map for each table, once they are made.
        var leaves: [MappedLeaves?] = []
    }

    /// The leaves of a table, and the count of those that were read.
    struct MappedLeaves: Sendable {
        let map: LeafMap
        let tally: LeafTally
    }

    private let chat: Chat
    private let readsRecords: Bool
    private let readsLinks: Bool
    private let decoders: RowDecoders?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - chat: what is read.
    ///   - readsRecords: whether forwarded records are taken apart.
    ///   - readsLinks: whether addresses and descriptions of cards are read.
    ///   - decoders: of the readers of other chats of the account, which all read the same; nil for this one alone.
    init(_ chat: Chat, readsRecords: Bool, readsLinks: Bool = true, decoders: RowDecoders? = nil) {
        self.chat = chat
        self.readsRecords = readsRecords
        self.readsLinks = readsLinks
        self.decoders = decoders
    }

    deinit {
        guard let decoders else { return }
        for worker in state.withLock({ $0.idle }) { decoders.putBack(worker.value.decoding.decoder) }
    }

    /// Maps the leaves of all tables for the workers to come, which pays where most rows are read.
    ///
    /// - Throws: `.moved` where a database changed under a snapshot without a lock.
    func mapLeaves() throws(PageFailure) {
        guard state.withLock({ $0.leaves.isEmpty }) else { return }
        var leaves: [MappedLeaves?] = []
        for table in chat.tables {
            leaves.append(try table.leaves().map { MappedLeaves(map: $0, tally: LeafTally($0)) })
        }
        state.withLock { state in
            state.leaves = leaves
            state.idle = []
        }
    }

    /// How many leaves each table has; nil where one of them is not known.
    var leafCounts: [Int]? {
        let counts = state.withLock { $0.leaves.compactMap { $0?.map.count } }
        return counts.count == chat.tables.count ? counts : nil
    }

    /// The tables with more rows than their order named, once all that it named were read.
    ///
    /// - Parameter named: how many rows of each table were named.
    /// - Returns: of each such table, that its order leaves rows out.
    /// - Throws: `.moved` where a database changed under a snapshot without a lock.
    func unindexed(_ named: [Int]) throws(PageFailure) -> [PageFailure] {
        var failures: [PageFailure] = []
        for (place, leaves) in state.withLock({ $0.leaves }).enumerated() {
            guard let leaves else { continue }
            let table = chat.tables[place]
            do throws(PageFailure) {
                if try leaves.tally.total(leaves.map, in: table.snapshot) > named[place] {
                    failures.append(table.unindexed)
                }
            } catch {
                if error.reason == .moved { throw error }
                // It holds rows that nobody named, or none: there is no telling.
                failures.append(error)
            }
        }
        return failures
    }

    /// An idle worker, or a new one.
    func take() -> Handle {
        let (idle, leaves) = state.withLock { ($0.idle.popLast(), $0.leaves) }
        return idle
            ?? Handle(
                value: MessageWorker(
                    chat, leaves: leaves, readsRecords: readsRecords, readsLinks: readsLinks, decoder: decoders?.take())
            )
    }

    /// Puts a worker back.
    func putBack(_ worker: Handle) {
        state.withLock { $0.idle.append(worker) }
    }
}
