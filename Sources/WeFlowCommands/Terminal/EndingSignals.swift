internal import Dispatch
internal import Synchronization
internal import WeFlowSystem

/// The signals that end a command whose work can be broken off: it is told, has a moment to leave nothing half behind, and
/// ends with 128 and the signal's number.
final class EndingSignals: Sendable {
    private static let kinds = [Signal.hangUp, .interrupt, .terminate]
    /// What has not ended by then waits for a reader of its output.
    private static let patience = DispatchTimeInterval.milliseconds(500)

    private struct State: @unchecked Sendable {
        // Unchecked: Dispatch's objects may be used by any thread.
        var sources: [any DispatchSourceSignal] = []
        var number: Int32?
    }

    private let state = Mutex(State())

    /// Watches until it is cancelled.
    ///
    /// - Parameter breakOff: called at the first signal, on another thread.
    init(_ breakOff: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "weflow.ending", qos: .userInteractive)
        for kind in Self.kinds {
            let number = kind.number
            #if canImport(Darwin)
                // The source only looks on there; elsewhere it takes the signal.
                kind.ignore()
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [weak self] in
                let isFirst = self?.state.withLock { state in
                    defer { state.number = state.number ?? number }
                    return state.number == nil
                }
                guard isFirst == true else { System.endNow(128 + number) }
                breakOff()
                queue.asyncAfter(deadline: .now() + Self.patience) { System.endNow(128 + number) }
            }
            source.resume()
            state.withLock { $0.sources.append(source) }
        }
    }

    /// The signal that came, nil where none did.
    var number: Int32? { state.withLock { $0.number } }

    /// Watches no longer.
    func cancel() {
        state.withLock { state in
            for source in state.sources { source.cancel() }
            state.sources = []
        }
    }
}
