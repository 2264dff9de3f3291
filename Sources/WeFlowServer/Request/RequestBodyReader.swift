import HTTPTypes
import NIOCore
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// What there is to know of the JSON bodies of requests: the limit of one, and a budget for all large ones together.
struct RequestBodyReader: Sendable {
    /// Bytes of the largest body that is taken before its token was seen, and is read to its end where nobody wants it.
    let small = 64 << 10

    /// Bytes of the largest body that is taken.
    let limit: Int
    /// Places for bodies that are not small.
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

    /// Whether a body of so many bytes needs a place.
    func isLarge(_ count: Int) -> Bool { count > small }

    /// Parses a body. A byte order mark in front, as some clients write it, is no part of it.
    func parse(_ bytes: ByteBuffer) -> Content {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text =
            bytes.readableBytesView.starts(with: mark)
            ? bytes.readableBytesView.dropFirst(mark.count) : bytes.readableBytesView
        guard !text.isEmpty else { return .none }
        do {
            return .json(try JSONValue(parsing: Array(text)))
        } catch {
            return .unusable(
                Refusal(
                    .badRequest,
                    "the request body is not JSON: line \(error.line), column \(error.column): \(error.reason)"))
        }
    }
}
