internal import Dispatch
internal import WeFlowPages
internal import WeFlowSystem

/// Notices that nobody reads an output any more, while nothing is written to it.
struct OutputWatch: Sendable {
    private let wake: WakePipe

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - output: the descriptor; one below 0 is never gone.
    ///   - onGone: called at most once, on a thread of its own.
    /// - Throws: `.system` where there are no descriptors left.
    init(_ output: Int32, onGone: @escaping @Sendable () -> Void) throws(WeFlowError) {
        do {
            wake = try WakePipe()
        } catch {
            throw .system("the output cannot be watched", error)
        }
        // The wait blocks its thread, so it gets one of its own.
        DispatchQueue(label: "weflow.output").async { [wake] in
            let interests = [Poll.Interest.readable(wake.readEnd), .gone(output < 0 ? nil : Descriptor(output))]
            while true {
                let answers = Poll.wait(for: interests, milliseconds: -1)
                if answers[0].isAny { return }
                if answers[1].isGone { return onGone() }
            }
        }
    }

    /// Ends the watch.
    func stop() { wake.wake() }
}
