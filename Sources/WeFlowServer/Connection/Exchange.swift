import NIOCore
import NIOHTTP1

/// One request and its answer, on the event loop of their connection.
final class Exchange {
    let request: Request
    /// Looks at the databases for it.
    let check: CoalescedCheck
    /// When the request was there.
    let begin = ContinuousClock.now
    /// Whether a part of the answer was sent.
    private(set) var hasBegun = false
    /// Whether the connection is for more requests than this one.
    private(set) var isKeptAlive: Bool

    private let connection: Connection
    private let loop: any EventLoop
    private var task: Task<Void, Never>?
    private var isOver = false
    /// A query that waits for the client to take what was sent.
    private var waiting: CheckedContinuation<Void, any Error>?

    private var responder: Responder?
    private var admission: Responder.Admission?
    /// The body as far as it was read, where it is wanted.
    private var body: ByteBuffer?
    private var hasWholeBody = false
    private var slot = BodySlot.unneeded

    /// The place of a large body among those that are held at once.
    private enum BodySlot { case unneeded, awaited, taken }

    init(_ request: Request, on connection: Connection, _ check: CoalescedCheck, _ loop: any EventLoop) {
        (self.request, self.connection, self.check, self.loop) = (request, connection, check, loop)
        isKeptAlive = request.isKeptAlive
    }

    // MARK: The request

    /// Answers the request, or begins to read its body where that is wanted.
    func begin(_ responder: Responder) {
        self.responder = responder
        do {
            let admission = try responder.admit(request)
            self.admission = admission
            guard responder.bodies.reads(request) else {
                leaveBody()
                return respond(.none)
            }
            guard request.bodyLength ?? 0 <= mostOfBody else { throw tooMuch }
            if request.expectsContinue {
                connection.send(
                    self, HTTPResponseHead(version: .http1_1, status: .continue), nil, isLast: false)
            }
            body = ByteBuffer()
        } catch {
            refuseBody(error)
        }
    }

    /// Bytes of the body that are taken: few as long as it is not known whether the client may send them.
    private var mostOfBody: Int {
        guard let responder else { return 0 }
        return admission?.isProven == true ? responder.bodies.limit : responder.bodies.small
    }

    /// What is wrong with a longer one.
    private var tooMuch: Refusal {
        admission?.isProven == true ? .tooLarge(mostOfBody) : .unauthorized
    }

    /// Refuses the request without its body.
    private func refuseBody(_ error: any Error) {
        body = nil
        releaseSlot()
        leaveBody()
        responder?.refuse(self, error)
    }

    /// Nobody wants the body. A small one is read to its end, so that the connection can go on behind it; whoever has
    /// more is answered, given time to read that, and left. So is who waits to be told to send it: whether it comes
    /// nobody knows.
    private func leaveBody() {
        guard let responder, request.mayExceed(responder.bodies.small) || request.expectsContinue else { return }
        isKeptAlive = false
    }

    /// Takes a part of the body, which may be wanted or not.
    func take(_ bytes: ByteBuffer) {
        guard let responder, var body else { return }
        self.body = nil
        guard body.readableBytes + bytes.readableBytes <= mostOfBody else {
            // It is not known how much more comes.
            isKeptAlive = false
            return refuseBody(tooMuch)
        }
        body.writeImmutableBuffer(bytes)
        self.body = body
        guard slot == .unneeded, responder.bodies.isLarge(body.readableBytes) else { return }
        if responder.bodies.large.takeIfFree() {
            slot = .taken
        } else {
            slot = .awaited
            connection.holdBack(true)
            start { outlet in
                do {
                    try await responder.bodies.large.take()
                    outlet.onLoop { $0.slotTaken() }
                } catch {
                    // The connection is closed.
                }
            }
        }
    }

    /// The body is there.
    func takeEnd() {
        guard body != nil else { return }
        hasWholeBody = true
        parse()
    }

    private func slotTaken() {
        slot = .taken
        connection.holdBack(false)
        guard !isOver, body != nil else { return releaseSlot() }
        parse()
    }

