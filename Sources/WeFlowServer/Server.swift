import NIOCore
import NIOPosix
import Synchronization
public import WeFlowPages
import WeFlowQuery
import WeFlowSystem

/// The HTTP server of one account: `weflow serve` (<doc:HTTPInterface>).
public final class Server: Sendable {
    /// Everything that a server is made from.
    public struct Configuration: Sendable {
        /// A loopback address, or `localhost`, which is both 127.0.0.1 and ::1.
        public var host: String
        /// The port; 0 takes any that is free.
        public var port: Int
        /// The token that is valid when it is called, so that a rotated one counts at once.
        public var token: @Sendable () throws -> AccessToken
        /// The token as it was when it was last asked for, at no cost; nil where that is not known.
        public var lastToken: @Sendable () -> AccessToken? = { nil }
        /// What the endpoints answer from.
        public var context: ServerContext
        /// What a client may take.
        public var limits: Limits
        /// Takes a line for each request: method, path without its query string, status, bytes, time.
        public var log: (@Sendable (String) -> Void)?

        /// Takes a sentence that the user should know although the server runs.
        public var warn: (@Sendable (String) -> Void)?

        /// Puts a configuration together.
        public init(
            host: String = "127.0.0.1", port: Int = 5031, token: @escaping @Sendable () throws -> AccessToken,
            context: ServerContext,
            limits: Limits = Limits(), log: (@Sendable (String) -> Void)? = nil,
            warn: (@Sendable (String) -> Void)? = nil
        ) {
            (self.host, self.port, self.token, self.context) = (host, port, token, context)
            (self.limits, self.log, self.warn) = (limits, log, warn)
        }
    }

    private let configuration: Configuration
    private let connections: Connections
    private let workers: Workers
    private let setup: ConnectionSetup
    private let onListening: @Sendable (_ port: Int) -> Void
    /// What takes the connections of each address.
    private let listeners = Mutex<(all: [any Channel], isOver: Bool)>(([], false))
    /// Connections that wait to be taken.
    private static let backlog: Int32 = 1024

    /// Makes a server; nothing is bound yet.
    ///
    /// - Parameters:
    ///   - configuration: what it is made from.
    ///   - onListening: called with the port once connections are taken.
    /// - Throws: `.usage` where the host is not a loopback address or the port is none.
    public convenience init(
        _ configuration: Configuration, onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) throws(WeFlowError) {
        try self.init(configuration, endpoints: Endpoint.all, onListening: onListening)
    }

    init(
        _ configuration: Configuration, endpoints: [Endpoint], onListening: @escaping @Sendable (_ port: Int) -> Void
    ) throws(WeFlowError) {
        guard LoopbackHost.isLoopback(configuration.host.lowercased()) else {
            throw WeFlowError(
                .usage, "--host \(configuration.host) is not a loopback address; give 127.0.0.1, ::1 or localhost")
        }
        guard 0...65_535 ~= configuration.port else {
            throw WeFlowError(.usage, "--port \(configuration.port) is no port; give one from 1 to 65535, or 0 for any")
        }
        self.configuration = configuration
        var limits = configuration.limits
        limits.connections = min(limits.connections, Self.connectionsThatFit())
        let connections = Connections(limit: limits.connections)
        let workers = Workers()
        (self.connections, self.workers) = (connections, workers)
        let responder = Responder(
            endpoints: EndpointTable(endpoints), context: configuration.context,
            bodies: RequestBodyReader(limit: limits.body), token: configuration.token,
            lastToken: configuration.lastToken, log: configuration.log)
        setup = ConnectionSetup(
            limits: limits, connections: connections, responder: responder, workers: workers)
        self.onListening = onListening
    }

    /// Takes and answers requests until `stop()` is called.
    ///
    /// `localhost` is listened to on both of its addresses, since some clients ask the one first and some the other; where
    /// one of them is not to be had, as on a machine without IPv6, the other alone will do.
    ///
    /// - Throws: `.network` where the port cannot be had.
    public func run() async throws(WeFlowError) {
        defer { workers.stop() }
        let isBoth = configuration.host.lowercased() == "localhost"
        let addresses = isBoth ? ["127.0.0.1", "::1"] : [configuration.host]
        var port = configuration.port
        var missing: [(address: String, error: any Error)] = []
        for address in addresses {
            do { port = try await listen(at: address, port) ?? port } catch { missing.append((address, error)) }
        }
        // A port that another program has at one of them would get what is meant for this server.
        let fatal = missing.first { missing.count == addresses.count || !Self.isNoAddress($0.error) }
        if let fatal {
            await endListening()
            throw bindError(fatal.error, at: fatal.address)
        }
        for (address, error) in missing {
            configuration.warn?("\(bindError(error, at: address).sentence); serving at the other address alone")
        }
        let (all, isOver) = listeners.withLock { $0 }
        if !isOver { onListening(port) }
        for listener in all {
            do { try await listener.closeFuture.get() } catch { continue }
        }
        await connections.allEnded()
    }

    /// Begins to take the connections of an address.
    ///
    /// - Returns: the port; nil where the server was told to stop before.
    /// - Throws: why it cannot be had.
    private func listen(at address: String, _ port: Int) async throws -> Int? {
        guard !listeners.withLock({ $0.isOver }) else { return nil }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [setup] channel in
                channel.eventLoop.makeCompletedFuture { try setup.setUp(channel) }
            }
            .bind(host: address, port: port).get()
        let isOver = listeners.withLock { listeners in
            listeners.all.append(channel)
            return listeners.isOver
        }
        if isOver { channel.close(promise: nil) }
        return channel.localAddress?.port
    }

    private func endListening() async {
        let all = listeners.withLock { listeners in
            listeners.isOver = true
            return listeners.all
        }
        for listener in all {
            // One that is closed already has ended, too.
            do { try await listener.close() } catch { continue }
        }
        connections.stop()
        await connections.allEnded()
    }

    /// Takes no more connections, ends what waits and what streams, lets open answers finish within the limit, then
    /// closes what is left.
    public func stop() async {
        configuration.context.push.stop()
        let time = configuration.limits.stopTime
        let force = Task { [connections] in
            try await Task.sleep(for: time)
            connections.closeAll()
        }
        await endListening()
        force.cancel()
    }

    /// Whether this machine has no such address.
    private static func isNoAddress(_ error: any Error) -> Bool {
        (error as? IOError).map { SystemError($0.errnoCode).isNoAddress } ?? false
    }

    private func bindError(_ error: any Error, at address: String) -> WeFlowError {
        guard let failure = (error as? IOError).map({ SystemError($0.errnoCode) }) else {
            return WeFlowError(.network, "the server could not listen on port \(configuration.port): \(error)")
        }
        let port = configuration.port
        let sentence =
            if failure.isAddressInUse {
                "port \(port) is in use by another program; stop that or choose another with --port"
            } else if failure.isForbidden {
                "port \(port) is reserved for the administrator; choose one above 1023 with --port"
            } else if failure.isNoAddress {
                "\(address) is no address of this machine" + (address == "127.0.0.1" ? "" : "; use --host 127.0.0.1")
            } else {
                "port \(port) cannot be had: \(failure.text)"
            }
        return WeFlowError(.network, sentence)
    }

    /// Raises the limit of open files as far as it goes, and says how many connections fit beside all other files.
    private static func connectionsThatFit() -> Int {
        let files = SystemLimits.raiseFiles(upTo: 8192) ?? 512
        return max(64, files / 2)
    }
}
