import NIOCore
import NIOHTTP1
import WeFlowSystem

/// Status and header fields of an answer, as its endpoint gives them.
struct AnswerHead: Sendable {
    var status: HTTPResponse.Status
    var headerFields: HeaderFields = [:]
}

/// What a request makes of its answer, whatever that is: the fields that all have, HEAD without its body, gzip.
struct AnswerForm: Sendable {
    /// A whole answer in its final form.
    struct Whole: Sendable {
        let head: HTTPResponseHead
        let body: ByteBuffer?
        /// Bytes of the body that is sent.
        var count: Int { body?.readableBytes ?? 0 }
    }

    /// Answers that are not longer are not gzipped.
    private static let smallest = 1 << 10

    /// Whether the client wants more than the head.
    let wantsBody: Bool
    private let isKeptAlive: Bool
    private let isOld: Bool
    private let encodings: String?
    private let origin: String?
    private let dates: HTTPDate.Cache

    /// - Parameters:
    ///   - request: what is answered; nil where that is no request.
    ///   - isKeptAlive: whether the connection is for more requests.
    ///   - dates: gives the date.
    init(_ request: Request?, isKeptAlive: Bool, dates: HTTPDate.Cache) {
        wantsBody = request?.method != .head
        isOld = request?.isOld ?? false
        self.isKeptAlive = isKeptAlive
        encodings = request?.headers[.acceptEncoding]
        origin = request?.headers[.origin]
        self.dates = dates
    }

    /// Whether nothing of the request is to be seen in the head: whole answers of one body have the same.
    var isUsual: Bool { wantsBody && isKeptAlive && !isOld && origin == nil }

    /// The date that a head bears now.
    var date: String { dates.text }

    /// Whether an answer that begins with so many bytes, or is no longer, is gzipped.
    func packs(_ count: Int) -> Bool { count > Self.smallest && AcceptEncoding.takesGzip(encodings) }

    /// The head of an answer whose body has no length yet.
    func head(_ head: AnswerHead) -> HTTPResponseHead {
        var fields = head.headerFields
        fields.add(.date, dates.text)
        fields.add(.xContentTypeOptions, "nosniff")
        if let origin {
            fields[.vary] = fields[.vary].map { "\($0), Origin" } ?? "Origin"
            if LoopbackHost.isLocalOrigin(origin) {
                fields[.accessControlAllowOrigin] = origin
                fields[.accessControlExposeHeaders] = "Allow, Content-Range, Retry-After, WeFlow-Partial"
            }
        }
        let isEndless = isOld && fields[.contentLength] == nil && !head.status.isBodyless
        if isEndless || !isKeptAlive {
            fields[.connection] = "close"
        } else if isOld {
            fields[.connection] = "keep-alive"
        }
        let status = HTTPResponseStatus(statusCode: head.status.code, reasonPhrase: head.status.reasonPhrase)
        // HTTP/1.0 knows no chunks: such an answer without a length ends with the connection.
        return HTTPResponseHead(version: isEndless ? .http1_0 : .http1_1, status: status, headers: fields.all)
    }

    /// An answer with all of its body.
    ///
    /// - Parameters:
    ///   - head: status and header fields; a length that is in them already stays.
    ///   - body: the body, or what is left of one of which the client wants nothing.
    ///   - length: bytes of the body, where there were more.
    /// - Returns: the answer as it is sent.
    func whole(_ head: AnswerHead, _ body: ByteBuffer, length: Int? = nil) -> Whole {
        guard !head.status.isBodyless else {
            return Whole(head: self.head(head), body: nil)
        }
        var head = head
        if head.headerFields[.contentLength] == nil {
            head.headerFields.add(.contentLength, "\(length ?? body.readableBytes)")
        }
        return Whole(head: self.head(head), body: wantsBody ? body : nil)
    }

    /// An answer that says no.
    func whole(_ refusal: Refusal) -> Whole {
        whole(AnswerHead(status: refusal.status, headerFields: refusal.headers), refusal.body)
    }
}

extension HTTPResponse.Status {
    /// Whether an answer of this status has no body whatever its head says.
    fileprivate var isBodyless: Bool { self == .noContent || self == .notModified }
}
