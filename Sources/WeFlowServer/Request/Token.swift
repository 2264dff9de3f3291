import HTTPTypes
import WeFlowQuery

/// The three places where a request may carry the token, and its comparison (contract section 9).
enum Token {
    /// The token of `Authorization: Bearer TOKEN`, the scheme in any case.
    static func bearer(_ header: String?) -> Substring? {
        guard let header else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard let scheme = parts.first, scheme.lowercased() == "bearer", parts.count == 2 else { return nil }
        return parts.last?.drop { $0 == " " }
    }

    /// The token that a JSON body carries.
    static func inBody(_ body: JSONValue?) -> String? {
        guard case .string(let token)? = body?["access_token"] else { return nil }
        return token
    }

    /// Whether two tokens are equal, in a time that says nothing about where they differ.
    static func matches(_ candidate: some StringProtocol, _ token: String) -> Bool {
        let candidate = Array(candidate.utf8)
        let token = Array(token.utf8)
        guard !token.isEmpty else { return false }
        var difference = candidate.count ^ token.count
        for index in token.indices {
            difference |= Int(token[index] ^ (index < candidate.count ? candidate[index] : 0))
        }
        return difference == 0
    }
}
