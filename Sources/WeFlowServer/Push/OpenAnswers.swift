import Synchronization
import WeFlowPages
import WeFlowQuery

/// Answers that stay open, streams and such as wait: each is ended soon after what let it in has ceased to hold, the token
/// of its request and, for a stream, the setting that events are sent.
final class OpenAnswers: Sendable {
    private struct Entry {
        let leave: Leave?
        let isStream: Bool
        let end: @Sendable () -> Void
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var next: UInt64 = 0
        var isWatching = false
    }

    private let state = Mutex(State())
    private let settings: @Sendable () throws(WeFlowError) -> ServeSettings
    private let pause: Duration

    /// - Parameters:
    ///   - pause: how long after one look the next one is taken, while there is an answer to look after.
    ///   - settings: gives the settings as of now.
    init(lookingEvery pause: Duration, settings: @escaping @Sendable () throws(WeFlowError) -> ServeSettings) {
        (self.pause, self.settings) = (pause, settings)
    }

    /// How many there are.
    var count: Int { state.withLock { $0.entries.count } }

    /// Looks after an answer.
    ///
    /// - Parameters:
    ///   - leave: what its token gave it.
    ///   - isStream: whether it lives only while events are sent.
    ///   - end: called, perhaps several times, when it has to end.
    /// - Returns: the number by which it is removed.
    func add(_ leave: Leave?, isStream: Bool, _ end: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, isFirst) = state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(leave: leave, isStream: isStream, end: end)
            defer { state.isWatching = true }
            return (state.next, !state.isWatching)
        }
        if isFirst { Task { try await watch() } }
        return number
    }

    /// The answer has ended.
    func remove(_ number: UInt64) { state.withLock { _ = $0.entries.removeValue(forKey: number) } }

    private func watch() async throws {
        while true {
            try await Task.sleep(for: pause)
            let entries = state.withLock { state in
                if state.entries.isEmpty { state.isWatching = false }
                return Array(state.entries.values)
            }
            guard !entries.isEmpty else { return }
            for entry in entries where !holds(entry) { entry.end() }
        }
    }

    private func holds(_ entry: Entry) -> Bool {
        do {
            return try entry.leave?.stillHolds() ?? true && (!entry.isStream || settings().push)
        } catch {
            // Whoever comes back is told what is wrong.
            return false
        }
    }
}
