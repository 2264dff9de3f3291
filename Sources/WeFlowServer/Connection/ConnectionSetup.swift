import NIOCore
import NIOHTTP1
import Synchronization

/// How a connection is set up: HTTP/1.1 within the limits.
struct ConnectionSetup: Sendable {
    let limits: Limits
    let connections: Connections
    let responder: Responder
    let workers: Workers
    private let checks = Checks()

    init(limits: Limits, connections: Connections, responder: Responder, workers: Workers) {
        (self.limits, self.connections, self.responder, self.workers) = (limits, connections, responder, workers)
    }

    /// Sets up a connection that was taken.
    ///
    /// - Parameter channel: the connection, on its event loop.
    /// - Throws: where it is closed already.
    func setUp(_ channel: any Channel) throws {
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = limits.headerField
        parser.maxHeaderListSize = limits.headerList
        parser.maxHeaderFieldCount = limits.headerCount
        let pipeline = channel.pipeline.syncOperations
        // Requests wait in the connection, which also answers what the parser refuses; fields are checked where they are
        // put together.
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: parser)
        try pipeline.addHandler(Connection(self, channel))
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
