import HTTPTypes
import WeFlowParameters

/// What a token gave to a request: it ends when another token takes that one's place.
struct Leave: Sendable {
    private let token: AccessToken
    private let current: @Sendable () throws -> AccessToken

    /// - Parameters:
    ///   - token: the token that the request carried.
    ///   - current: the token that is valid when it is called.
    init(_ token: AccessToken, current: @escaping @Sendable () throws -> AccessToken) {
        (self.token, self.current) = (token, current)
    }

    /// Whether the token still holds.
    ///
    /// - Throws: where it cannot be told.
    func stillHolds() throws -> Bool { try current().matches(token.text) }

    /// - Throws: a refusal where the token holds no longer.
    func check() throws {
        guard try stillHolds() else { throw Refusal.unauthorized }
    }
}

/// The three places where a request may carry the token.
enum Token {
    /// Whether the token is in the header or the query string: clients send it in two places at once.
    static func isOffered(_ token: AccessToken, by request: Request) -> Bool {
        if request.headers.values(.authorization).contains(where: { bearer($0).map(token.matches) ?? false }) {
            return true
        }
        return QueryString(request.target.query).items.contains { item in
            item.name == "access_token" && item.value.map(token.matches) ?? false
        }
    }

    /// Whether it is in a JSON body.
    static func isOffered(_ token: AccessToken, by body: JSONValue?) -> Bool {
        guard case .string(let offered)? = body?["access_token"] else { return false }
        return token.matches(offered)
    }

    /// The token of `Authorization: Bearer TOKEN`, the scheme in any case.
    private static func bearer(_ header: String) -> String? {
        let bytes = header.utf8
        let words = bytes.drop { $0 == UInt8(ascii: " ") }
        guard let blank = words.firstIndex(of: UInt8(ascii: " ")),
            words[..<blank].elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 })
        else { return nil }
        return String(Substring(words[blank...].drop { $0 == UInt8(ascii: " ") }))
    }
}
