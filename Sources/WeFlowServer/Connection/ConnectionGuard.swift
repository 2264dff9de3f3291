import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection within the limits: how long its client may take to send a request, to read an answer and to
/// think of the next request; and answers what the HTTP parser refuses with an error body like any other.
///
/// A connection that breaks a limit is closed. Closing it cancels the task that answers on it, and with it the query.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: Limits
    private let connections: Connections
    private let start = RequestStart()
    private var identifier: Connections.Identifier?

    private var isReadingHead = false
    private var isReadingBody = false
    private var openRequests = 0
    /// Whether the rest of the body belongs to a request that is answered already: nobody will read it.
    private var isDiscardingBody = false
    private var isInputClosed = false
    private var isOutputClosed = false
    private var refusal: (any Error)?
    private var hasRefused = false

    /// When the connection is to be closed unless something happens before.
    private var deadline: NIODeadline?
    private var timer: (task: Scheduled<Void>, due: NIODeadline)?

    init(limits: Limits, connections: Connections) {
        self.limits = limits
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        identifier = connections.opened(context.channel)
        do {
            try context.pipeline.syncOperations.addHandler(start, position: .first)
        } catch {
            context.close(promise: nil)
        }
        start.onFirstByte = { [weak self] in
            guard let self, !self.hasRefused else { return }
            self.isReadingHead = true
            if self.openRequests == 0 { self.setDeadline(self.limits.headTime, context) }
        }
        setDeadline(limits.idleTime, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        start.onFirstByte = nil
        timer?.task.cancel()
        timer = nil
        if let identifier { connections.closed(identifier) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        switch unwrapInboundIn(data) {
        case .head:
            isReadingHead = false
            isReadingBody = true
            openRequests += 1
            if openRequests == 1, let identifier { connections.becameBusy(identifier) }
            setDeadline(limits.bodyTime, context)
        case .body(let bytes):
            start.sawBody(bytes.readableBytes)
            if isDiscardingBody { return }
        case .end:
            start.sawEnd()
            (isReadingBody, isDiscardingBody) = (false, false)
            updateDeadline(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Whoever would take the body has stopped asking for it.
        if isDiscardingBody { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var isEnd = false
        if case .end = unwrapOutboundIn(data) { isEnd = true }
        context.write(data, promise: promise)
        if isInputClosed { updateDeadline(context) }
        guard isEnd else { return }
        openRequests -= 1
        guard openRequests == 0 else { return }
        if let identifier { connections.becameIdle(identifier) }
        if isReadingBody {
            isDiscardingBody = true
            context.read()
        } else {
            start.expectRequest()
        }
        if let refusal {
            refuse(refusal, context)
        } else {
            updateDeadline(context)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .output = mode {
            isOutputClosed = true
            updateDeadline(context)
        }
        context.close(mode: mode, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        updateDeadline(context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            isInputClosed = true
            if openRequests == 0 || isReadingBody {
                context.close(promise: nil)
                return
            }
            updateDeadline(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.close(promise: nil)
            return
        }
        guard refusal == nil else { return }
        refusal = error
        start.discardRest()
        // Answers that are still due come first; where the request itself is cut short there is none to wait for.
        if openRequests == 0 || isReadingBody { refuse(error, context) }
    }

    /// Answers a request that is no request, then closes: the sending side at once, the rest when the client has had
    /// time to read the answer (closing with unread bytes would throw it away).
    private func refuse(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !hasRefused else { return }
        let answer = Refusal(parserError: error, limits: limits)
        var head = HTTPResponse(status: answer.status)
        head.headerFields = answer.headers
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        hasRefused = true
        isOutputClosed = true
        context.close(mode: .output, promise: nil)
        setDeadline(limits.halfClosedTime, context)
    }

    // MARK: Deadlines

    private func updateDeadline(_ context: ChannelHandlerContext) {
        guard !hasRefused, !isReadingBody else { return }
        if !context.channel.isWritable {
            setDeadline(limits.stallTime, context)
        } else if openRequests > 0 {
            if isInputClosed { setDeadline(limits.halfClosedTime, context) } else { deadline = nil }
        } else if isInputClosed {
            context.close(promise: nil)
        } else if isOutputClosed {
            // The client has all; it is left the time to read it before the connection goes.
            setDeadline(limits.halfClosedTime, context)
        } else {
            setDeadline(isReadingHead ? limits.headTime : limits.idleTime, context)
        }
    }

    private func setDeadline(_ time: Duration, _ context: ChannelHandlerContext) {
        let due = NIODeadline.now() + TimeAmount(time)
        deadline = due
        if let timer {
            guard due < timer.due else { return }
            timer.task.cancel()
        }
        schedule(due, context)
    }

    private func schedule(_ due: NIODeadline, _ context: ChannelHandlerContext) {
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in
            guard let self else { return }
            self.timer = nil
            guard let deadline = self.deadline else { return }
            if deadline <= .now() {
                context.close(promise: nil)
            } else {
                self.schedule(deadline, context)
            }
        }
        timer = (task, due)
    }
}
