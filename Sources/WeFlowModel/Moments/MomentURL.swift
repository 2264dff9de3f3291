/// What has to be done to an address of the XML before the media network answers it (<doc:MediaAddresses>).
public enum MomentURL {
    /// Path ends of the small renditions of a picture; `/0` is the original.
    private static let smallSizes: [Substring] = ["150", "200", "480"]

    /// Turns an address of the XML into the one to be asked for: `https`, the original size, the token in the query.
    ///
    /// - Parameters:
    ///   - url: the address as the XML has it.
    ///   - token: the token of that very element; `nil` or empty where it has none.
    ///   - isVideo: a video or clip, whose size is not in the path and whose token stands first; thumbs are pictures.
    ///   - keepsScheme: leave `http` as it is, for an origin that the configuration names with its scheme.
    /// - Returns: the address, empty where `url` is.
    public static func fixed(_ url: String, token: String?, isVideo: Bool, keepsScheme: Bool) -> String {
        guard !url.isEmpty else { return "" }
        var base = url[...]
        var query: Substring?
        if let mark = url.firstIndex(of: "?") {
            base = url[..<mark]
            query = url[url.index(after: mark)...]
        }
        var fixed = ""
        fixed.reserveCapacity(url.utf8.count + 128)
        if !keepsScheme, hasPrefix(base, "http://") {
            fixed += "https://"
            base = base.dropFirst(7)
        }
        if !isVideo, let slash = base.lastIndex(of: "/"), smallSizes.contains(base[base.index(after: slash)...]) {
            base = base[...slash]
            fixed += base
            fixed += "0"
        } else {
            fixed += base
        }
        guard let token, !token.isEmpty, !hasToken(query) else {
            if let query { fixed += "?" + query }
            return fixed
        }
        if isVideo {
            fixed += "?token=\(token)&idx=1"
            if let query, !query.isEmpty { fixed += "&" + query }
        } else {
            fixed += query.map { $0.isEmpty ? "?" : "?\($0)&" } ?? "?"
            fixed += "token=\(token)&idx=1"
        }
        return fixed
    }

    /// An address without its query, for logs and reports: the token in it is a credential.
    ///
    /// - Parameter url: any address.
    /// - Returns: the part before `?` or `#`.
    public static func withoutQuery(_ url: String) -> String {
        String(url.prefix { $0 != "?" && $0 != "#" })
    }

    /// Whether a text is an address a browser may follow: `http` or `https`, and no blank or control byte in it.
    ///
    /// - Parameter text: any text.
    /// - Returns: true for an address.
    public static func isWebAddress(_ text: some StringProtocol) -> Bool {
        guard hasPrefix(text, "http://") || hasPrefix(text, "https://") else { return false }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }

    /// The host of a web address, in lower case and without port; empty where it has none.
    static func host(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return host.prefix { $0 != ":" }.lowercased()
    }

    private static func hasToken(_ query: Substring?) -> Bool {
        guard let query else { return false }
        return query.split(separator: "&").contains { $0.utf8.starts(with: "token=".utf8) }
    }

    private static func hasPrefix(_ text: some StringProtocol, _ prefix: String) -> Bool {
        text.prefix(prefix.count).lowercased() == prefix
    }
}
