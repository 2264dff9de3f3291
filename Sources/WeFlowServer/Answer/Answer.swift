import NIOCore

/// What an endpoint answers with.
struct Answer: Sendable {
    /// Where the bytes come from.
    enum Body: Sendable {
        /// They are there.
        case bytes(ByteBuffer)
        /// A query writes them, on the workers' threads; it may also change status and header fields.
        case query(@Sendable (AnswerWriter) async throws -> Void)
    }

    var status = HTTPResponse.Status.ok
    var headers: HeaderFields = [:]
    var body: Body

    /// An answer that is there already.
    init(_ status: HTTPResponse.Status = .ok, headers: HeaderFields = [:], bytes: ByteBuffer) {
        (self.status, self.headers) = (status, headers)
        body = .bytes(bytes)
    }

    /// An answer that a query writes: JSON, unless it says otherwise.
    init(query: @escaping @Sendable (AnswerWriter) async throws -> Void) {
        headers = Self.queried
        body = .query(query)
    }

    /// The fields of what a query writes.
    static let queried: HeaderFields = [.contentType: ContentType.json, .cacheControl: "no-store"]
}
