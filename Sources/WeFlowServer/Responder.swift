import HTTPTypes
import NIOCore
import NIOHTTP1
import WeFlowPages
import WeFlowQuery

/// Answers the requests of all connections: the guards in their order, the endpoint, the answer in its final form.
///
/// What it does for a request it does on the event loop of the connection, up to the query, which runs on the workers'
/// threads. An answer that was given before and still holds needs none.
struct Responder: Sendable {
    let endpoints: EndpointTable
    let site: Site
    let workers: Workers
    let bodies: RequestBodyReader
    /// The token that is valid now.
    let token: @Sendable () throws -> AccessToken
    /// Takes a line for each request; nil where none is wanted.
    let log: (@Sendable (String) -> Void)?
    private let dates = HTTPDate.Cache()
    private let hosts = LoopbackHost.Cache()

    init(
        endpoints: EndpointTable, site: Site, workers: Workers, bodies: RequestBodyReader,
        token: @escaping @Sendable () throws -> AccessToken, log: (@Sendable (String) -> Void)?
    ) {
        (self.endpoints, self.site, self.workers, self.bodies) = (endpoints, site, workers, bodies)
        (self.token, self.log) = (token, log)
    }

    /// What is known of a request before its body is read.
    struct Admission: Sendable {
        fileprivate let host: LoopbackHost
        fileprivate let match: EndpointTable.Match?
    }

    /// Judges what can be judged before the body is read.
    ///
    /// - Throws: a refusal.
    func admit(_ request: Request) throws -> Admission {
        Admission(host: try checkedHost(request), match: endpoints.match(request.target))
    }

    /// Answers a request.
    func respond(to exchange: Exchange, _ admission: Admission, _ content: RequestBodyReader.Content) {
        let request = exchange.request
        do {
            if request.method == .options, let match = admission.match {
                let answer = preflight(request, endpoints[match].allowed)
                return run(answer, for: exchange)
            }
            let isOpen = admission.match.map { !endpoints[$0].needsToken } ?? !Self.isProtected(request.target.path)
            if !isOpen { try authorize(request, content) }
            guard let match = admission.match else { throw Refusal.noEndpoint }
            let method = request.method == .head ? .get : request.method
            guard endpoints[match].methods.contains(method) else {
                throw Refusal.wrongMethod(allowed: endpoints[match].allowed)
            }
            if case .unusable(let refusal) = content { throw refusal }
            guard method == .get, let kept = site.answers.kept(request.text) else {
                return run(try answer(request, method, admission, match, content), for: exchange)
            }
            exchange.looks.join(site.answers) { number in
                if number == kept.number, let whole = kept.whole(form(of: request)) {
                    finish(exchange, whole)
                } else {
                    do {
                        run(try answer(request, method, admission, match, content), for: exchange)
                    } catch {
                        refuse(exchange, error)
                    }
                }
            }
        } catch {
            refuse(exchange, error)
        }
    }

    private func answer(
        _ request: Request, _ method: HTTPRequest.Method, _ admission: Admission, _ match: EndpointTable.Match,
        _ content: RequestBodyReader.Content
    ) throws -> Answer {
        let call = Call(
            method: method, headers: request.headers, host: admission.host, key: method == .get ? request.text : nil,
            pathValues: match.values,
            parameters: try Parameters(
                query: QueryString(request.target.query), body: content.json,
                declared: endpoints[match].operation.declared))
        return try endpoints[match].answer(call, site)
    }

    /// Sends an answer that is there, or begins the query that writes it.
    private func run(_ answer: Answer, for exchange: Exchange) {
        let head = AnswerHead(status: answer.status, headerFields: answer.headers)
        let form = form(of: exchange.request)
        switch answer.body {
        case .bytes(let bytes): finish(exchange, form.whole(head, bytes))
        case .query(let query):
            let (request, begin) = (exchange.request, exchange.begin)
            exchange.start { outlet in await run(query, AnswerWriter(head, form, to: outlet), outlet, request, begin) }
        }
    }

    private func run(
        _ query: @Sendable (AnswerWriter) async throws -> Void, _ writer: AnswerWriter, _ outlet: AnswerOutlet,
        _ request: Request, _ begin: ContinuousClock.Instant
    ) async {
        do {
            try await query(writer)
            try writer.finish()
        } catch {
            if (error as? WeFlowError)?.kind == .unavailable { doubt() }
            // What has begun can only be broken off; who is gone gets no answer.
            guard !writer.hasBegun, !Task.isCancelled, !(error is CancellationError) else {
                outlet.onLoop { $0.breakOff() }
                return
            }
            writer.refuse(Refusal(error))
        }
        report(request, writer.head.status, writer.count, begin)
    }

    /// Answers with a refusal.
    func refuse(_ exchange: Exchange, _ error: any Error) {
        if (error as? WeFlowError)?.kind == .unavailable { doubt() }
        let refusal = Refusal(error)
        let head = AnswerHead(status: refusal.status, headerFields: refusal.headers)
        finish(exchange, form(of: exchange.request).whole(head, refusal.body))
    }

    private func finish(_ exchange: Exchange, _ whole: AnswerForm.Whole) {
        exchange.finish(whole)
        report(exchange.request, HTTPResponse.Status(code: Int(whole.head.status.code)), whole.count, exchange.begin)
    }

    private func report(
        _ request: Request, _ status: HTTPResponse.Status, _ count: Int, _ begin: ContinuousClock.Instant
    ) {
        guard let log else { return }
        let time = Int((ContinuousClock.now - begin) / .microseconds(1))
        log("\(request.method.rawValue) \(request.target.path) \(status.code) \(count) B \(time) us")
    }

    /// The store was not to be had: neither what it was opened with nor what was read from it holds unseen.
    private func doubt() {
        site.doubt()
        site.answers.doubt()
    }

    /// What a request makes of its answer; nil where it is no request.
    func form(of request: Request?) -> AnswerForm { AnswerForm(request, dates: dates) }

    // MARK: Guards

    private func checkedHost(_ request: Request) throws -> LoopbackHost {
        let all = request.headers.hosts
        guard all.count == 1 else { throw Refusal(.badRequest, "the request needs one Host") }
        guard let host = hosts.host(all[0]) else {
            throw Refusal(.forbidden, "Host must be localhost or a loopback address; this server answers no other")
        }
        return host
    }

    /// Looks for the token, in the body last.
    private func authorize(_ request: Request, _ content: RequestBodyReader.Content) throws {
        let token = try token()
        guard Token.isOffered(token, by: request) || Token.isOffered(token, by: content.json) else {
            throw Refusal.unauthorized
        }
    }

    private static func isProtected(_ path: Substring) -> Bool {
        path == "/api/v1" || path.hasPrefix("/api/v1/")
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
