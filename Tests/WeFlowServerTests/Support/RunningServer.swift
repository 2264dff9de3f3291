import Foundation
import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowServer

/// A server on a port of its own for the time of one test.
struct RunningServer: Sendable {
    static let token = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

    let port: Int
    let server: Server

    /// Starts a server, runs the test against it, stops it.
    static func run<Value: Sendable>(
        host: String = "127.0.0.1", limits: Limits = Limits(), context: ServerContext = .empty,
        endpoints: [Endpoint] = Endpoint.all, token current: (@Sendable () throws -> AccessToken)? = nil,
        lastToken: (@Sendable () -> AccessToken?)? = nil,
        log: (@Sendable (String) -> Void)? = nil, warn: (@Sendable (String) -> Void)? = nil,
        _ test: (RunningServer) async throws -> Value
    ) async throws -> Value {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let token = try #require(AccessToken(Self.token))
        var configuration = Server.Configuration(
            host: host, port: 0, token: current ?? { token }, context: context, limits: limits, log: log, warn: warn)
        configuration.lastToken = lastToken ?? { token }
        let server = try Server(configuration, endpoints: endpoints) { port.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw CancellationError() }
            let result: Result<Value, any Error>
            do {
                result = .success(try await test(RunningServer(port: port, server: server)))
            } catch {
                result = .failure(error)
            }
            await server.stop()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Sends one request on a connection of its own and reads the answer to its end.
    func send(
        _ method: String, _ target: String, headers: [String] = [], token: String? = token, host: String? = nil,
        body: [UInt8]? = nil
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"]
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines.append("Content-Length: \(body.count)") }
        lines += headers
        let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return try await RawConnection.exchange(head + (body ?? []), port: port)
    }

    func post(_ target: String, _ json: String, headers: [String] = [], token: String? = token) async throws
        -> RawAnswer
    {
        try await send(
            "POST", target, headers: ["Content-Type: application/json"] + headers, token: token, body: Array(json.utf8))
    }
}

extension ServerContext {
    /// No account, and a folder of media that is not there.
    static let empty = ServerContext(
        media: MediaSettings(exportPath: "/nonexistent"),
        moments: MomentsContext(network: MediaNetwork(hosts: .wechat), cacheFolder: "/nonexistent"), push: .off
    ) { () throws(WeFlowError) -> Account in
        throw WeFlowError(.unavailable, "no account is set; name its folder with --account")
    }
}

extension PushContext {
    /// Push is off, and there is no journal.
    static let off = PushContext(state: StateFolder(path: "/nonexistent")) { () throws(WeFlowError) in ServeSettings() }
}
