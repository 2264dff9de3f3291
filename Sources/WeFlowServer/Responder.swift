import NIOCore
import NIOHTTP1
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// Answers requests: the guards in their order, the endpoint, the answer in its final form.
///
/// It takes a request and returns an answer, or the query that writes one, and knows nothing of where they come from
/// and go to. It does not wait; only the query reads files, on the workers' threads. An answer that was given before
/// and still holds needs none.
struct Responder: Sendable {
    let endpoints: EndpointTable
    let context: ServerContext
    let bodies: RequestBodyReader
    /// The token that is valid now.
    let token: @Sendable () throws -> AccessToken
    /// The token as it was when it was last asked for.
    let lastToken: @Sendable () -> AccessToken?
    /// Takes a line for each request; nil where none is wanted.
    let log: (@Sendable (String) -> Void)?
    private let dates = HTTPDate.Cache()
    private let hosts = LoopbackHost.Cache()

    init(
        endpoints: EndpointTable, context: ServerContext, bodies: RequestBodyReader,
        token: @escaping @Sendable () throws -> AccessToken, lastToken: @escaping @Sendable () -> AccessToken?,
        log: (@Sendable (String) -> Void)?
    ) {
        (self.endpoints, self.context, self.bodies) = (endpoints, context, bodies)
        (self.token, self.lastToken, self.log) = (token, lastToken, log)
    }

    /// A request that is to be answered.
    struct Asked: Sendable {
        let request: Request
        /// Whether its connection is for more requests than this one.
        let isKept: Bool
        /// When it was there.
        let begin: ContinuousClock.Instant
    }

    /// What requests that arrive in one turn are answered from.
    struct Seen {
        /// The number of the databases' state, where that is the one that was seen last; nil where it cannot be told at
        /// once.
        let number: Int?
        /// The token; nil where it is not to be had.
        let token: AccessToken?
    }

    /// Looks at the files.
    func look() -> Seen {
        let number = context.answers.numberIfUnchanged()
        // Why there is none is said to each request that asks for it itself.
        do { return Seen(number: number, token: try token()) } catch { return Seen(number: number, token: nil) }
    }

    /// What becomes of a request.
    enum Reply {
        /// The answer is there.
        case whole(AnswerForm.Whole)
        /// It depends on what is seen of the files when all requests of the turn have arrived.
        case look((Seen) -> Reply)
        /// The answer is there in its final bytes: its head and its body.
        case ready(ByteBuffer, ByteBuffer)
        /// A query writes it, on the workers' threads.
        case query(@Sendable (any AnswerOutlet) async -> Void)
    }

    /// Answers a request.
    func reply(to asked: Asked, _ admission: Admission, _ content: RequestBodyReader.Content) -> Reply {
        let request = asked.request
        do {
            if request.method == .options, let match = admission.match {
                return run(preflight(request, endpoints[match].allowed), for: asked)
            }
            let leave = try leave(of: admission.access, content)
            let match = try checked(admission.match, for: request)
            if case .unusable(let refusal) = content { throw refusal }
            guard let kept = admission.kept else {
                return run(try answer(request, admission.host, leave, match, content), for: asked)
            }
            return .look { seen in
                do {
                    let leave = try confirmed(leave, admission.access, seen, for: request, match)
                    if seen.number == kept.number, let reply = reply(to: asked, with: kept) { return reply }
                    return run(try answer(request, admission.host, leave, match, content), for: asked)
                } catch {
                    return .whole(refuse(asked, error))
                }
            }
        } catch {
            return .whole(refuse(asked, error))
        }
    }

    /// An answer that was given before; nil where that takes work.
    private func reply(to asked: Asked, with kept: AnswerCache.Entry) -> Reply? {
        let form = form(of: asked)
        if let ready = kept.ready(form) {
            report(asked, .ok, ready.body.readableBytes)
            return .ready(ready.head, ready.body)
        }
        return kept.whole(form).map { finish(asked, $0) }
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

    /// An answer that is there, or the query that writes it.
    private func run(_ answer: Answer, for asked: Asked) -> Reply {
        let head = AnswerHead(status: answer.status, headerFields: answer.headers)
        let form = form(of: asked)
        switch answer.body {
        case .bytes(let bytes): return finish(asked, form.whole(head, bytes))
        case .query(let query):
            return .query { outlet in await run(query, AnswerWriter(head, form, to: outlet), asked) }
        }
    }

    private func run(
        _ query: @Sendable (AnswerWriter) async throws -> Void, _ writer: AnswerWriter, _ asked: Asked
    ) async {
        do {
            try await query(writer)
            try writer.finish()
        } catch {
            if (error as? WeFlowError)?.kind == .unavailable { invalidate() }
            // What has begun can only be broken off; who is gone gets no answer.
            guard !writer.hasBegun, !Task.isCancelled, !(error is CancellationError) else {
                return writer.breakOff()
            }
            writer.refuse(Refusal(error))
        }
        report(asked, writer.head.status, writer.count)
    }

    /// The answer that says no.
    func refuse(_ asked: Asked, _ error: any Error) -> AnswerForm.Whole {
        if (error as? WeFlowError)?.kind == .unavailable { invalidate() }
        let whole = form(of: asked).whole(Refusal(error))
        report(asked, HTTPResponse.Status(code: Int(whole.head.status.code)), whole.count)
        return whole
    }

    /// The answer to bytes that are no request.
    func refuse(malformed error: any Error, _ limits: Limits) -> AnswerForm.Whole {
        form(of: nil).whole(Refusal(parserError: error, limits: limits))
    }

    private func finish(_ asked: Asked, _ whole: AnswerForm.Whole) -> Reply {
        report(asked, HTTPResponse.Status(code: Int(whole.head.status.code)), whole.count)
        return .whole(whole)
    }

    private func report(_ asked: Asked, _ status: HTTPResponse.Status, _ count: Int) {
        guard let log else { return }
        let time = Int((ContinuousClock.now - asked.begin) / .microseconds(1))
        log("\(asked.request.method.rawValue) \(asked.request.target.path) \(status.code) \(count) B \(time) us")
    }

    /// The store was not to be had: neither what it was opened with nor what was read from it holds unseen.
    private func invalidate() {
        context.invalidate()
        context.answers.invalidate()
    }

    /// What a request makes of its answer; nil where it is no request, and the connection ends with the answer.
    private func form(of asked: Asked?) -> AnswerForm {
        AnswerForm(asked?.request, isKeptAlive: asked?.isKept ?? false, dates: dates)
    }

    // MARK: Guards

    func checkedHost(_ request: Request) throws -> LoopbackHost {
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

    static func isProtected(_ path: Substring) -> Bool {
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
