import HTTPTypes
import NIOCore
import WeFlowPages
import WeFlowQuery

/// What there is to know of the JSON bodies of requests: the limit of one, and a budget for all large ones together.
struct RequestBodyReader: Sendable {
    private static let small = 64 << 10

    /// Bytes of the largest body that is taken.
    let limit: Int
    /// Places for bodies that are not small: what a client without a token can make the server hold is bounded.
    let large = Slots(4)

    init(limit: Int) {
        self.limit = limit
    }

    /// What a body turned out to be.
    enum Content: Sendable {
        /// There was none.
        case none
        /// A JSON document.
        case json(JSONValue)
        /// Not to be used, and why.
        case unusable(Refusal)

        /// The document, where there is one.
        var json: JSONValue? {
            guard case .json(let value) = self else { return nil }
            return value
        }
    }

    /// Whether a request's body is read: that of a POST, and that of a DELETE, which needs none.
    func reads(_ request: Request) -> Bool { request.method == .post || request.method == .delete }

    /// Whether the client waits to be told that its body is wanted.
    func isAwaited(by request: Request) -> Bool { request.headers[.expect]?.lowercased() == "100-continue" }

    /// Whether the request says that its body is too large.
    func isTooLarge(_ request: Request) -> Bool {
        request.headers[.contentLength].flatMap(Int.init).map { $0 > limit } ?? false
    }

    /// Whether a body of so many bytes needs a place.
    func isLarge(_ count: Int) -> Bool { count > Self.small }

    /// A body that is too large.
    var tooLarge: Content { .unusable(.tooLarge(limit)) }

    /// Parses a body.
    func parse(_ bytes: ByteBuffer) -> Content {
        guard bytes.readableBytes > 0 else { return .none }
        do {
            return .json(try JSONValue(parsing: Array(bytes.readableBytesView)))
        } catch {
            return .unusable(
                Refusal(
                    .badRequest,
                    "the request body is not JSON: line \(error.line), column \(error.column): \(error.reason)"))
        }
    }
}
