import HTTPTypes
import HummingbirdCore
import NIOCore
import WeFlowPages
import WeFlowQuery

/// Reads and parses the JSON bodies of requests, within the limit of one and a budget for all large ones together.
struct RequestBodyReader: Sendable {
    private static let small = 64 << 10

    private let limit: Int
    /// Places for bodies that are not small: what a client without a token can make the server hold is bounded.
    private let large = Slots(4)

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
    static func reads(_ request: Request) -> Bool { request.method == .post || request.method == .delete }

    /// Whether the client waits to be told that its body is wanted.
    func isAwaited(by request: Request) -> Bool {
        Self.reads(request) && request.headers[.expect]?.lowercased() == "100-continue" && !isTooLarge(request)
    }

    private func isTooLarge(_ request: Request) -> Bool {
        request.headers[.contentLength].flatMap(Int.init).map { $0 > limit } ?? false
    }

    /// Reads a request's body.
    ///
    /// - Throws: what breaks the connection off.
    func read(_ request: Request) async throws -> Content {
        guard !isTooLarge(request) else { return .unusable(.tooLarge(limit)) }
        var bytes: [UInt8] = []
        var hasPlace = false
        defer { if hasPlace { large.give() } }
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= limit else { return .unusable(.tooLarge(limit)) }
            bytes.append(contentsOf: chunk.readableBytesView)
            if !hasPlace, bytes.count > Self.small {
                try await large.take()
                hasPlace = true
            }
        }
        guard !bytes.isEmpty else { return .none }
        do {
            return .json(try JSONValue(parsing: bytes))
        } catch {
            return .unusable(
                Refusal(
                    .badRequest,
                    "the request body is not JSON: line \(error.line), column \(error.column): \(error.reason)"))
        }
    }
}
