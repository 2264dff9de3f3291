import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// How a connection is set up: HTTP/1.1 within the limits.
struct ConnectionSetup: ServerChildChannel {
    let limits: Limits
    let connections: Connections
    let responder: Responder
    private let checks = Checks()

    /// A connection that is served.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// Comes when the connection is closed and nothing works for it any longer.
        let ended: EventLoopFuture<Void>
    }

    init(limits: Limits, connections: Connections, responder: Responder) {
        (self.limits, self.connections, self.responder) = (limits, connections, responder)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let ended = channel.eventLoop.makePromise(of: Void.self)
        return channel.eventLoop.makeCompletedFuture {
            var parser = NIOHTTPDecoderLimitConfiguration()
            parser.maxHeaderFieldSize = limits.headerField
            parser.maxHeaderListSize = limits.headerList
            parser.maxHeaderFieldCount = limits.headerCount
            let pipeline = channel.pipeline.syncOperations
            do {
                // Requests wait in the connection, which also answers what the parser refuses; fields are checked
                // where they are put together.
                try pipeline.configureHTTPServerPipeline(
                    withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                    withEncoderConfiguration: .init(), withDecoderLimitConfiguration: parser)
                try pipeline.addHandler(Connection(self, channel, ended))
            } catch {
                ended.succeed()
                throw error
            }
            return Value(channel: channel, ended: ended.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withCheckedContinuation { continuation in
            value.ended.whenComplete { _ in continuation.resume() }
        }
    }

    /// What the connections of an event loop have in common.
    func check(of loop: any EventLoop) -> CoalescedCheck { checks.check(of: loop) }

    private final class Checks: Sendable {
        private let all = Mutex<[ObjectIdentifier: NIOLoopBound<CoalescedCheck>]>([:])

        func check(of loop: any EventLoop) -> CoalescedCheck {
            all.withLock { all in
                if let known = all[ObjectIdentifier(loop)] { return known }
                let new = NIOLoopBound(CoalescedCheck(loop), eventLoop: loop)
                all[ObjectIdentifier(loop)] = new
                return new
            }.value
        }
    }
}
