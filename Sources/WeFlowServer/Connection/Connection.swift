import HTTPTypes
import NIOCore
import NIOHTTP1

/// One connection, all of it on its event loop: takes its requests one after the other, sends their answers in that
/// order, and keeps it within the limits of how long its client may take to send a request, to read an answer and to
/// think of the next request. What the HTTP parser refuses is answered with an error body like any other.
///
/// A connection that breaks a limit is closed. Closing it cancels the task that answers on it, and with it the query.
final class Connection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A part of a request.
    private enum Part {
        case head(Request)
        case body(ByteBuffer)
        case end
    }

    /// Parts of requests that are held while an answer is due, before no more are read.
    private static let longestLine = 16

    private let responder: Responder
    private let limits: Limits
    private let connections: Connections
    private let check: CoalescedCheck
    private let ended: EventLoopPromise<Void>
    private let start = RequestStart()
    private let deadline: ConnectionDeadline
    private var context: ChannelHandlerContext?
    private var place: Connections.Idleness?

    /// The request whose answer is due.
    private var current: Exchange?
    /// Whether the last request that was taken has been read to its end; what is read until then is its body.
    private var hasEnd = true
    /// What arrived behind it.
    private var line = CircularBuffer<Part>()
    private var isTaking = false
    /// Tasks that still run: one that was cancelled takes its time to notice.
    private var tasks = 0

    private var isReadingHead = false
    private var isReadingBody = false
    private var openRequests = 0
    private var isInputClosed = false
    private var isQuiescing = false
    private var refusal: (any Error)?
    /// Whether nothing more is taken or sent: what there is to read is not read.
    private var isOver = false

    /// Whether bytes are being read: what is written meanwhile is sent when all have been.
    private var isInRead = false
    private var hasUnsent = false
    private var isHoldingBack = false
    private var wantsRead = false
    /// Whether something happened that the time is to be counted from.
    private var hasMoved = true
    private var isBodyTimed = false

    init(_ setup: ConnectionSetup, _ channel: any Channel, _ ended: EventLoopPromise<Void>) {
        (responder, limits, connections) = (setup.responder, setup.limits, setup.connections)
        check = setup.check(of: channel.eventLoop)
        self.ended = ended
        deadline = ConnectionDeadline(channel)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        place = connections.opened(context.channel)
        do {
            try context.pipeline.syncOperations.addHandler(start, position: .first)
        } catch {
            context.close(promise: nil)
        }
        start.onFirstByte = { [weak self] in
            self?.isReadingHead = true
            self?.hasMoved = true
        }
        start.isWanted = { [weak self] in self?.wantsMore ?? false }
        settle()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        (start.onFirstByte, start.isWanted) = (nil, nil)
        deadline.end()
        if let place { connections.closed(place) }
        self.context = nil
        isOver = true
        current?.abandon()
        current = nil
        line.removeAll()
        endIfOver()
    }

    /// A task works on an answer.
    func taskBegan() { tasks += 1 }

    /// It does no longer.
    func taskEnded() {
        tasks -= 1
        endIfOver()
    }

    private func endIfOver() {
        if context == nil, tasks == 0 { ended.succeed() }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        isInRead = true
        switch unwrapInboundIn(data) {
        case .head(let head):
            let request = Request(head)
            start.sawHead(bodyLength: request.bodyLength)
            (isReadingHead, isReadingBody, isBodyTimed) = (false, true, false)
            openRequests += 1
            line.append(.head(request))
        case .body(let bytes):
            line.append(.body(bytes))
        case .end:
            start.sawEnd()
            isReadingBody = false
            line.append(.end)
        }
        hasMoved = true
        takeLine()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isInRead = false
        send()
        takeLine()
        settle()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if wantsMore {
            context.read()
        } else {
            wantsRead = true
        }
    }

    /// Whether more parts of requests are taken: there are not many that wait already, and there is a place for a body.
    private var wantsMore: Bool { !isHoldingBack && line.count <= Self.longestLine }

    /// Reads no more until it is told to, while there is no place for a body.
    func holdBack(_ isHoldingBack: Bool) {
        self.isHoldingBack = isHoldingBack
        guard !isHoldingBack else { return }
        takeLine()
        if !isInRead { settle() }
    }

    private func goOnReading() {
        guard wantsRead, wantsMore else { return }
        wantsRead = false
        context?.read()
    }

    /// Takes what arrived, up to the end of a request whose answer is due, and while the client takes what is sent.
    private func takeLine() {
        guard !isTaking else { return }
        isTaking = true
        defer { isTaking = false }
        repeat {
            takeParts()
        } while takeWaiting()
        goOnReading()
    }

    private func takeParts() {
        while let context, !isOver, !line.isEmpty, !hasEnd || current == nil && context.channel.isWritable {
            switch line.removeFirst() {
            case .head(let request):
                hasEnd = false
                let exchange = Exchange(request, on: self, check, context.eventLoop)
                current = exchange
                exchange.begin(responder)
            case .body(let bytes):
                current?.take(bytes)
            case .end:
                hasEnd = true
                current?.takeEnd()
            }
        }
    }

    /// Has more of what was read already come up.
    ///
    /// - Returns: whether something came that can be taken now.
    private func takeWaiting() -> Bool {
        guard !isOver, wantsMore, start.canFeed else { return false }
        // Nothing is being read: what is answered goes out at once.
        let wasInRead = isInRead
        start.feed()
        isInRead = wasInRead
        if !isInRead { send() }
        return !line.isEmpty && (!hasEnd || current == nil && context?.channel.isWritable == true)
    }

    // MARK: Answers

    /// Sends a part of the answer that is due.
    ///
    /// - Parameters:
    ///   - exchange: whose answer it is; nothing is sent where that is not the one that is due.
    ///   - head: the head, where it is the first part.
    ///   - body: bytes of the body.
    ///   - isLast: whether the answer ends with it.
    func send(_ exchange: Exchange, _ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool) {
        guard let context, !isOver, current === exchange else { return }
        if let head { context.write(wrapOutboundOut(.head(head)), promise: nil) }
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        if isLast { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
        hasUnsent = true
        if isLast { finish(exchange) }
        guard !isInRead else { return }
        send()
        guard isLast else { return }
        takeLine()
        settle()
    }

    /// Whether the client keeps up with what is sent.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Closes the connection: an answer that has begun cannot be ended otherwise.
    func breakOff() { context?.close(promise: nil) }

    /// An answer has all its parts.
    private func finish(_ exchange: Exchange) {
        current = nil
        openRequests -= 1
        hasMoved = true
        if isQuiescing, openRequests == 0 {
            closeWhenSent()
        } else if !exchange.isKeptAlive {
            endOutput()
        } else if let refusal, openRequests <= cutShort {
            refuse(refusal)
        }
    }

    /// The requests, none or one, that have not been read to their end.
    private var cutShort: Int { isReadingBody ? 1 : 0 }

    private func send() {
        guard hasUnsent else { return }
        hasUnsent = false
        context?.flush()
    }

    /// Closes the sending side when all is sent, and the rest when the client has had time to read it (closing with
    /// unread bytes would throw it away).
    private func endOutput() {
        isOver = true
        start.discardRest()
        hasUnsent = true
        send()
        if isInputClosed {
            closeWhenSent()
        } else {
            context?.close(mode: .output, promise: nil)
            deadline.set(isWritable ? limits.halfClosedTime : limits.stallTime)
        }
    }

    private func closeWhenSent() {
        guard let context else { return }
        isOver = true
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        // Nothing goes out for it, and it is done when all before it is.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: sent)
        deadline.set(limits.stallTime)
    }

    // MARK: Events

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        hasMoved = true
        if isOver {
            deadline.set(context.channel.isWritable ? limits.halfClosedTime : limits.stallTime)
        } else if context.channel.isWritable {
            current?.goOn()
            takeLine()
        }
        if !isInRead { settle() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            (isInputClosed, isInRead, hasMoved) = (true, false, true)
            send()
            if isReadingBody, !isOver {
                context.close(promise: nil)
            } else {
                settle()
            }
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if openRequests == 0, !isOver { context.close(promise: nil) }
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.close(promise: nil)
            return
        }
        guard refusal == nil, !isOver else { return }
        refusal = error
        start.discardRest()
        // Answers that are still due come first; where the request itself is cut short there is none to wait for.
        guard openRequests <= cutShort else { return }
        if let current {
            guard !current.hasBegun else {
                context.close(promise: nil)
                return
            }
            current.abandon()
            self.current = nil
        }
        refuse(error)
    }

    /// Answers a request that is no request, then closes.
    private func refuse(_ error: any Error) {
        guard let context, !isOver else { return }
        let answer = Refusal(parserError: error, limits: limits)
        let head = AnswerHead(status: answer.status, headerFields: answer.headers)
        let whole = responder.form(of: nil).whole(head, answer.body)
        context.write(wrapOutboundOut(.head(whole.head)), promise: nil)
        if let body = whole.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        endOutput()
    }

    // MARK: Time

    /// Sets the time that the client has for what it is at.
    private func settle() {
        guard let context, hasMoved, !isOver else { return }
        hasMoved = false
        let isIdle = openRequests == 0
        // Whoever has not sent all of a request has no claim on its place yet.
        if isIdle || isReadingBody && openRequests == 1 { place?.becameIdle() } else { place?.becameBusy() }
        if isReadingBody {
            guard !isBodyTimed else { return }
            isBodyTimed = true
            deadline.set(limits.bodyTime)
        } else if !context.channel.isWritable {
            deadline.set(limits.stallTime)
        } else if !isIdle {
            if isInputClosed { deadline.set(limits.halfClosedTime) } else { deadline.clear() }
        } else if isInputClosed {
            closeWhenSent()
        } else {
            deadline.set(isReadingHead ? limits.headTime : limits.idleTime)
        }
    }
}
