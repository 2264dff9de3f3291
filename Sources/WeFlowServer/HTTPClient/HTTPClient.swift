internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization
internal import WeFlowMoments
internal import WeFlowQuery
internal import WeFlowSystem

/// What TLS with strangers goes by: the certificates that the system trusts, and names that match.
final class TLSTrust: Sendable {
    private let configuration: TLSConfiguration
    private let context = Mutex<NIOSSLContext?>(nil)

    /// - Parameter configuration: what else than the system is trusted, for tests.
    init(_ configuration: TLSConfiguration = .makeClientConfiguration()) {
        var configuration = configuration
        configuration.applicationProtocols = ["http/1.1"]
        self.configuration = configuration
    }

    /// Made at the first use: reading the system's certificates takes its time.
    func shared() throws -> NIOSSLContext {
        try context.withLock { context in
            if let context { return context }
            let new = try NIOSSLContext(configuration: configuration)
            context = new
            return new
        }
    }
}

/// A client of one host, at one address and no other: HTTP/1.1, over TLS where the address says so.
///
/// It follows no redirect, asks for no compression and undoes none. Connections are kept for further requests; at most
/// eight are there at once.
final class HTTPClient: Sendable {
    /// What a connection is for.
    private struct Origin: Hashable {
        let scheme: MediaURL.Scheme
        let port: Int
    }

    private struct State {
        var idle: [Origin: [ClientConnection]] = [:]
        var isOver = false
    }

    private let host: String
    private let address: IPAddress
    private let timeouts: MediaTimeouts
    private let trust: TLSTrust
    private let slots = Slots(8)
    private let state = Mutex(State())

    /// - Parameters:
    ///   - host: the name or address that is asked for, which a certificate must bear.
    ///   - address: where it is.
    ///   - timeouts: how long it is waited for.
    ///   - trust: whose certificates count.
    init(host: String, at address: IPAddress, timeouts: MediaTimeouts, trust: TLSTrust) {
        (self.host, self.address, self.timeouts, self.trust) = (host, address, timeouts, trust)
    }

    /// Asks for what an address names.
    ///
    /// - Parameters:
    ///   - url: an address of the client's host.
    ///   - fields: header fields beside `Host`.
    ///   - body: takes the answer, and need not read all of it.
    /// - Returns: what `body` returns.
    /// - Throws: why there is no answer; what `body` throws.
    func withAnswer<Value>(
        to url: MediaURL, _ fields: [(String, String)], _ body: (HTTPAnswer) async throws -> Value
    ) async throws -> Value {
        try await slots.take()
        defer { slots.release() }
        let origin = Origin(scheme: url.scheme, port: url.port)
        let (answer, connection) = try await ask(Self.request(for: url, fields), origin)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(answer))
        } catch {
            result = .failure(error)
        }
        if answer.hasEnd, answer.isKept { keep(connection, for: origin) } else { connection.close() }
        return try result.get()
    }

    /// Closes all connections, and keeps none any more.
    func shutdown() {
        let idle = state.withLock { state in
            defer { state = State(idle: [:], isOver: true) }
            return state.idle.values.flatMap(\.self)
        }
        for connection in idle { connection.close() }
    }

    private func ask(
        _ request: HTTPRequestHead, _ origin: Origin
    ) async throws -> (HTTPAnswer, ClientConnection) {
        while let kept = takeIdle(origin) {
            do {
                return (try await HTTPAnswer(to: request, on: kept, idleTime: timeouts.idle), kept)
            } catch {
                kept.close()
                // The server may have closed it at the moment of the request; then nothing was answered, and another
                // connection will do.
                guard !Task.isCancelled, error as? HTTPClientFailure != .timeOut else { throw error }
            }
        }
        let new = try await connect(origin)
        do {
            return (try await HTTPAnswer(to: request, on: new, idleTime: timeouts.idle), new)
        } catch {
            new.close()
            throw error
        }
    }

    private func connect(_ origin: Origin) async throws -> ClientConnection {
        var security: ClientConnection.Security?
        if origin.scheme == .https {
            security = .init(context: try trust.shared(), name: IPAddress(parsing: host) == nil ? host : nil)
        }
        return try await ClientConnection.open(
            to: address, port: origin.port, security: security, within: timeouts.connect)
    }

    private func takeIdle(_ origin: Origin) -> ClientConnection? {
        state.withLock { state in
            while let connection = state.idle[origin]?.popLast() {
                if connection.isOpen { return connection }
            }
            return nil
        }
    }

    private func keep(_ connection: ClientConnection, for origin: Origin) {
        let isKept = state.withLock { state in
            if !state.isOver { state.idle[origin, default: []].append(connection) }
            return !state.isOver
        }
        if !isKept { connection.close() }
    }

    private static func request(for url: MediaURL, _ fields: [(String, String)]) -> HTTPRequestHead {
        let name = url.host.contains(":") ? "[\(url.host)]" : url.host
        let authority = url.port == url.scheme.defaultPort ? name : "\(name):\(url.port)"
        return HTTPRequestHead(
            version: .http1_1, method: .GET, uri: url.target, headers: HTTPHeaders([("Host", authority)] + fields))
    }
}
