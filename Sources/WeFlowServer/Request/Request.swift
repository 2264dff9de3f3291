import NIOHTTP1

/// A request as the HTTP parser found it, without its body.
struct Request: Sendable {
    let method: HTTPRequest.Method
    /// The target as it was sent: requests that are the same have the same.
    let text: String
    let target: RequestTarget
    let headers: HeaderFields
    /// Whether the client wants to send more on the connection, and goes on with HTTP when it does.
    let isKeptAlive: Bool
    /// Whether it is HTTP/1.0, which knows no chunks.
    let isOld: Bool
    /// Bytes of its body; nil where that is not known before its end.
    let bodyLength: Int?

    /// Takes the head of a request.
    init(_ head: HTTPRequestHead) {
        method = Self.method(head.method)
        text = head.uri
        target = RequestTarget(head.uri)
        headers = HeaderFields(head.headers)
        isOld = head.version.minor == 0
        // Whoever asks for another protocol is answered in this one; the parser reads nothing behind such a request.
        isKeptAlive = head.isKeepAlive && headers[.upgrade] == nil
        if headers[.transferEncoding] != nil {
            bodyLength = nil
        } else {
            // What does not fit is longer than any body that is taken.
            bodyLength = headers[.contentLength].map { Int($0) ?? .max } ?? 0
        }
    }

    /// Whether the client waits to be told that its body is wanted.
    var expectsContinue: Bool { headers[.expect]?.lowercased() == "100-continue" }

    /// Whether the body may be longer than so many bytes.
    func mayExceed(_ count: Int) -> Bool { bodyLength.map { $0 > count } ?? true }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method {
        switch method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .DELETE: .delete
        case .OPTIONS: .options
        default: HTTPRequest.Method(rawValue: method.rawValue)
        }
    }
}
