import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
public import WeFlowPages
public import WeFlowQuery

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The HTTP server of one account: `weflow serve` (<doc:HTTPInterface>).
public final class Server: Sendable {
    /// Everything that a server is made from.
    public struct Configuration: Sendable {
        /// A loopback address, or `localhost`.
        public var host: String
        /// The port; 0 takes any that is free.
        public var port: Int
        /// The token that is valid when it is called, so that a rotated one counts at once.
        public var token: @Sendable () throws -> AccessToken
        /// What the endpoints answer from.
        public var site: Site
        /// What a client may take.
        public var limits: Limits
        /// Takes a line for each request: method, path without its query string, status, bytes, time.
        public var log: (@Sendable (String) -> Void)?

        /// Puts a configuration together.
        public init(
            host: String = "127.0.0.1", port: Int = 5031, token: @escaping @Sendable () throws -> AccessToken,
            site: Site,
            limits: Limits = Limits(), log: (@Sendable (String) -> Void)? = nil
        ) {
            (self.host, self.port, self.token, self.site) = (host, port, token, site)
            (self.limits, self.log) = (limits, log)
        }
    }

    private let configuration: Configuration
    private let connections: Connections
    private let workers: Workers
    private let server: HummingbirdCore.Server<ConnectionSetup>

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
            endpoints: EndpointTable(endpoints), site: configuration.site, workers: workers,
            bodies: RequestBodyReader(limit: limits.body), token: configuration.token, log: configuration.log)
        server = HummingbirdCore.Server(
            childChannelSetup: ConnectionSetup(limits: limits, connections: connections, responder: responder),
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "weflow") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Takes and answers requests until `stop()` is called.
    ///
    /// - Throws: `.network` where the port cannot be had.
    public func run() async throws(WeFlowError) {
        defer { workers.stop() }
        do {
            try await server.run()
        } catch let error as IOError {
            throw bindError(error.errnoCode)
        } catch {
            throw WeFlowError(.network, "the server could not listen on port \(configuration.port): \(error)")
        }
    }

    /// Takes no more connections, ends what waits and what streams, lets open answers finish within the limit, then
    /// closes what is left.
    public func stop() async {
        configuration.site.push.stop()
        let time = configuration.limits.stopTime
        let force = Task { [connections] in
            try await Task.sleep(for: time)
            connections.closeAll()
        }
        do {
            try await server.shutdownGracefully()
        } catch {
            connections.closeAll()
        }
        force.cancel()
    }

    private func bindError(_ code: CInt) -> WeFlowError {
        let port = configuration.port
        let sentence =
            switch code {
            case EADDRINUSE: "port \(port) is in use by another program; stop that or choose another with --port"
            case EACCES: "port \(port) is reserved for the administrator; choose one above 1023 with --port"
            case EADDRNOTAVAIL: "\(configuration.host) is no address of this machine; use --host 127.0.0.1"
            default: "port \(port) cannot be had: \(String(cString: strerror(code)))"
            }
        return WeFlowError(.network, sentence)
    }

    /// Raises the limit of open files as far as it goes, and says how many connections fit beside all other files.
    private static func connectionsThatFit() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return 256 }
        var raised = limit
        raised.rlim_cur = min(limit.rlim_max, 8192)
        if raised.rlim_cur > limit.rlim_cur, setrlimit(resource, &raised) == 0 { limit = raised }
        return max(64, Int(clamping: limit.rlim_cur) / 2)
    }
}
