import NIOCore
import Synchronization

/// The open connections and since when they are idle.
///
/// There is a limit to their number: one more than that closes the connection that has been idle longest, so a
/// client that holds thousands of idle connections loses its own and takes nothing from others. Where all are busy,
/// the newcomer is closed.
final class Connections: Sendable {
    /// The place of one connection among them.
    final class Place: Sendable {
        fileprivate static let busy = UInt64.max
        fileprivate let idleSince = Atomic(UInt64(0))

        /// The connection has a request to answer.
        func becameBusy() { idleSince.store(Self.busy, ordering: .relaxed) }

        /// The connection has answered everything.
        func becameIdle() { idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
    }

    private struct State {
        /// Every open connection.
        var open: [ObjectIdentifier: (place: Place, channel: any Channel)] = [:]
        /// Tasks that still run: one that was cancelled takes its time to notice.
        var tasks = 0
        var isStopping = false
        var waiting: [CheckedContinuation<Void, Never>] = []

        var isEmpty: Bool { open.isEmpty && tasks == 0 }

        /// Who waits for all to be over, where it is.
        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            guard isEmpty else { return [] }
            defer { waiting = [] }
            return waiting
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// The number of open connections.
    var count: Int { state.withLock { $0.open.count } }

    /// Takes in a connection, idle at first. Where the limit is passed, closes the one that has been idle longest.
    func opened(_ channel: any Channel) -> Place {
        let place = Place()
        place.becameIdle()
        let (surplus, isStopping) = state.withLock { state -> ((any Channel)?, Bool) in
            var surplus: (any Channel)?
            if state.open.count >= limit {
                let oldest = state.open.lazy.map { ($0.key, $0.value.place.idleSince.load(ordering: .relaxed)) }
                    .min { $0.1 < $1.1 }
                if let oldest, oldest.1 != Place.busy {
                    surplus = state.open.removeValue(forKey: oldest.0)?.channel
                } else {
                    surplus = channel
                }
            }
            state.open[ObjectIdentifier(place)] = (place, channel)
            return (surplus, state.isStopping)
        }
        surplus?.close(promise: nil)
        if isStopping { Self.tellToStop(channel) }
        return place
    }

    /// The connection is gone.
    func closed(_ place: Place) {
        let waiting = state.withLock { state in
            state.open[ObjectIdentifier(place)] = nil
            return state.takeWaiting()
        }
        for waiting in waiting { waiting.resume() }
    }

    /// A task works for a connection.
    func taskBegan() { state.withLock { $0.tasks += 1 } }

    /// It does no longer.
    func taskEnded() {
        let waiting = state.withLock { state in
            state.tasks -= 1
            return state.takeWaiting()
        }
        for waiting in waiting { waiting.resume() }
    }

    /// Tells every connection that the server stops: those that have nothing to answer close, the others behind their
    /// answer.
    func stop() {
        let all = state.withLock { state in
            state.isStopping = true
            return state.open.values.map(\.channel)
        }
        for channel in all { Self.tellToStop(channel) }
    }

    private static func tellToStop(_ channel: any Channel) {
        channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    /// Closes every connection, whatever it does.
    func closeAll() {
        let all = state.withLock { $0.open.values.map(\.channel) }
        for channel in all { channel.close(promise: nil) }
    }

    /// Waits until there is no connection, and nothing works for one.
    func allEnded() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.isEmpty { state.waiting.append(continuation) }
                return state.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}
