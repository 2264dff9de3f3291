import Synchronization

/// A host, with an optional port, that names this machine's loopback: `localhost`, `127.0.0.0/8`, `[::1]`.
///
/// A browser that was tricked into resolving a foreign name to the loopback (DNS rebinding) still sends that name in
/// `Host`; a page's `Origin` tells where it came from. Only names that cannot be foreign are taken
/// (<doc:TokensAndHosts#The-host>).
struct LoopbackHost: Sendable {
    /// As it was given, fit to build addresses with.
    let text: String

    /// Nil where the text is not a loopback host.
    init?(_ text: some StringProtocol) {
        let lowered = text.lowercased()
        let (name, port) = Self.split(lowered)
        guard let name, Self.isLoopback(name), port.map(Self.isPort) ?? true else { return nil }
        self.text = String(text)
    }

    /// The host that was checked last: clients name the same one again and again.
    final class Cache: Sendable {
        private let last = Mutex<LoopbackHost?>(nil)

        /// What `LoopbackHost(text)` gives.
        func host(_ text: String) -> LoopbackHost? {
            if let last = last.withLock({ $0 }), last.text == text { return last }
            guard let host = LoopbackHost(text) else { return nil }
            last.withLock { $0 = host }
            return host
        }
    }

    /// Whether an `Origin` is `http` or `https` on a loopback host.
    static func isLocalOrigin(_ origin: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
            return LoopbackHost(origin.dropFirst(scheme.count)) != nil
        }
        return false
    }

    /// Whether an address or a name without a port means the loopback.
    static func isLoopback(_ name: some StringProtocol) -> Bool {
        if name == "localhost" || name == "::1" || name == "[::1]" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4, numbers.first == "127" else { return false }
        return numbers.allSatisfy { digits in
            (1...3).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && UInt8(digits) != nil
        }
    }

    private static func split(_ text: String) -> (name: Substring?, port: Substring?) {
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return (nil, nil) }
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return (nil, nil) }
            return (text[...close], rest.isEmpty ? nil : rest.dropFirst())
        }
        guard let colon = text.firstIndex(of: ":") else { return (text[...], nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func isPort(_ text: Substring) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16(text) != nil
    }
}
