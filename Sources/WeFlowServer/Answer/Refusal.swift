import NIOCore
import NIOHTTP1
import WeFlowOutput
import WeFlowPages

/// An answer that says no: a status and the body `{"error":"<sentence>"}` (<doc:StatusCodes>).
struct Refusal: Error {
    let status: HTTPResponse.Status
    let sentence: String
    var headers: HeaderFields

    init(_ status: HTTPResponse.Status, _ sentence: String, headers: HeaderFields = [:]) {
        self.status = status
        self.sentence = sentence
        self.headers = headers
        self.headers[.contentType] = ContentType.json
        self.headers[.cacheControl] = "no-store"
        self.headers[.contentLength] = "\(body.readableBytes)"
    }

    /// The refusal that an error of a query or of a check comes to.
    init(_ error: any Error) {
        switch error {
        case let refusal as Refusal:
            self = refusal
        case let error as WeFlowError:
            var headers: HeaderFields = [:]
            if error.kind == .unavailable { headers[.retryAfter] = "1" }
            self.init(HTTPResponse.Status(code: error.kind.httpStatus), error.sentence, headers: headers)
        default:
            self.init(.internalServerError, "the server failed: \(type(of: error))")
        }
    }

    /// What a request that the HTTP parser gave up on is answered with.
    init(parserError error: any Error, limits: Limits) {
        switch error as? HTTPParserError {
        case .headerOverflow:
            self.init(
                .requestHeaderFieldsTooLarge,
                "the request's head is too large; a field and the path may have \(limits.headerField) bytes, "
                    + "all fields \(limits.headerList), and there may be \(limits.headerCount) of them")
        case .invalidVersion:
            self.init(.httpVersionNotSupported, "the request is not HTTP/1.1 or HTTP/1.0")
        default:
            self.init(.badRequest, "the request is not well-formed HTTP/1.1")
        }
    }

    /// No token, or a wrong one. Which of the two is not said.
    static let unauthorized = Refusal(
        .unauthorized,
        "a token is needed; send it as Authorization: Bearer TOKEN, as ?access_token=TOKEN or as access_token "
            + "in a JSON body of at most 64 KiB (weflow token prints it)",
        headers: [.wwwAuthenticate: "Bearer"])

    /// A body above the limit.
    static func tooLarge(_ limit: Int) -> Refusal {
        Refusal(.contentTooLarge, "the request body is too large; at most \(limit) bytes are taken")
    }

    /// A path that no endpoint has.
    static let noEndpoint = Refusal(.notFound, "there is no such endpoint; GET /openapi.json lists them")

    /// A method that the path does not know.
    static func wrongMethod(allowed: String) -> Refusal {
        Refusal(.methodNotAllowed, "this path takes \(allowed)", headers: [.allow: allowed])
    }

    /// `{"error":"<sentence>"}`.
    var body: ByteBuffer {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.string("error", sentence)
        json.endObject()
        return json.finish().byteBuffer()
    }
}

/// The content types of the server's own answers.
enum ContentType {
    static let json = "application/json; charset=utf-8"
    static let events = "text/event-stream; charset=utf-8"
}
