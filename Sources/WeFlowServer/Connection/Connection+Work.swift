import NIOCore
import NIOHTTP1

/// The request whose answer is due: its body, its answer, and the task that makes it.
extension Connection {
    func takePlace() {
        let (number, places) = (number, responder.bodies.large)
        if places.takeIfFree() { return happened(.placeTaken(of: number)) }
        start { outlet in
            do {
                try await places.take()
                outlet.onLoop { $0.happened(.placeTaken(of: number)) }
            } catch {
                // The connection is closed.
            }
        }
    }

    func parse() {
        guard let body = work?.body else { return }
        work?.body = ByteBuffer()
        let (number, bodies) = (number, responder.bodies)
        start { outlet in
            let content = bodies.parse(body)
            outlet.onLoop { $0.happened(.parsed(of: number), .content(content)) }
        }
    }

    func respond(_ body: ConnectionMachine.Body, _ payload: Payload) {
        guard let work, let asked else { return }
        let content: RequestBodyReader.Content
        switch (body, payload) {
        case (.parsed, .content(let parsed)): content = parsed
        case (.kept, _): content = responder.bodies.parse(work.body)
        default: content = .none
        }
        self.work?.body = ByteBuffer()
        switch work.judgement {
        case .success(let admission): deliver(responder.reply(to: asked, admission, content))
        case .failure(let error): deliver(.whole(responder.refuse(asked, error)))
        }
    }

    func refuse(_ fault: ConnectionMachine.Fault) {
        guard let work, let asked else { return }
        self.work?.body = ByteBuffer()
        let error: any Error
        switch fault {
        case .judged:
            guard case .failure(let said) = work.judgement else { return }
            error = said
        case .tooLarge: error = Refusal.tooLarge(responder.bodies.limit)
        case .unauthorized: error = Refusal.unauthorized
        }
        deliver(.whole(responder.refuse(asked, error)))
    }

    /// Sends an answer that is there, or lets a task make it.
    func deliver(_ reply: Responder.Reply) {
        switch reply {
        case .whole(let whole):
            happened(.part(.init(isLast: true), of: number), .part(whole.head, whole.body, isLast: true, nil))
        case .ready(let head, let body): happened(.part(.init(isLast: true), of: number), .encoded(head, body))
        case .look(let reply): look(number, reply)
        case .query(let query): start { outlet in await query(outlet) }
        }
    }

    /// A part of an answer, from the task that makes it.
    func pass(
        _ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool, of number: UInt64,
        _ waiting: CheckedContinuation<Void, any Error>?
    ) {
        let part = ConnectionMachine.Part(
            isLast: isLast, waits: waiting != nil, endsConnection: head?.version == .http1_0)
        happened(.part(part, of: number), .part(head, body, isLast: isLast, waiting))
    }

    /// Whoever waits: the one that came with an event, or the one that was kept.
    func takeWaiting(_ payload: Payload) -> CheckedContinuation<Void, any Error>? {
        if case .part(_, _, _, let waiting?) = payload { return waiting }
        defer { work?.waiting = nil }
        return work?.waiting
    }

    /// Stops whoever works on the answer.
    func abandon() {
        work?.task?.cancel()
        takeWaiting(.none)?.resume(throwing: ChannelError.ioOnClosedChannel)
    }

    /// Works on the answer on the workers' threads.
    private func start(_ body: @escaping @Sendable (ConnectionOutlet) async -> Void) {
        guard let loop = context?.eventLoop else { return }
        let outlet = ConnectionOutlet(connection: NIOLoopBound(self, eventLoop: loop), number: number, loop: loop)
        let connections = connections
        connections.taskBegan()
        work?.task = Task(executorPreference: workers) {
            await body(outlet)
            connections.taskEnded()
        }
    }
}

/// The way from a worker's thread to the connection that the answer goes out on.
struct ConnectionOutlet: AnswerOutlet {
    fileprivate let connection: NIOLoopBound<Connection>
    fileprivate let number: UInt64
    fileprivate let loop: any EventLoop

    /// Does something on the connection's event loop.
    fileprivate func onLoop(_ body: @escaping @Sendable (Connection) -> Void) {
        loop.execute { body(connection.value) }
    }

    func pass(_ head: HTTPResponseHead?, _ body: ByteBuffer?) async throws {
        try await withCheckedThrowingContinuation { waiting in
            onLoop { $0.pass(head, body, isLast: false, of: number, waiting) }
        }
    }

    func post(_ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool) {
        onLoop { $0.pass(head, body, isLast: isLast, of: number, nil) }
    }

    func interject(_ body: ByteBuffer) {
        onLoop { $0.happened(.interjection(of: number), .part(nil, body, isLast: false, nil)) }
    }

    func breakOff() {
        onLoop { $0.happened(.brokenOff(of: number)) }
    }
}
