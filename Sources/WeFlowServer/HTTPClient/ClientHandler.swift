internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS

/// Why no answer came.
enum HTTPClientFailure: Error, Equatable {
    /// The other side took longer than it may.
    case timeOut
    /// The other side closed the connection before the answer was at its end.
    case closed
}

/// The client's end of a connection, on its event loop: one request at a time, and its answer part by part, no faster
/// than somebody reads it.
final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    typealias Reader = CheckedContinuation<HTTPClientResponsePart, any Error>

    private enum State {
        /// TLS is being agreed upon; somebody may wait for that.
        case opening(CheckedContinuation<Void, any Error>?)
        /// No answer is due.
        case idle
        /// An answer is due: parts that nobody has read, or who waits for one.
        case answering(CircularBuffer<HTTPClientResponsePart>, Reader?)
        /// The connection is gone; an answer that is complete can still be read.
        case over(CircularBuffer<HTTPClientResponsePart>, any Error)
    }

    /// Parts that are held before no more are read.
    private static let mostHeld = 8
    /// How long a connection is kept for another request.
    private static let idleTime = TimeAmount.seconds(60)

    private let channel: any Channel
    private var context: ChannelHandlerContext?
    private var state: State
    private var timer: Scheduled<Void>?
    private var wantsRead = false
    private var isKept = false

    /// - Parameters:
    ///   - channel: the connection.
    ///   - isSecure: whether TLS stands before it in the channel.
    init(_ channel: any Channel, isSecure: Bool) {
        self.channel = channel
        state = isSecure ? .opening(nil) : .idle
    }

    // MARK: What somebody asks for

    /// Waits until requests can be sent.
    func waitUntilOpen(atMost time: TimeAmount, _ waiting: CheckedContinuation<Void, any Error>) {
        switch state {
        case .opening:
            state = .opening(waiting)
            startTimer(time)
        case .idle, .answering: waiting.resume()
        case .over(_, let error): waiting.resume(throwing: error)
        }
    }

    /// Sends a request without a body.
    func send(_ request: HTTPRequestHead) {
        guard case .idle = state else { return }
        stopTimer()
        state = .answering([], nil)
        channel.write(HTTPClientRequestPart.head(request), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    /// Gives the next part of the answer.
    func next(atMost time: TimeAmount, _ reader: Reader) {
        switch state {
        case .answering(var parts, _):
            guard let part = parts.popFirst() else {
                state = .answering(parts, reader)
                startTimer(time)
                goOnReading()
                return
            }
            state = .answering(parts, nil)
            deliver(part, to: reader)
            goOnReading()
        case .over(var parts, let error):
            guard let part = parts.popFirst() else { return reader.resume(throwing: error) }
            state = .over(parts, error)
            reader.resume(returning: part)
        case .opening, .idle: reader.resume(throwing: HTTPClientFailure.closed)
        }
    }

    private func deliver(_ part: HTTPClientResponsePart, to reader: Reader) {
        switch part {
        case .head(let head): isKept = head.isKeepAlive
        case .body: break
        case .end:
            state = .idle
            if isKept { startTimer(Self.idleTime) } else { channel.close(promise: nil) }
        }
        reader.resume(returning: part)
    }

    // MARK: What happens

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(HTTPClientFailure.closed)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch state {
        case .answering(let parts, let reader?):
            stopTimer()
            state = .answering(parts, nil)
            deliver(part, to: reader)
        case .answering(var parts, nil):
            state = .answering([], nil)
            parts.append(part)
            state = .answering(parts, nil)
        // Nobody asked for it.
        case .opening, .idle: context.close(promise: nil)
        case .over: break
        }
    }

    func read(context: ChannelHandlerContext) {
        if isFull { wantsRead = true } else { context.read() }
    }

    private var isFull: Bool {
        guard case .answering(let parts, _) = state else { return false }
        return parts.count >= Self.mostHeld
    }

    private func goOnReading() {
        guard wantsRead, !isFull else { return }
        wantsRead = false
        context?.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent, case .opening(let waiting) = state {
            stopTimer()
            state = .idle
            waiting?.resume()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown: fail(HTTPClientFailure.closed)
        default: fail(error)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(HTTPClientFailure.closed)
        context.fireChannelInactive()
    }

    /// The connection is gone, or of no use any more.
    private func fail(_ error: any Error) {
        stopTimer()
        switch state {
        case .opening(let waiting):
            state = .over([], error)
            waiting?.resume(throwing: error)
        case .idle: state = .over([], error)
        case .answering(let parts, let reader):
            state = .over(parts, error)
            reader?.resume(throwing: error)
        case .over: break
        }
    }

    // MARK: Time

    private func startTimer(_ time: TimeAmount) {
        stopTimer()
        timer = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            self.fail(HTTPClientFailure.timeOut)
            self.channel.close(promise: nil)
        }
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
