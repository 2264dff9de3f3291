internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGINT and SIGTERM for a command that runs until it is told to stop: the first lets it end well, within a limit; a
/// second ends the process at once. What comes right behind the first is the same: `timeout` and shells signal a
/// process and its group.
final class StopSignals {
    private static let numbers = [SIGINT, SIGTERM]
    /// Longer than a server takes to stop; what still runs then hangs.
    private static let patience = DispatchTimeInterval.seconds(8)
    /// Nanoseconds within which two signals are one.
    private static let echo: UInt64 = 100_000_000

    private let sources: [any DispatchSourceSignal]

    private init(_ sources: [any DispatchSourceSignal]) {
        self.sources = sources
    }

    /// Watches until it is cancelled.
    ///
    /// - Parameter stop: called at the first signal.
    /// - Returns: the watch, when it is sure that no signal gets lost.
    static func watch(_ stop: @escaping @Sendable () async -> Void) async -> StopSignals {
        // A queue of its own: the threads that tasks share may all be busy.
        let queue = DispatchQueue(label: "weflow.stop")
        let first = First()
        var sources: [any DispatchSourceSignal] = []
        for number in numbers {
            #if canImport(Darwin)
                // The source only looks on there; elsewhere it takes the signal.
                signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let now = DispatchTime.now().uptimeNanoseconds
                if let time = first.time(now) {
                    if now - time > echo { _exit(128 + number) }
                    return
                }
                queue.asyncAfter(deadline: .now() + patience) { _exit(0) }
                Task { await stop() }
            }
            let (registered, register) = AsyncStream.makeStream(of: Void.self)
            source.setRegistrationHandler { register.finish() }
            source.resume()
            for await _ in registered {}
            sources.append(source)
        }
        return StopSignals(sources)
    }

    /// Gives the signals their own effect back.
    func cancel() {
        for source in sources { source.cancel() }
        for number in Self.numbers { signal(number, SIG_DFL) }
    }

    /// When the first signal came.
    private final class First: Sendable {
        private let time = Atomic<UInt64>(0)

        /// The time of the first call, nil for that one itself.
        func time(_ now: UInt64) -> UInt64? {
            let (isFirst, time) = time.compareExchange(expected: 0, desired: now, ordering: .sequentiallyConsistent)
            return isFirst ? nil : time
        }
    }
}