    private func releaseSlot() {
        switch slot {
        case .unneeded: break
        case .awaited: connection.holdBack(false)
        case .taken:
            slot = .unneeded
            responder?.bodies.large.release()
        }
    }

    private func parse() {
        guard hasWholeBody, slot != .awaited, let responder, let bytes = body else { return }
        body = nil
        guard slot == .taken else { return respond(responder.bodies.parse(bytes)) }
        start { outlet in
            let content = responder.bodies.parse(bytes)
            outlet.onLoop { exchange in
                exchange.releaseSlot()
                exchange.respond(content)
            }
        }
    }

    private func respond(_ content: RequestBodyReader.Content) {
        releaseSlot()
        guard let responder, let admission, !isOver else { return }
        responder.respond(to: self, admission, content)
    }

    // MARK: The answer

    /// Sends the whole answer.
    func finish(_ whole: AnswerForm.Whole) {
        hasBegun = true
        connection.send(self, whole.head, whole.body, isLast: true)
    }

    /// Sends a part of the answer; `waiting` goes on when the client keeps up.
    func pass(
        _ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool, _ waiting: CheckedContinuation<Void, any Error>?
    ) {
        guard !isOver else {
            waiting?.resume(throwing: ChannelError.ioOnClosedChannel)
            return
        }
        hasBegun = true
        self.waiting = waiting
        // Its end is the connection's.
        if head?.version == .http1_0 { isKeptAlive = false }
        connection.send(self, head, body, isLast: isLast)
        if connection.isWritable { goOn() }
    }

    /// Sends something between two parts of an answer that has begun, whatever else is being sent or waited for.
    func interject(_ body: ByteBuffer) {
        guard !isOver, hasBegun else { return }
        connection.send(self, nil, body, isLast: false)
    }

    /// The client has taken what was sent.
    func goOn() {
        waiting?.resume()
        waiting = nil
    }

    /// The answer failed when a part of it had been sent.
    func breakOff() {
        if !isOver { connection.breakOff() }
    }

    /// Nobody waits for the answer any longer.
    func abandon() {
        isOver = true
        task?.cancel()
        waiting?.resume(throwing: ChannelError.ioOnClosedChannel)
        (waiting, body) = (nil, nil)
        if !hasWholeBody { releaseSlot() }
    }

    /// Works on the answer on the workers' threads.
    func start(_ work: @escaping @Sendable (AnswerOutlet) async -> Void) {
        guard let responder else { return }
        connection.taskBegan()
        let outlet = AnswerOutlet(self, loop)
        let ended = NIOLoopBound(connection, eventLoop: loop)
        task = Task(executorPreference: responder.workers) { [loop] in
            await work(outlet)
            loop.execute { ended.value.taskEnded() }
        }
    }
}

/// The way from a worker's thread to the connection that the answer goes out on.
struct AnswerOutlet: Sendable {
    private let exchange: NIOLoopBound<Exchange>
    private let loop: any EventLoop

    init(_ exchange: Exchange, _ loop: any EventLoop) {
        self.exchange = NIOLoopBound(exchange, eventLoop: loop)
        self.loop = loop
    }

    /// Does something on the connection's event loop.
    func onLoop(_ body: @escaping @Sendable (Exchange) -> Void) {
        loop.execute { body(exchange.value) }
    }

    /// Sends a part of the answer, and waits until the client has taken most of it.
    ///
    /// - Throws: where the client has gone away.
    func pass(_ head: HTTPResponseHead?, _ body: ByteBuffer?) async throws {
        try await withCheckedThrowingContinuation { waiting in
            onLoop { $0.pass(head, body, isLast: false, waiting) }
        }
    }

    /// Sends something between two parts of an answer that has begun, whatever else is being sent or waited for.
    func interject(_ body: ByteBuffer) {
        onLoop { $0.interject(body) }
    }

    /// Sends a part of the answer, without waiting.
    func post(_ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool) {
        onLoop { $0.pass(head, body, isLast: isLast, nil) }
    }
}
