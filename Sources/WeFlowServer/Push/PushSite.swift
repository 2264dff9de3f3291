import Synchronization
public import WeFlowPages
public import WeFlowQuery
import WeFlowStore

/// What the endpoints of new messages and of push keep between requests.
public struct PushSite: Sendable {
    /// The settings as of now: push can be switched while the server runs.
    let settings: @Sendable () throws(WeFlowError) -> ServeSettings
    /// How often a stream shows that it is alive.
    let pingTime: Duration
    private let watches: Watches

    /// Puts it together; nothing is watched yet.
    ///
    /// - Parameters:
    ///   - state: `$XDG_STATE_HOME/weflow`, where the journal lies.
    ///   - pingTime: how often a stream shows that it is alive.
    ///   - settings: gives the settings as of now.
    public init(
        state: StateFolder, pingTime: Duration = .seconds(25),
        settings: @escaping @Sendable () throws(WeFlowError) -> ServeSettings
    ) {
        (self.settings, self.pingTime) = (settings, pingTime)
        watches = Watches(state)
    }

    /// The watch of an account.
    func watch(of account: Account) -> ArrivalWatch { watches.watch(of: account) }

    /// Ends what waits and what streams.
    func stop() { watches.stop() }

    /// The watch of the account that was asked for last: there is one, unless its key or folder changed.
    private final class Watches: Sendable {
        private let state: StateFolder
        private let last = Mutex<(watch: ArrivalWatch?, isOver: Bool)>((nil, false))

        init(_ state: StateFolder) { self.state = state }

        func watch(of account: Account) -> ArrivalWatch {
            let (old, watch) = last.withLock { last -> (ArrivalWatch?, ArrivalWatch) in
                if let watch = last.watch, watch.journal.account === account { return (nil, watch) }
                let watch = ArrivalWatch(ArrivalJournal(of: account, in: state))
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
