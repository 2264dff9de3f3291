internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGINT and SIGTERM for a command that runs until it is told to stop: the first lets it end well, within a limit; a
/// second ends the process at once.
final class StopSignals {
    private static let numbers = [SIGINT, SIGTERM]
    /// Longer than a server takes to stop; what still runs then hangs.
    private static let patience = DispatchTimeInterval.seconds(8)

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
        let first = Once()
        var sources: [any DispatchSourceSignal] = []
        for number in numbers {
            #if canImport(Darwin)
                // The source only looks on there; elsewhere it takes the signal.
                signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                guard first.isNow() else { _exit(128 + number) }
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

    /// True once.
    private final class Once: Sendable {
        private let isOver = Atomic(false)

        func isNow() -> Bool {
            !isOver.exchange(true, ordering: .sequentiallyConsistent)
        }
    }
}
