import NIOCore
import NIOHTTP1

/// Runs the machine of one connection on its event loop: tells it what happens, and does what it says.
///
/// Closing a connection cancels the task that answers on it, and with it the query.
final class Connection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The request whose answer is due.
    struct Work {
        let request: Request
        let begin = ContinuousClock.now
        /// What was said of it without its body.
        let judgement: Result<Responder.Admission, any Error>
        var body = ByteBuffer()
        var task: Task<Void, Never>?
        /// Whoever writes the answer and waits for the client.
        var waiting: CheckedContinuation<Void, any Error>?
    }

    /// What came with an event.
    enum Payload {
        case none
        case bytes(ByteBuffer)
        case part(HTTPResponseHead?, ByteBuffer?, isLast: Bool, CheckedContinuation<Void, any Error>?)
        case encoded(ByteBuffer, ByteBuffer)
        case content(RequestBodyReader.Content)
        case malformed(any Error)
    }

    let responder: Responder
    let workers: Workers
    private let limits: Limits
    let connections: Connections
    private let check: CoalescedCheck
    private let start = RequestStart()
    private let deadline: ConnectionDeadline

    private(set) var context: ChannelHandlerContext?
    private var place: Connections.Place?
    private var machine: ConnectionMachine
    var work: Work?
    /// Whether bytes are being taken: what is written meanwhile is sent when all have been.
    private var isTaking = false
    /// Whether the channel wants to read, and shall not yet.
    private var wantsRead = false

    init(_ setup: ConnectionSetup, _ channel: any Channel) {
        (responder, workers, limits) = (setup.responder, setup.workers, setup.limits)
        connections = setup.connections
        check = setup.check(of: channel.eventLoop)
        deadline = ConnectionDeadline(channel.eventLoop)
        machine = ConnectionMachine(small: setup.responder.bodies.small)
    }

    // MARK: What happens

    /// Something happened.
    func happened(_ event: ConnectionMachine.Event, _ payload: Payload = .none) {
        perform(machine.handle(event), payload)
        if !isTaking { endTurn() }
    }

    /// All that came at once was taken.
    private func endTurn() {
        perform(machine.handle(.turnEnded), .none)
        if machine.wantsBytes, start.canFeed {
            isTaking = true
            start.feed()
            isTaking = false
            perform(machine.handle(.turnEnded), .none)
        }
        guard wantsRead, machine.mayRead(held: start.held) else { return }
        wantsRead = false
        context?.read()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        place = connections.opened(context.channel)
        do {
            try context.pipeline.syncOperations.addHandler(start, position: .first)
        } catch {
            context.close(promise: nil)
        }
        start.isWanted = { [weak self] in self?.machine.wantsBytes ?? false }
        start.onEvent = { [weak self] event in self?.happened(event) }
        deadline.onDue = { [weak self] in self?.happened(.timeOut) }
        endTurn()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        (start.onEvent, start.isWanted, deadline.onDue) = (nil, nil, nil)
        deadline.end()
        happened(.gone)
        self.context = nil
        work = nil
        if let place { connections.closed(place) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isTaking = true
        switch unwrapInboundIn(data) {
        case .head(let head): take(Request(head))
        case .body(let bytes): happened(.body(bytes.readableBytes), .bytes(bytes))
        case .end:
            start.sawEnd()
            happened(.end)
        }
    }

    private func take(_ request: Request) {
        start.sawHead(bodyLength: request.bodyLength)
        let judgement = Result { try responder.admit(request) }
        work = Work(request: request, judgement: judgement)
        happened(
            .head(
                .init(
                    isKept: request.isKeptAlive, bodyLength: request.bodyLength,
                    expectsContinue: request.expectsContinue, verdict: responder.bodies.verdict(on: request, judgement)
                )))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isTaking = false
        endTurn()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if machine.mayRead(held: start.held) { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        happened(.pace(context.channel.isWritable ? .keepsUp : .behind))
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isTaking = false
            happened(.inputEnded)
        case is ChannelShouldQuiesceEvent: happened(.stop)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { happened(.malformed, .malformed(error)) } else { happened(.failed) }
    }

    // MARK: What is to be done

    private func perform(_ actions: [ConnectionMachine.Action], _ payload: Payload) {
        for action in actions { perform(action, payload) }
    }

    private func perform(_ action: ConnectionMachine.Action, _ payload: Payload) {
        switch action {
        case .sendContinue: write(HTTPResponseHead(version: .http1_1, status: .continue), nil, isLast: false)
        case .keep: if case .bytes(let bytes) = payload { work?.body.writeImmutableBuffer(bytes) }
        case .takePlace: takePlace()
        case .releasePlace: responder.bodies.large.release()
        case .parse: parse()
        case .respond(let body): respond(body, payload)
        case .refuse(let fault): refuse(fault)
        case .refuseMalformed:
            guard case .malformed(let error) = payload else { return }
            let whole = responder.refuse(malformed: error, limits)
            write(whole.head, whole.body, isLast: true)
        case .send:
            if case .encoded(let head, let body) = payload {
                work = nil
                return start.write(head, body)
            }
            guard case .part(let head, let body, let isLast, let waiting) = payload else { return }
            if isLast { work = nil } else if let waiting { work?.waiting = waiting }
            write(head, body, isLast: isLast)
        case .resume: takeWaiting(payload)?.resume()
        case .deny: takeWaiting(payload)?.resume(throwing: ChannelError.ioOnClosedChannel)
        case .abandon: abandon()
        case .flush: context?.flush()
        case .discard: start.discardRest()
        case .closeOutput:
            context?.flush()
            context?.close(mode: .output, promise: nil)
        case .closeWhenSent: closeWhenSent()
        case .close: context?.close(promise: nil)
        case .arm(let wait): deadline.set(limits.time(for: wait))
        case .disarm: deadline.clear()
        case .keepFromSurplus: place?.becameBusy()
        case .giveToSurplus: place?.becameIdle()
        }
    }

    private func write(_ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool) {
        guard let context else { return }
        if let head { context.write(wrapOutboundOut(.head(head)), promise: nil) }
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        if isLast { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
    }

    private func closeWhenSent() {
        guard let context else { return }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        // Nothing goes out for it, and it is done when all before it is.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: sent)
    }

    /// Asks in which state the databases are, together with the other requests of this turn.
    func look(_ number: UInt64, _ reply: @escaping (Responder.Seen) -> Responder.Reply) {
        check.join(responder) { [weak self] seen in
            guard let self, self.machine.owesAnswer(to: number) else { return }
            self.deliver(reply(seen))
        }
    }

    /// The request that came last.
    var number: UInt64 { machine.number }

    /// What the request that is answered is to its answer.
    var asked: Responder.Asked? {
        work.map { Responder.Asked(request: $0.request, isKept: machine.isKept, begin: $0.begin) }
    }
}
