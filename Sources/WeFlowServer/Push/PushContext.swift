import Synchronization
import WeFlowArrivals
public import WeFlowPages
import WeFlowQuery
public import WeFlowState
import WeFlowStore
import WeFlowSystem

/// What the endpoints of new messages and of push keep between requests.
public struct PushContext: Sendable {
    /// The settings as of now: push can be switched while the server runs.
    let settings: @Sendable () throws(WeFlowError) -> ServeSettings
    /// The answers that stay open.
    let openAnswers: OpenAnswers
    private let pingTime: Duration
    private let clock: any _Concurrency.Clock<Duration>
    private let watches: Watches

    /// Puts it together; nothing is watched yet.
    ///
    /// - Parameters:
    ///   - state: `$XDG_STATE_HOME/weflow`, where the journal lies.
    ///   - pingTime: how often a stream shows that it is alive.
    ///   - lookTime: how often it is looked whether what let an open answer in still holds.
    ///   - clock: what `pingTime` goes by.
    ///   - warn: is told what streams lack, each sentence once.
    ///   - settings: gives the settings as of now.
    public init(
        state: StateFolder, pingTime: Duration = .seconds(15), lookTime: Duration = .milliseconds(500),
        clock: any _Concurrency.Clock<Duration> = ContinuousClock(),
        warn: @escaping @Sendable (String) -> Void = { _ in },
        settings: @escaping @Sendable () throws(WeFlowError) -> ServeSettings
    ) {
        (self.settings, self.pingTime, self.clock) = (settings, pingTime, clock)
        openAnswers = OpenAnswers(lookingEvery: lookTime, settings: settings)
        watches = Watches(state, warn)
    }

    /// Calls `beat` by the clock alone, every time that a stream has to show that it is alive.
    ///
    /// - Returns: what is cancelled to end it.
    func heartbeat(_ beat: @escaping @Sendable () -> Void) -> Task<Void, any Error> {
        Self.heartbeat(every: pingTime, on: clock, beat)
    }

    private static func heartbeat(
        every time: Duration, on clock: some _Concurrency.Clock<Duration>, _ beat: @escaping @Sendable () -> Void
    ) -> Task<Void, any Error> {
        let start = clock.now
        return Task {
            var due = start.advanced(by: time)
            while true {
                try await clock.sleep(until: due, tolerance: .zero)
                beat()
                due = due.advanced(by: time)
                // A machine that slept through several makes up for one of them.
                if due < clock.now { due = clock.now.advanced(by: time) }
            }
        }
    }

    /// The watch of an account.
    func watch(of account: Account) -> ArrivalWatch { watches.watch(of: account) }

    /// Ends what waits and what streams.
    func stop() { watches.stop() }

    /// The watch of the account that was asked for last: there is one, unless its key or folder changed.
    private final class Watches: Sendable {
        private let state: StateFolder
        private let warn: @Sendable (String) -> Void
        private let last = Mutex<(watch: ArrivalWatch?, isOver: Bool)>((nil, false))

        init(_ state: StateFolder, _ warn: @escaping @Sendable (String) -> Void) {
            (self.state, self.warn) = (state, warn)
        }

        func watch(of account: Account) -> ArrivalWatch {
            let (old, watch) = last.withLock { last -> (ArrivalWatch?, ArrivalWatch) in
                if let watch = last.watch, watch.journal.account === account { return (nil, watch) }
                let watch = ArrivalWatch(ArrivalJournal(of: account, in: state), warn: warn)
                if last.isOver { watch.stop() }
                defer { last.watch = watch }
                return (last.watch, watch)
            }
            old?.stop()
            return watch
        }

        func stop() {
            let watch = last.withLock { last in
                last.isOver = true
                return last.watch
            }
            watch?.stop()
        }
    }
}
