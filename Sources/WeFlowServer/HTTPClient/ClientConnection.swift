internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import WeFlowSystem

/// A connection to a server, from the side of the client.
struct ClientConnection: Sendable {
    /// TLS with a server of a name; nil is one that has an address alone, which its certificate must then bear.
    struct Security: Sendable {
        let context: NIOSSLContext
        let name: String?
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<ClientHandler>

    /// Whether the other side has not closed it yet.
    var isOpen: Bool { channel.isActive }

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: where to; nothing is looked up.
    ///   - port: the port.
    ///   - security: what TLS is agreed upon with; nil for none.
    ///   - time: how long that may take.
    ///   - attempt: what can end it, from wherever; so does cancelling the task.
    /// - Returns: a connection on which requests can be sent.
    /// - Throws: why there is no connection: the failure of the system, of TLS, or `HTTPClientFailure`.
    static func open(
        to address: IPAddress, port: Int, security: Security?, within time: Duration,
        attempt: ConnectAttempt = ConnectAttempt()
    ) async throws -> ClientConnection {
        let begin = ContinuousClock.now
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .connectTimeout(TimeAmount(time))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    attempt.began(try ClientConnection(channel, security))
                }
            }
        return try await withTaskCancellationHandler {
            do {
                let target = try SocketAddress(ipAddress: address.text, port: port)
                _ = try await bootstrap.connect(to: target).get()
            } catch ChannelError.connectTimeout {
                throw HTTPClientFailure.timeOut
            } catch is ChannelError {
                // It was closed before it was open.
                throw HTTPClientFailure.closed
            }
            guard let connection = attempt.connection else { throw HTTPClientFailure.closed }
            do {
                try await connection.waitUntilOpen(within: max(.zero, time - (ContinuousClock.now - begin)))
            } catch {
                connection.close()
                throw error
            }
            return connection
        } onCancel: {
            attempt.cancel()
        }
    }

    private init(_ channel: any Channel, _ security: Security?) throws {
        let handler = ClientHandler(channel, isSecure: security != nil)
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        let pipeline = channel.pipeline.syncOperations
        if let security {
            try pipeline.addHandler(NIOSSLClientHandler(context: security.context, serverHostname: security.name))
        }
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(handler)
    }

    private func waitUntilOpen(within time: Duration) async throws {
        try await withCheckedThrowingContinuation { waiting in
            channel.eventLoop.execute { handler.value.waitUntilOpen(atMost: TimeAmount(time), waiting) }
        }
    }

    /// Sends a request without a body; the answer to the one before must have been read.
    func send(_ request: HTTPRequestHead) {
        channel.eventLoop.execute { handler.value.send(request) }
    }

    /// The next part of the answer.
    ///
    /// - Parameter time: how long it may take.
    /// - Returns: the head, a piece of the body, or the end.
    /// - Throws: `HTTPClientFailure`, or why the connection failed.
    func next(within time: Duration) async throws -> HTTPClientResponsePart {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                channel.eventLoop.execute { handler.value.next(atMost: TimeAmount(time), reader) }
            }
        } onCancel: {
            close()
        }
    }

    /// Closes it.
    func close() { channel.close(promise: nil) }
}

/// A connection that is being made, or was: what ends it at any time.
final class ConnectAttempt: Sendable {
    private let state = Mutex<(connection: ClientConnection?, isCancelled: Bool)>((nil, false))

    fileprivate var connection: ClientConnection? { state.withLock { $0.connection } }

    fileprivate func began(_ connection: ClientConnection) {
        let isCancelled = state.withLock { state in
            state.connection = connection
            return state.isCancelled
        }
        if isCancelled { connection.close() }
    }

    /// Closes the connection, also where it is not there yet.
    func cancel() {
        let connection = state.withLock { state in
            state.isCancelled = true
            return state.connection
        }
        connection?.close()
    }
}
