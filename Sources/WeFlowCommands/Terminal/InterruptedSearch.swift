internal import Dispatch
internal import WeFlowSearch
internal import WeFlowSystem

/// Ctrl-C during a search: the first ends the search, so that what was found is printed; a second ends the process.
final class InterruptedSearch: Sendable {
    /// What ends the search.
    let stop = SearchStop()
    private let source: Source

    /// Unchecked: Dispatch's objects may be used by any thread.
    private struct Source: @unchecked Sendable {
        let value: any DispatchSourceSignal
    }

    /// Begins to watch.
    init() {
        #if canImport(Darwin)
            // Elsewhere the source itself puts a handler in the place of the signal's own action.
            Signal.interrupt.ignore()
        #endif
        // A queue of its own has a thread of its own: the shared ones are busy with the search.
        let queue = DispatchQueue(label: "interrupted search", qos: .userInteractive)
        let source = DispatchSource.makeSignalSource(signal: Signal.interrupt.number, queue: queue)
        self.source = Source(value: source)
        let stop = stop
        source.setEventHandler {
            stop.stop()
            Signal.interrupt.reset()
        }
        source.resume()
    }

    /// Whether the search was ended.
    var isInterrupted: Bool { stop.isStopped }

    /// Lets Ctrl-C end the process again.
    func end() {
        source.value.cancel()
        Signal.interrupt.reset()
    }
}
