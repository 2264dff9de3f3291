import HTTPTypes
import NIOCore
import NIOHTTP1
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// Answers the requests of all connections: the guards in their order, the endpoint, the answer in its final form.
///
/// What it does for a request it does on the event loop of the connection, up to the query, which runs on the workers'
/// threads. An answer that was given before and still holds needs none.
struct Responder: Sendable {
    let endpoints: EndpointTable
    let context: ServerContext
    let workers: Workers
    let bodies: RequestBodyReader
    /// The token that is valid now.
    let token: @Sendable () throws -> AccessToken
    /// Takes a line for each request; nil where none is wanted.
    let log: (@Sendable (String) -> Void)?
    private let dates = HTTPDate.Cache()
    private let hosts = LoopbackHost.Cache()

    init(
        endpoints: EndpointTable, context: ServerContext, workers: Workers, bodies: RequestBodyReader,
        token: @escaping @Sendable () throws -> AccessToken, log: (@Sendable (String) -> Void)?
    ) {
        (self.endpoints, self.context, self.workers, self.bodies) = (endpoints, context, workers, bodies)
        (self.token, self.log) = (token, log)
    }

    /// What is known of a request before its body is read.
    struct Admission: Sendable {
        fileprivate let host: LoopbackHost
        fileprivate let match: EndpointTable.Match?
        fileprivate let access: Access
        /// Whether all that can be said without the body speaks for the request.
        var isProven: Bool { if case .awaited = access { false } else { true } }
    }

    /// Whether a request may have what it asks for.
    fileprivate enum Access: Sendable {
        /// No token is needed.
        case open
        /// It carries the token.
        case given(Leave)
        /// The token can only be in the body.
        case awaited(AccessToken)
    }

    /// Judges what can be judged before the body is read.
    ///
    /// - Throws: a refusal, after which nobody wants the body.
    func admit(_ request: Request) throws -> Admission {
        let host = try checkedHost(request)
        let match = endpoints.match(request.target)
        if request.method == .options, match != nil { return Admission(host: host, match: match, access: .open) }
        let access = try access(of: request, match)
        if case .awaited = access { return Admission(host: host, match: match, access: access) }
        return Admission(host: host, match: try checked(match, for: request), access: access)
    }

    private func access(of request: Request, _ match: EndpointTable.Match?) throws -> Access {
        let isOpen = match.map { !endpoints[$0].needsToken } ?? !Self.isProtected(request.target.path)
        guard !isOpen else { return .open }
        let token = try token()
        if Token.isOffered(token, by: request) { return .given(Leave(token, current: self.token)) }
        guard bodies.reads(request), request.bodyLength != 0 else { throw Refusal.unauthorized }
        return .awaited(token)
    }

    /// The endpoint of a request that may have it.
    ///
    /// - Throws: a refusal where there is none, or where it does not take the method.
    private func checked(_ match: EndpointTable.Match?, for request: Request) throws -> EndpointTable.Match {
        guard let match else { throw Refusal.noEndpoint }
        guard endpoints[match].methods.contains(Self.method(of: request)) else {
            throw Refusal.wrongMethod(allowed: endpoints[match].allowed)
        }
        return match
    }

    private static func method(of request: Request) -> HTTPRequest.Method {
        request.method == .head ? .get : request.method
    }

    /// Answers a request.
    func respond(to exchange: Exchange, _ admission: Admission, _ content: RequestBodyReader.Content) {
        let request = exchange.request
        do {
            if request.method == .options, let match = admission.match {
                let answer = preflight(request, endpoints[match].allowed)
                return run(answer, for: exchange)
            }
            let leave: Leave?
            switch admission.access {
            case .open: leave = nil
            case .given(let given): leave = given
            case .awaited(let token):
                guard Token.isOffered(token, by: content.json) else { throw Refusal.unauthorized }
                leave = Leave(token, current: self.token)
            }
            let match = try checked(admission.match, for: request)
            if case .unusable(let refusal) = content { throw refusal }
            let make = { try answer(request, admission.host, leave, match, content) }
            guard Self.method(of: request) == .get, let entry = context.answers.entry(request.text) else {
                return run(try make(), for: exchange)
            }
            exchange.check.join(context.answers) { number in
                if number == entry.number, let whole = entry.whole(form(of: exchange)) {
                    finish(exchange, whole)
                } else {
                    do {
                        run(try make(), for: exchange)
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
        _ request: Request, _ host: LoopbackHost, _ leave: Leave?, _ match: EndpointTable.Match,
        _ content: RequestBodyReader.Content
    ) throws -> Answer {
        let method = Self.method(of: request)
        let call = Call(
            method: method, headers: request.headers, host: host, key: method == .get ? request.text : nil,
            pathValues: match.values, leave: leave,
            parameters: try Parameters(
                query: QueryString(request.target.query), body: content.json,
                declared: endpoints[match].operation.declared))
        return try endpoints[match].answer(call, context)
    }

    /// Sends an answer that is there, or begins the query that writes it.
    private func run(_ answer: Answer, for exchange: Exchange) {
        let head = AnswerHead(status: answer.status, headerFields: answer.headers)
        let form = form(of: exchange)
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
            if (error as? WeFlowError)?.kind == .unavailable { invalidate() }
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
        if (error as? WeFlowError)?.kind == .unavailable { invalidate() }
        let refusal = Refusal(error)
        let head = AnswerHead(status: refusal.status, headerFields: refusal.headers)
        finish(exchange, form(of: exchange).whole(head, refusal.body))
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
    private func invalidate() {
        context.invalidate()
        context.answers.invalidate()
    }

    /// What a request makes of its answer; nil where it is no request, and the connection ends with the answer.
    func form(of exchange: Exchange?) -> AnswerForm {
        AnswerForm(exchange?.request, isKeptAlive: exchange?.isKeptAlive ?? false, dates: dates)
    }

    // MARK: Guards

    private func checkedHost(_ request: Request) throws -> LoopbackHost {
        let all = request.headers.hosts
        guard all.count == 1 else { throw Refusal(.badRequest, "the request needs one Host") }
        guard let host = hosts.host(all[0]) else {
            throw Refusal(.forbidden, "Host must be localhost or a loopback address; this server answers no other")
        }
        if let named = request.target.host, LoopbackHost(named) == nil {
            throw Refusal(
                .forbidden,
                "the host of the request's address must be localhost or a loopback address; this server fetches nothing "
                    + "from another")
        }
        return host
    }

    private static func isProtected(_ path: Substring) -> Bool {
        path == "/api/v1" || path.hasPrefix("/api/v1/")
    }

    private func preflight(_ request: Request, _ allowed: String) -> Answer {
        var answer = Answer(.noContent, headers: [.allow: allowed], bytes: ByteBuffer())
        if let origin = request.headers[.origin], LoopbackHost.isLocalOrigin(origin) {
            answer.headers[.accessControlAllowMethods] = allowed
            answer.headers[.accessControlAllowHeaders] =
                "Authorization, Cache-Control, Content-Type, Last-Event-ID, Range, X-Requested-With"
            answer.headers[.accessControlMaxAge] = "600"
        }
        return answer
    }
}
