import Synchronization

/// Texts that were seen, by the server's id, for a revocation to say what was taken back (<doc:ArrivalsAndJournal>);
/// the oldest go first. Feeds of one account share them.
public final class PushTexts: Sendable {
    private struct State {
        var texts: [String: String] = [:]
        var order: [String] = []
    }

    private static let most = 2000
    private let state = Mutex(State())

    /// Nothing was seen yet.
    public init() {}

    /// What a message said, nil where it was not seen.
    func text(of id: String) -> String? { state.withLock { $0.texts[id] } }

    /// Remembers what a message said.
    func remember(_ text: String, of id: String) {
        state.withLock { state in
            guard state.texts.updateValue(text, forKey: id) == nil else { return }
            state.order.append(id)
            guard state.order.count > 2 * Self.most else { return }
            for old in state.order.prefix(Self.most) { state.texts[old] = nil }
            state.order.removeFirst(Self.most)
        }
    }
}
