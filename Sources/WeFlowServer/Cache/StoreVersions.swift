import Synchronization
import WeFlowStore
import WeFlowSystem

/// Numbers the states of an account: what was read under a number is as of now while the number stays.
///
/// Requests that come while a look at the databases is under way share the next one, which begins after all of them
/// have: none is told of a state older than itself, and under load one look serves many.
final class StoreVersions: Sendable {
    private typealias Waiting = CheckedContinuation<Int?, Never>

    private struct State {
        var number = 0
        var seen: StoreState?
        var store: HeldFolder?
        var isLooking = false
        var line: [Waiting] = []
    }

    private static let databases = [ContactTables.database, SessionTables.database, HeadImages.database]
    private let state = Mutex(State())
    /// Held by the loop that looks.
    private let looking = Mutex(())

    /// The number of the state as of now; nil where a database cannot be read.
    func number(of account: Account) async -> Int? {
        await withCheckedContinuation { (waiting: Waiting) in
            let isFirst = state.withLock { state in
                state.line.append(waiting)
                defer { state.isLooking = true }
                return !state.isLooking
            }
            if isFirst { look(at: account) }
        }
    }

    /// The number of the state as of now, where it can be told at once that it is the one that was seen last: on an event
    /// loop nobody waits for a file.
    ///
    /// Loops look one after the other, which takes microseconds: each would find the databases in the other's hands, which
    /// as a rule means that a query reads, and its requests would go to the workers for nothing.
    func numberIfUnchanged() -> Int? {
        let (seen, store, number) = state.withLock { ($0.seen, $0.store, $0.number) }
        guard let seen, let store, looking.withLock({ _ in seen.isCurrent(in: store) }) else { return nil }
        return number
    }

    /// Gives what is seen next a number of its own.
    func invalidate() { state.withLock { $0.seen = nil } }

    /// Looks, and looks again while there are requests that came meanwhile.
    private func look(at account: Account) {
        while true {
            let line = state.withLock { state in
                defer { state.line = [] }
                if state.line.isEmpty { state.isLooking = false }
                return state.line
            }
            guard !line.isEmpty else { return }
            // Before anything below it is looked at: what takes its place meanwhile has to be seen.
            let store = HeldFolder(account.folder.store)
            let found: StoreState?
            do {
                found = try StoreState(of: account, Self.databases, hasMessages: true)
            } catch {
                // The query itself will say why.
                found = nil
            }
            let number = state.withLock { state -> Int? in
                guard let found else { return nil }
                state.store = store
                if state.seen != found {
                    state.seen = found
                    state.number += 1
                }
                return state.number
            }
            for waiting in line { waiting.resume(returning: number) }
        }
    }
}
