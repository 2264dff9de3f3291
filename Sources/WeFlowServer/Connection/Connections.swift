import NIOCore
import Synchronization

/// The open connections and which of them are idle.
///
/// There is a limit to their number: one more than that closes the connection that has been idle longest, so a
/// client that holds thousands of idle connections loses its own and takes nothing from others. Where all are busy,
/// the newcomer is closed.
final class Connections: Sendable {
    typealias Identifier = UInt64

    private struct State {
        var next: Identifier = 0
        /// Every open connection.
        var open: [Identifier: any Channel] = [:]
        /// The idle ones, with the turn in which each became idle.
        var idle: [Identifier: UInt64] = [:]
        var turn: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// The number of open connections.
    var count: Int { state.withLock { $0.open.count } }

    /// Takes in a connection, idle at first. Where the limit is passed, closes the one that has been idle longest.
    func opened(_ channel: any Channel) -> Identifier {
        let (identifier, surplus) = state.withLock { state -> (Identifier, (any Channel)?) in
            var surplus: (any Channel)?
            let identifier = state.next
            state.next += 1
            if state.open.count >= limit {
                guard let oldest = state.idle.min(by: { $0.value < $1.value })?.key else {
                    return (identifier, channel)
                }
                state.idle[oldest] = nil
                surplus = state.open.removeValue(forKey: oldest)
            }
            state.open[identifier] = channel
            state.idle[identifier] = state.turn
            state.turn += 1
            return (identifier, surplus)
        }
        surplus?.close(promise: nil)
        return identifier
    }

    /// The connection has a request to answer.
    func becameBusy(_ identifier: Identifier) {
        state.withLock { _ = $0.idle.removeValue(forKey: identifier) }
    }

    /// The connection has answered everything.
    func becameIdle(_ identifier: Identifier) {
        state.withLock { state in
            guard state.open[identifier] != nil else { return }
            state.idle[identifier] = state.turn
            state.turn += 1
        }
    }

    /// The connection is gone.
    func closed(_ identifier: Identifier) {
        state.withLock { state in
            state.open[identifier] = nil
            state.idle[identifier] = nil
        }
    }

    /// Closes every connection, whatever it does.
    func closeAll() {
        let all = state.withLock { Array($0.open.values) }
        for channel in all { channel.close(promise: nil) }
    }
}
