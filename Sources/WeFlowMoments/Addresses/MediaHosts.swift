public import WeFlowPages

/// The hosts that the proxy asks, and under which conditions (<doc:MediaHostRules>).
public struct MediaHosts: Sendable, Equatable {
    /// WeChat's media network: a leading dot means every host below.
    public static let standard = [".qpic.cn", ".qq.com", ".qlogo.cn", ".weixin.qq.com"]

    /// What was decided about an address.
    public struct Admission: Sendable, Equatable {
        /// The address to be asked for: over TLS, but for an origin that the configuration names with its scheme.
        public let url: MediaURL
        /// Whether the host's addresses have to be public.
        public let checksAddress: Bool
    }

    private struct Origin: Sendable, Equatable {
        let scheme: MediaURL.Scheme
        let host: String
        let port: Int
    }

    private let names: [String]
    private let origins: [Origin]

    /// The standard hosts alone.
    public static let wechat = MediaHosts(names: standard, origins: [])

    private init(names: [String], origins: [Origin]) {
        self.names = names
        self.origins = origins
    }

    /// The standard hosts and those of the configuration.
    ///
    /// - Parameter additional: `mediaHosts` of the configuration: `.example.org` (every host below it),
    ///   `img.example.org` (that host), or `http://127.0.0.1:5999` (that origin, taken as it stands).
    /// - Throws: `WeFlowError` of kind `usage` for an entry of another form.
    public init(additional: [String] = []) throws(WeFlowError) {
        var names = Self.standard
        var origins: [Origin] = []
        for entry in additional {
            if entry.contains("://") {
                let url = try MediaURL(parsing: entry, parameter: "mediaHosts")
                guard url.target == "/" else {
                    throw WeFlowError(.usage, "mediaHosts: \(url.withoutQuery) has a path; give scheme, host and port")
                }
                origins.append(Origin(scheme: url.scheme, host: url.host, port: url.port))
            } else {
                let name = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
                let url = try MediaURL(parsing: "https://\(name)/", parameter: "mediaHosts")
                guard url.host == name.lowercased(), url.target == "/" else {
                    throw WeFlowError(
                        .usage, "mediaHosts: \(entry) is no host name; give .example.org or http://host:port")
                }
                names.append(entry.lowercased())
            }
        }
        self.init(names: names, origins: origins)
    }

    /// Whether an address of the XML keeps its `http`: its origin stands in the configuration with that scheme.
    ///
    /// - Parameter url: an address as the XML has it.
    /// - Returns: false for everything of the standard hosts.
    public func keepsScheme(_ url: String) -> Bool {
        guard !origins.isEmpty, url.prefix(7).lowercased() == "http://" else { return false }
        guard let parsed = MediaURL.reading(url) else { return false }
        return isOrigin(parsed)
    }

    /// Decides about an address.
    ///
    /// - Parameter url: the address that a client, a post or a redirect names.
    /// - Returns: what to ask for and whether the host's addresses have to be checked.
    /// - Throws: `WeFlowError` of kind `usage` where the host, its port or a literal address is not admitted.
    public func admit(_ url: MediaURL) throws(WeFlowError) -> Admission {
        if isOrigin(url) { return Admission(url: url, checksAddress: false) }
        guard !url.isLiteralAddress, names.contains(where: { Self.matches(url.host, $0) }) else {
            throw WeFlowError(
                .usage, "url: \(url.host) is not a host of the media network; add it to mediaHosts in the configuration"
            )
        }
        guard url.port == url.scheme.defaultPort else {
            throw WeFlowError(
                .usage, "url: port \(url.port) of \(url.host) is not the media network's; leave the port out")
        }
        return Admission(url: url.secured, checksAddress: true)
    }

    private func isOrigin(_ url: MediaURL) -> Bool {
        origins.contains(Origin(scheme: url.scheme, host: url.host, port: url.port))
    }

    private static func matches(_ host: String, _ name: String) -> Bool {
        name.hasPrefix(".") ? host.hasSuffix(name) : host == name
    }
}
