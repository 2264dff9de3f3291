internal import Dispatch
internal import Synchronization
internal import WeFlowSystem

/// SIGINT and SIGTERM for a command that runs until it is told to stop: the first lets it end well, within a limit; a
/// second ends the process at once. What comes right behind the first is the same: `timeout` and shells signal a
/// process and its group.
final class StopSignals: Sendable {
    private static let kinds = [Signal.interrupt, .terminate]
    /// Longer than a server takes to stop; what still runs then hangs.
    private static let patience = DispatchTimeInterval.seconds(8)
    /// Nanoseconds within which two signals are one.
    private static let echo: UInt64 = 100_000_000

    /// One signal's. Unchecked: Dispatch's objects may be used by any thread.
    private struct Source: @unchecked Sendable {
        let value: any DispatchSourceSignal
    }

    private let sources = Mutex<[Source]>([])
    /// When the first signal came; 0 as long as none did.
    private let first = Atomic<UInt64>(0)

    private init() {}

    /// Watches until it is cancelled.
    ///
    /// - Parameter stop: called at the first signal.
    /// - Returns: the watch, when it is sure that no signal gets lost.
    static func watch(_ stop: @escaping @Sendable () async -> Void) async -> StopSignals {
        // A queue of its own: the threads that tasks share may all be busy.
        let queue = DispatchQueue(label: "weflow.stop")
        let watch = StopSignals()
        for kind in kinds {
            #if canImport(Darwin)
                // The source only looks on there; elsewhere it takes the signal.
                kind.ignore()
            #endif
            let source = DispatchSource.makeSignalSource(signal: kind.number, queue: queue)
            source.setEventHandler {
                let now = DispatchTime.now().uptimeNanoseconds
                let (isFirst, time) = watch.first.compareExchange(
                    expected: 0, desired: now, ordering: .sequentiallyConsistent)
                guard isFirst else {
                    if now - time > echo { System.endNow(128 + kind.number) }
                    return
                }
                queue.asyncAfter(deadline: .now() + patience) { System.endNow(0) }
                Task { await stop() }
            }
            let (registered, register) = AsyncStream.makeStream(of: Void.self)
            source.setRegistrationHandler { register.finish() }
            source.resume()
            for await _ in registered {}
            let kept = Source(value: source)
            watch.sources.withLock { $0.append(kept) }
        }
        return watch
    }

    /// Gives the signals their own effect back. Where one came the process is about to end, and the watch goes on: what
    /// comes right behind the first must not hit it on its last steps.
    func cancel() {
        guard first.load(ordering: .sequentiallyConsistent) == 0 else { return }
        sources.withLock { sources in
            for source in sources { source.value.cancel() }
            sources = []
        }
        for kind in Self.kinds { kind.reset() }
    }
}
