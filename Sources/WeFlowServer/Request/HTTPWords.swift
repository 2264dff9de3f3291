import WeFlowSystem

/// The words of requests (RFC 9110 section 9).
enum HTTPRequest {
    /// A method, of any name.
    struct Method: Sendable, Hashable, RawRepresentable {
        /// As it stands in the request.
        let rawValue: String

        static let get = Method(rawValue: "GET")
        static let head = Method(rawValue: "HEAD")
        static let post = Method(rawValue: "POST")
        static let delete = Method(rawValue: "DELETE")
        static let options = Method(rawValue: "OPTIONS")
    }
}

/// The words of answers (RFC 9110 section 15).
enum HTTPResponse {
    /// A status.
    struct Status: Sendable, Hashable {
        /// Three digits.
        let code: Int

        /// What stands behind the code, for people.
        var reasonPhrase: String { Self.phrases[code] ?? "" }

        static let ok = Status(code: 200)
        static let noContent = Status(code: 204)
        static let partialContent = Status(code: 206)
        static let notModified = Status(code: 304)
        static let badRequest = Status(code: 400)
        static let unauthorized = Status(code: 401)
        static let forbidden = Status(code: 403)
        static let notFound = Status(code: 404)
        static let methodNotAllowed = Status(code: 405)
        static let conflict = Status(code: 409)
        static let contentTooLarge = Status(code: 413)
        static let rangeNotSatisfiable = Status(code: 416)
        static let requestHeaderFieldsTooLarge = Status(code: 431)
        static let internalServerError = Status(code: 500)
        static let badGateway = Status(code: 502)
        static let serviceUnavailable = Status(code: 503)
        static let httpVersionNotSupported = Status(code: 505)

        private static let phrases = [
            200: "OK", 204: "No Content", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request",
            401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
            413: "Content Too Large", 416: "Range Not Satisfiable", 431: "Request Header Fields Too Large",
            500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
            505: "HTTP Version Not Supported",
        ]
    }
}

/// The words of header fields (RFC 9110 section 5).
enum HTTPField {
    /// A name, which compares in any case.
    struct Name: Sendable, Hashable {
        /// As it is written.
        let rawName: String
        /// In lower case.
        let canonicalName: String

        /// Nil where the text is no name.
        init?(_ text: String) {
            guard !text.isEmpty, text.utf8.allSatisfy(HTTPField.isTokenByte) else { return nil }
            self.init(known: text)
        }

        private init(known text: String) { (rawName, canonicalName) = (text, text.lowercased()) }

        static func == (a: Name, b: Name) -> Bool { a.canonicalName == b.canonicalName }
        func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }

        static let acceptEncoding = Name(known: "Accept-Encoding")
        static let acceptRanges = Name(known: "Accept-Ranges")
        static let accessControlAllowHeaders = Name(known: "Access-Control-Allow-Headers")
        static let accessControlAllowMethods = Name(known: "Access-Control-Allow-Methods")
        static let accessControlAllowOrigin = Name(known: "Access-Control-Allow-Origin")
        static let accessControlExposeHeaders = Name(known: "Access-Control-Expose-Headers")
        static let accessControlMaxAge = Name(known: "Access-Control-Max-Age")
        static let allow = Name(known: "Allow")
        static let authorization = Name(known: "Authorization")
        static let cacheControl = Name(known: "Cache-Control")
        static let connection = Name(known: "Connection")
        static let contentDisposition = Name(known: "Content-Disposition")
        static let contentEncoding = Name(known: "Content-Encoding")
        static let contentLength = Name(known: "Content-Length")
        static let contentRange = Name(known: "Content-Range")
        static let contentType = Name(known: "Content-Type")
        static let date = Name(known: "Date")
        static let eTag = Name(known: "ETag")
        static let expect = Name(known: "Expect")
        static let ifNoneMatch = Name(known: "If-None-Match")
        static let ifRange = Name(known: "If-Range")
        static let lastModified = Name(known: "Last-Modified")
        static let origin = Name(known: "Origin")
        static let range = Name(known: "Range")
        static let retryAfter = Name(known: "Retry-After")
        static let transferEncoding = Name(known: "Transfer-Encoding")
        static let upgrade = Name(known: "Upgrade")
        static let vary = Name(known: "Vary")
        static let wwwAuthenticate = Name(known: "WWW-Authenticate")
        static let xContentTypeOptions = Name(known: "X-Content-Type-Options")
    }

    /// Whether a value cannot break a head off: printable ASCII, blanks and tabs within, bytes from 0x80 on.
    static func isValidValue(_ value: String) -> Bool {
        let bytes = value.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        return !isBlank(first) && !isBlank(last) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    /// Whether a name or a method may hold a byte (RFC 9110 section 5.6.2, `tchar`).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
