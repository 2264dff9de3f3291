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
        var leaves: [LeafMap?] = []
    }

    private let chat: Chat
    private let readsRecords: Bool
    private let state = Mutex(State())

    init(_ chat: Chat, readsRecords: Bool) {
        self.chat = chat
        self.readsRecords = readsRecords
    }

    /// Maps the leaves of all tables for the workers to come, which pays where most rows are read.
    ///
    /// - Throws: `.moved` where a database changed under a snapshot without a lock.
    func mapLeaves() throws(PageFailure) {
        guard state.withLock({ $0.leaves.isEmpty }) else { return }
        var leaves: [LeafMap?] = []
        for table in chat.tables { leaves.append(try table.leaves()) }
        state.withLock { state in
            state.leaves = leaves
            state.idle = []
        }
    }

    /// How many leaves each table has; nil where one of them is not known.
    var leafCounts: [Int]? {
        let counts = state.withLock { $0.leaves.compactMap { $0?.count } }
        return counts.count == chat.tables.count ? counts : nil
    }

    /// An idle worker, or a new one.
    func take() -> Handle {
        let (idle, leaves) = state.withLock { ($0.idle.popLast(), $0.leaves) }
        return idle ?? Handle(value: MessageWorker(chat, leaves: leaves, readsRecords: readsRecords))
    }

    /// Puts a worker back.
    func give(_ worker: Handle) {
        state.withLock { $0.idle.append(worker) }
    }
}
