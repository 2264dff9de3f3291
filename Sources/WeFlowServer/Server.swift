import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization
public import WeFlowPages
import WeFlowQuery

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
        /// A loopback address, or `localhost`, which is both 127.0.0.1 and ::1.
        public var host: String
        /// The port; 0 takes any that is free.
        public var port: Int
        /// The token that is valid when it is called, so that a rotated one counts at once.
        public var token: @Sendable () throws -> AccessToken
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
    private let listeners = Mutex<(all: [Listener], isOver: Bool)>(([], false))

    /// What takes the connections of one address.
    private typealias Listener = HummingbirdCore.Server<ConnectionSetup>

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
            endpoints: EndpointTable(endpoints), context: configuration.context, workers: workers,
            bodies: RequestBodyReader(limit: limits.body), token: configuration.token, log: configuration.log)
        setup = ConnectionSetup(limits: limits, connections: connections, responder: responder)
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
        let failure = await withTaskGroup(of: Void.self) { group -> WeFlowError? in
            var port = configuration.port
            var missing: [(address: String, error: any Error)] = []
            for address in addresses {
                let listening = await listen(at: address, port, &group)
                switch listening {
                case .success(let taken): port = taken
                case .failure(let error): missing.append((address, error))
                }
            }
            // A port that another program has at one of them would get what is meant for this server.
            let fatal = missing.first { missing.count == addresses.count || !Self.isNoAddress($0.error) }
            if let fatal {
                await endListening()
                return bindError(fatal.error, at: fatal.address)
            }
            for (address, error) in missing {
                configuration.warn?("\(bindError(error, at: address).sentence); serving at the other address alone")
            }
            if !listeners.withLock({ $0.isOver }) { onListening(port) }
            await group.waitForAll()
            return nil
        }
        if let failure { throw failure }
    }

    /// Begins to take the connections of an address.
    ///
    /// - Returns: the port, or why it cannot be had.
    private func listen(
        at address: String, _ port: Int, _ group: inout TaskGroup<Void>
    ) async -> Result<Int, any Error> {
        let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Int, any Error>.self)
        let listener = Listener(
            childChannelSetup: setup,
            configuration: ServerConfiguration(address: .hostname(address, port: port), backlog: 1024),
            onServerRunning: { channel in outcome.yield(.success(channel.localAddress?.port ?? 0)) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "weflow") { _ in SwiftLogNoOpLogHandler() })
        let isOver = listeners.withLock { listeners in
            listeners.all.append(listener)
            return listeners.isOver
        }
        // Told to stop before it began.
        guard !isOver else { return .success(port) }
        group.addTask {
            do {
                try await listener.run()
            } catch {
                outcome.yield(.failure(error))
            }
            outcome.finish()
        }
        for await outcome in outcomes { return outcome }
        return .success(port)
    }

    private func endListening() async {
        let all = listeners.withLock { listeners in
            listeners.isOver = true
            return listeners.all
        }
        await withDiscardingTaskGroup { [connections] group in
            for listener in all {
                group.addTask {
                    do {
                        try await listener.shutdownGracefully()
                    } catch {
                        connections.closeAll()
                    }
                }
            }
        }
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
        guard let code = (error as? IOError)?.errnoCode else { return false }
        return [EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT].contains(code)
    }

    private func bindError(_ error: any Error, at address: String) -> WeFlowError {
        guard let code = (error as? IOError)?.errnoCode else {
            return WeFlowError(.network, "the server could not listen on port \(configuration.port): \(error)")
        }
        let port = configuration.port
        let sentence =
            switch code {
            case EADDRINUSE: "port \(port) is in use by another program; stop that or choose another with --port"
            case EACCES: "port \(port) is reserved for the administrator; choose one above 1023 with --port"
            case EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT:
                "\(address) is no address of this machine" + (address == "127.0.0.1" ? "" : "; use --host 127.0.0.1")
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
