import HTTPTypes
import HummingbirdCore
import NIOCore
import WeFlowPages
import WeFlowQuery

/// Answers the requests of all connections: the guards in their order, the endpoint, the answer in its final form.
struct Responder: Sendable {
    let endpoints: [Endpoint]
    let site: Site
    let workers: Workers
    let bodies: RequestBodyReader
    /// The token that is valid now.
    let token: @Sendable () throws -> AccessToken
    /// Takes a line for each request; nil where none is wanted.
    let log: (@Sendable (String) -> Void)?
    let dates = HTTPDate.Cache()

    /// Answers one request.
    ///
    /// - Throws: what breaks the connection off: the client is gone, or a query failed when its answer had begun.
    func respond(to request: Request, writer: consuming ResponseWriter, on channel: any Channel) async throws {
        let begin = ContinuousClock.now
        let target = RequestTarget(request.head.path ?? "/")
        if bodies.isAwaited(by: request) { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
        let output = AnswerWriter(writer, on: channel, to: request, fields: commonFields(request))
        do {
            let answer = try await decide(request, target)
            output.head = HTTPResponse(status: answer.status, headerFields: answer.headers)
            switch answer.body {
            case .bytes(let bytes):
                output.isCompressible = false
                bytes.withUnsafeReadableBytes { output.append($0) }
            case .query(let query):
                try await withTaskExecutorPreference(workers) { try await query(output) }
            }
            try await output.finish()
        } catch {
            // What has begun can only be broken off; who is gone gets no answer.
            if (error as? WeFlowError)?.kind == .unavailable { site.doubt() }
            if output.hasBegun || Task.isCancelled || error is CancellationError { throw error }
            try await output.refuse(Refusal(error))
        }
        if let log {
            let time = Int((ContinuousClock.now - begin) / .microseconds(1))
            let status = output.head.status.code
            log("\(request.method.rawValue) \(target.path) \(status) \(output.count) B \(time) us")
        }
    }

    /// Passes a request through the guards and to its endpoint.
    private func decide(_ request: Request, _ target: RequestTarget) async throws -> Answer {
        let host = try checkedHost(request)
        let parts = target.parts
        var found: (endpoint: Endpoint, values: [String: String])?
        for endpoint in endpoints {
            guard let values = endpoint.match(parts) else { continue }
            found = (endpoint, values)
            break
        }
        if request.method == .options, let found { return preflight(request, found.endpoint.allowed) }

        let query = QueryString(target.query)
        let isOpen = found.map { !$0.endpoint.needsToken } ?? !Self.isProtected(target.path)
        var content = RequestBodyReader.Content.none
        if isOpen {
            if RequestBodyReader.reads(request) { content = try await bodies.read(request) }
        } else {
            content = try await authorize(request, query)
        }
        guard let (endpoint, values) = found else { throw Refusal.noEndpoint }
        let method = request.method == .head ? .get : request.method
        guard endpoint.methods.contains(method) else { throw Refusal.wrongMethod(allowed: endpoint.allowed) }
        if case .unusable(let refusal) = content { throw refusal }
        let call = Call(
            method: method, headers: request.headers, host: host,
            key: method == .get ? "\(target.path)?\(target.query)" : nil,
            pathValues: values,
            parameters: try Parameters(query: query, body: content.json))
        return try await endpoint.answer(call, site)
    }

    // MARK: Guards

    private func checkedHost(_ request: Request) throws -> LoopbackHost {
        guard let text = request.head.authority, HTTPField.Name("Host").map({ request.headers[values: $0] }) == []
        else {
            throw Refusal(.badRequest, "the request needs one Host")
        }
        guard let host = LoopbackHost(text) else {
            throw Refusal(.forbidden, "Host must be localhost or a loopback address; this server answers no other")
        }
        return host
    }

    /// Looks for the token, in the body last, and gives the body back where it had to be read anyway.
    private func authorize(_ request: Request, _ query: QueryString) async throws -> RequestBodyReader.Content {
        let token = try token()
        var offered = Token.offered(by: request, query)
        var content = RequestBodyReader.Content.none
        if RequestBodyReader.reads(request) {
            content = try await bodies.read(request)
            offered += Token.offered(by: content.json)
        }
        let isValid = offered.contains { token.matches($0) }
        guard isValid else { throw Refusal.unauthorized }
        return content
    }

    private static func isProtected(_ path: Substring) -> Bool {
        path == "/api/v1" || path.hasPrefix("/api/v1/")
    }

    // MARK: Fields that hold for every answer

    private func commonFields(_ request: Request) -> HTTPFields {
        var fields: HTTPFields = [.date: dates.text, .xContentTypeOptions: "nosniff"]
        if let origin = request.headers[.origin] {
            fields[.vary] = "Origin"
            if LoopbackHost.isLocalOrigin(origin) {
                fields[.accessControlAllowOrigin] = origin
                fields[.accessControlExposeHeaders] = "Allow, Content-Range, Retry-After, WeFlow-Partial"
            }
        }
        return fields
    }

    private func preflight(_ request: Request, _ allowed: String) -> Answer {
        var answer = Answer(.noContent, headers: [.allow: allowed], bytes: ByteBuffer())
        if let origin = request.headers[.origin], LoopbackHost.isLocalOrigin(origin) {
            answer.headers[.accessControlAllowMethods] = allowed
            answer.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Last-Event-ID, Range"
            answer.headers[.accessControlMaxAge] = "600"
        }
        return answer
    }
}
