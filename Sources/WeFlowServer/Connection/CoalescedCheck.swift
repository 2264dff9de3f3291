import NIOCore

/// Looks at the databases for the requests of one event loop.
///
/// Requests that are read in one turn of the loop share one look, which begins after all of them have arrived: none is
/// told of a state older than itself.
final class CoalescedCheck {
    private let loop: any EventLoop
    private var line: [(Int?) -> Void] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Looks at the end of this turn.
    ///
    /// - Parameters:
    ///   - answers: numbers the states of the databases.
    ///   - done: called with the number as of then; with nil where it cannot be told at once.
    func join(_ answers: AnswerCache, _ done: @escaping (Int?) -> Void) {
        line.append(done)
        guard line.count == 1 else { return }
        loop.assumeIsolated().execute { [self] in
            let waiting = line
            line.removeAll(keepingCapacity: true)
            let number = answers.numberIfUnchanged()
            for done in waiting { done(number) }
        }
    }
}
