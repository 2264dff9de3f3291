import HTTPTypes
import HummingbirdCore
import WeFlowQuery

/// The three places where a request may carry the token (contract section 9).
enum Token {
    /// The tokens of the header and the query string: clients send it in two places at once.
    static func offered(by request: Request, _ query: QueryString) -> [String] {
        request.headers[values: .authorization].compactMap(bearer)
            + query.items.filter { $0.name == "access_token" }.compactMap(\.value)
    }

    /// The token that a JSON body carries.
    static func offered(by body: JSONValue?) -> [String] {
        guard case .string(let token)? = body?["access_token"] else { return [] }
        return [token]
    }

    /// The token of `Authorization: Bearer TOKEN`, the scheme in any case.
    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}
