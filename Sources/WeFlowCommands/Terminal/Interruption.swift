internal import Dispatch
internal import Synchronization
internal import WeFlowSystem

/// What is done when the run is interrupted, so that no half file stays behind; then the signal ends the process, so
/// that the shell sees what happened (130 after Ctrl-C).
final class CleanUps: Sendable {
    private let state = Mutex(State())

    private struct State {
        var next = 0
        var actions: [Int: @Sendable () -> Void] = [:]
        var sources: [any DispatchSourceSignal] = []
    }

    /// Adds an action; the signals are watched from the first one on.
    ///
    /// - Returns: what removes it again.
    func add(_ action: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            if state.sources.isEmpty { state.sources = watch() }
            state.next += 1
            state.actions[state.next] = action
            return state.next
        }
    }

    /// Removes an action, since what it would clean up is complete.
    func remove(_ id: Int) {
        state.withLock { _ = $0.actions.removeValue(forKey: id) }
    }

    private func run() {
        for action in state.withLock({ Array($0.actions.values) }) { action() }
    }

    private func watch() -> [any DispatchSourceSignal] {
        // A queue of its own has a thread of its own: the shared ones are busy with what is to be interrupted.
        let queue = DispatchQueue(label: "interruption", qos: .userInteractive)
        return [Signal.interrupt, .terminate, .hangUp].map { kind in
            #if canImport(Darwin)
                // Elsewhere the source itself puts a handler in the place of the signal's own action.
                kind.ignore()
            #endif
            let source = DispatchSource.makeSignalSource(signal: kind.number, queue: queue)
            source.setEventHandler { [weak self] in
                self?.run()
                kind.reset()
                kind.send()
            }
            source.resume()
            return source
        }
    }
}

/// Has something cleaned up where the run is interrupted during its own life.
final class Interruption {
    private let cleanUps: CleanUps
    private let id: Int

    /// Begins.
    init(_ cleanUps: CleanUps, _ action: @escaping @Sendable () -> Void) {
        self.cleanUps = cleanUps
        id = cleanUps.add(action)
    }

    deinit {
        cleanUps.remove(id)
    }
}
