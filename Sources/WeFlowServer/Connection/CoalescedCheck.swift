import NIOCore

/// Looks at the databases and the token for the requests of one event loop.
///
/// Requests that are read in one turn of the loop share one look, which begins after all of them have arrived: none is
/// told of a state older than itself.
final class CoalescedCheck {
    private let loop: any EventLoop
    private var line: [(Responder.Seen) -> Void] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Looks at the end of this turn.
    ///
    /// - Parameters:
    ///   - responder: looks.
    ///   - done: called with what was seen then.
    func join(_ responder: Responder, _ done: @escaping (Responder.Seen) -> Void) {
        line.append(done)
        guard line.count == 1 else { return }
        loop.assumeIsolated().execute { [self] in
            let waiting = line
            line.removeAll(keepingCapacity: true)
            let seen = responder.look()
            for done in waiting { done(seen) }
        }
    }
}
