internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is to be done when the run is interrupted, so that no half file stays behind.
final class CleanUps: Sendable {
    private let state = Mutex<(next: Int, actions: [Int: @Sendable () -> Void])>((0, [:]))

    /// Adds an action.
    ///
    /// - Returns: what removes it again.
    func add(_ action: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.actions[state.next] = action
            return state.next
        }
    }

    /// Removes an action, since what it would clean up is complete.
    func remove(_ id: Int) {
        state.withLock { _ = $0.actions.removeValue(forKey: id) }
    }

    /// Does all that is to be done.
    func run() {
        for action in state.withLock({ Array($0.actions.values) }) { action() }
    }
}

/// Cleans up when the run is interrupted, and then lets the signal end the process, so that the shell sees what happened
/// (130 after Ctrl-C).
final class Interruption {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]
    private let sources: [any DispatchSourceSignal]
    private let cleanUps: CleanUps
    private let id: Int

    /// Watches for the time of its own life.
    ///
    /// - Parameters:
    ///   - cleanUps: takes the action; whichever of several watches sees the signal first does all of them.
    ///   - action: cleans up.
    init(_ cleanUps: CleanUps, _ action: @escaping @Sendable () -> Void) {
        self.cleanUps = cleanUps
        id = cleanUps.add(action)
        sources = Self.numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                cleanUps.run()
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in Self.numbers { signal(number, SIG_DFL) }
        cleanUps.remove(id)
    }
}
