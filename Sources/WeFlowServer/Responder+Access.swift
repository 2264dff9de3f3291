import WeFlowParameters

/// What can be said of a request before its body is read, and what its token gives it.
extension Responder {
    /// What is known of a request before its body is read.
    struct Admission: Sendable {
        let host: LoopbackHost
        let match: EndpointTable.Match?
        let access: Access
        /// The answer that was given to the same request before.
        var kept: AnswerCache.Entry?
        /// Whether all that can be said without the body speaks for the request.
        var isProven: Bool { if case .awaited = access { false } else { true } }
    }

    /// Whether a request may have what it asks for.
    enum Access: Sendable {
        /// No token is needed.
        case open
        /// It carries the token.
        case given(Leave)
        /// It carries the token that held when it was last asked for, which is to be asked for before it is answered.
        case assumed(AccessToken)
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
        if let match, let kept = kept(for: request, match) {
            // The token is asked for when the databases are looked at, once for all requests of a turn: 6 % of an answer.
            if let last = lastToken(), Token.isOffered(last, by: request) {
                return Admission(host: host, match: match, access: .assumed(last), kept: kept)
            }
            return Admission(host: host, match: match, access: try access(of: request, match), kept: kept)
        }
        let access = try access(of: request, match)
        if case .awaited = access { return Admission(host: host, match: match, access: access) }
        return Admission(host: host, match: try checked(match, for: request), access: access)
    }

    /// The answer that was given to the same request before, where it can be given again.
    func kept(for request: Request, _ match: EndpointTable.Match) -> AnswerCache.Entry? {
        guard Self.method(of: request) == .get, endpoints[match].methods.contains(.get) else { return nil }
        return context.answers.entry(request.text)
    }

    func access(of request: Request, _ match: EndpointTable.Match?) throws -> Access {
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
    func checked(_ match: EndpointTable.Match?, for request: Request) throws -> EndpointTable.Match {
        guard let match else { throw Refusal.noEndpoint }
        guard endpoints[match].methods.contains(Self.method(of: request)) else {
            throw Refusal.wrongMethod(allowed: endpoints[match].allowed)
        }
        return match
    }

    static func method(of request: Request) -> HTTPRequest.Method {
        request.method == .head ? .get : request.method
    }

    /// What the token of a request gives it; nil where it needs none, or its token is to be asked for yet.
    func leave(of access: Access, _ content: RequestBodyReader.Content) throws -> Leave? {
        switch access {
        case .open, .assumed: return nil
        case .given(let given): return given
        case .awaited(let token):
            guard Token.isOffered(token, by: content.json) else { throw Refusal.unauthorized }
            return Leave(token, current: self.token)
        }
    }

    /// The same when the token was asked for.
    func confirmed(
        _ leave: Leave?, _ access: Access, _ seen: Seen, for request: Request, _ match: EndpointTable.Match
    ) throws -> Leave? {
        guard case .assumed(let token) = access else { return leave }
        if let now = seen.token, now.isIdentical(to: token) { return Leave(token, current: self.token) }
        guard case .given(let given) = try self.access(of: request, match) else { throw Refusal.unauthorized }
        return given
    }
}
