import NIOCore
import Synchronization

/// The open connections and since when they are idle.
///
/// There is a limit to their number: one more than that closes the connection that has been idle longest, so a
/// client that holds thousands of idle connections loses its own and takes nothing from others. Where all are busy,
/// the newcomer is closed.
final class Connections: Sendable {
    /// The place of one connection among them.
    final class Idleness: Sendable {
        fileprivate static let busy = UInt64.max
        fileprivate let idleSince = Atomic(UInt64(0))

        /// The connection has a request to answer.
        func becameBusy() { idleSince.store(Self.busy, ordering: .relaxed) }

        /// The connection has answered everything.
        func becameIdle() { idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
    }

    private let limit: Int
    /// Every open connection.
    private let open = Mutex<[ObjectIdentifier: (place: Idleness, channel: any Channel)]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// The number of open connections.
    var count: Int { open.withLock { $0.count } }

    /// Takes in a connection, idle at first. Where the limit is passed, closes the one that has been idle longest.
    func opened(_ channel: any Channel) -> Idleness {
        let place = Idleness()
        place.becameIdle()
        let surplus = open.withLock { open -> (any Channel)? in
            var surplus: (any Channel)?
            if open.count >= limit {
                let oldest = open.lazy.map { ($0.key, $0.value.place.idleSince.load(ordering: .relaxed)) }
                    .min { $0.1 < $1.1 }
                guard let oldest, oldest.1 != Idleness.busy else { return channel }
                surplus = open.removeValue(forKey: oldest.0)?.channel
            }
            open[ObjectIdentifier(place)] = (place, channel)
            return surplus
        }
        surplus?.close(promise: nil)
        return place
    }

    /// The connection is gone.
    func closed(_ place: Idleness) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(place)) }
    }

    /// Closes every connection, whatever it does.
    func closeAll() {
        let all = open.withLock { $0.values.map(\.channel) }
        for channel in all { channel.close(promise: nil) }
    }
}
