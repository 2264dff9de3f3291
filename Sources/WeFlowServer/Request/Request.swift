import HTTPTypes
import NIOHTTP1

/// A request as the HTTP parser found it, without its body.
struct Request: Sendable {
    let method: HTTPRequest.Method
    /// The target as it was sent: requests that are the same have the same.
    let text: String
    let target: RequestTarget
    let headers: HeaderFields
    /// Whether the client wants to send more on the connection.
    let isKeptAlive: Bool

    /// Takes the head of a request.
    init(_ head: HTTPRequestHead) {
        method = Self.method(head.method)
        text = head.uri
        target = RequestTarget(head.uri)
        headers = HeaderFields(head.headers)
        isKeptAlive = head.isKeepAlive
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method {
        switch method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .DELETE: .delete
        case .OPTIONS: .options
        // No endpoint has another, so that it does not matter which it is.
        default: HTTPRequest.Method(method.rawValue) ?? .trace
        }
    }
}
