public import WeFlowPages
import WeFlowSystem

/// An `http` or `https` address taken apart strictly, so that what is checked is what is asked for
/// (<doc:MediaHostRules>).
///
/// No user information, no blank, control or back-slash anywhere, a host of letters, digits, dots and hyphens or a
/// literal IPv6 address in brackets; what stands behind `#` is dropped.
public struct MediaURL: Sendable, Equatable {
    /// The two schemes there are.
    public enum Scheme: String, Sendable {
        /// Plain.
        case http
        /// Over TLS.
        case https

        /// The port where the address names none.
        public var defaultPort: Int { self == .http ? 80 : 443 }
    }

    /// How it is asked for.
    public let scheme: Scheme
    /// The host in lower case; an IPv6 address without its brackets.
    public let host: String
    /// The port, 1…65535; the scheme's own where the address names none.
    public let port: Int
    /// Path and query, as given but for characters that have no place there; begins with `/`.
    public let target: String

    /// Longest address taken, in bytes.
    public static let lengthLimit = 8192

    /// Takes an address apart.
    ///
    /// - Parameters:
    ///   - text: the address.
    ///   - parameter: the name of what holds it, for the sentence.
    /// - Throws: `WeFlowError` of kind `usage` where it is none of ours; the sentence does not repeat its query.
    public init(parsing text: String, parameter: String = "url") throws(WeFlowError) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw WeFlowError(.usage, "\(parameter): longer than \(Self.lengthLimit) bytes; give one media address")
        }
        guard let url = Self.reading(text) else {
            throw WeFlowError(.usage, "\(parameter): not an http or https address; give one from the timeline")
        }
        self = url
    }

    private init(scheme: Scheme, host: String, port: Int, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    /// The whole address.
    public var string: String { origin + target }

    /// The address without its query: the token in it is a credential and stays out of logs and sentences.
    public var withoutQuery: String { origin + target.prefix { $0 != "?" } }

    /// The address without the parameters `token` and `idx`, which change while the file behind it does not.
    public var withoutToken: String {
        guard let mark = target.firstIndex(of: "?") else { return string }
        let rest = target[target.index(after: mark)...].split(separator: "&")
            .filter { !$0.hasPrefix("token=") && !$0.hasPrefix("idx=") }
        return origin + target[..<mark] + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
    }

    /// The same address over TLS and on its standard port.
    var secured: MediaURL {
        scheme == .https ? self : MediaURL(scheme: .https, host: host, port: 443, target: target)
    }

    /// Whether the host is an address and no name.
    var isLiteralAddress: Bool { IPAddress(parsing: host) != nil }

    private var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)" + (port == scheme.defaultPort ? "" : ":\(port)")
    }

    /// The address that a `Location` header means, seen from this one.
    ///
    /// - Parameter location: absolute, without scheme (`//host/…`), or a path.
    /// - Returns: the address, or `nil` where the header holds none of ours.
    package func resolving(_ location: String) -> MediaURL? {
        if location.hasPrefix("//") { return Self.reading("\(scheme.rawValue):\(location)") }
        if location.hasPrefix("/") { return Self.reading(origin + location) }
        if let colon = location.firstIndex(of: ":"), !location[..<colon].contains(where: { "/?#".contains($0) }) {
            return Self.reading(location)
        }
        let folder = target.prefix { $0 != "?" }.reversed().drop { $0 != "/" }.reversed()
        return Self.reading(origin + String(folder) + location)
    }

    /// Takes an address apart; `nil` where it is none of ours.
    static func reading(_ text: String) -> MediaURL? {
        guard text.utf8.count <= lengthLimit,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }),
            let separator = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { return nil }
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest[authority.endIndex...]
        guard let (host, port) = hostAndPort(authority, scheme: scheme) else { return nil }
        let target = tail.hasPrefix("/") ? String(tail) : "/" + tail
        return MediaURL(scheme: scheme, host: host, port: port, target: encodingStrays(target))
    }

    /// Percent-encodes the few characters that have no place in an address but are found there.
    private static func encodingStrays(_ target: String) -> String {
        let strays: [Character: String] = [
            "\"": "%22", "<": "%3C", ">": "%3E", "[": "%5B", "]": "%5D", "^": "%5E", "`": "%60", "{": "%7B", "|": "%7C",
            "}": "%7D",
        ]
        guard target.contains(where: { strays[$0] != nil }) else { return target }
        return target.reduce(into: "") { $0 += strays[$1] ?? String($1) }
    }

    private static func hostAndPort(_ authority: Substring, scheme: Scheme) -> (String, Int)? {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            guard case .v6 = IPAddress(parsing: String(host)) else { return nil }
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                portText = authority[authority.index(after: colon)...]
            }
            guard isName(host) else { return nil }
        }
        guard let portText, !portText.isEmpty else { return (host.lowercased(), scheme.defaultPort) }
        guard portText.utf8.count <= 5, portText.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(portText), (1...65535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63
                    && label.utf8.allSatisfy { byte in
                        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "-")
                            || byte == UInt8(ascii: "_")
                    }
            }
    }
}
