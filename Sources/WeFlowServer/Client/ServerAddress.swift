internal import NIOCore
internal import NIOHTTP1
public import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

/// Where a running server is, as `--url` names it.
public struct ServerAddress: Sendable {
    /// As it was given.
    public let url: String
    /// Host and port as `Host` names them.
    private let authority: String
    private let host: String
    private let port: Int

    /// Reads an address.
    ///
    /// - Parameter url: `http://HOST[:PORT]`, a path behind it is left out.
    /// - Throws: `.usage` where it has another form.
    public init(_ url: String) throws(WeFlowError) {
        let scheme = "http://"
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        var host = authority[..<(colon ?? authority.endIndex)]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard url.lowercased().hasPrefix(scheme), !host.isEmpty,
            let port = UInt16(colon.map { authority[authority.index(after: $0)...] } ?? "80"),
            authority.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else {
            throw WeFlowError(.usage, "--url \(url) is no address of a server; give one like http://127.0.0.1:5031")
        }
        (self.url, self.host, self.port, self.authority) = (url, String(host), Int(port), String(authority))
    }

    /// Something else answers there.
    var stranger: WeFlowError { WeFlowError(.network, "\(url): what answers there is not a weflow server") }

    /// Connects and asks.
    ///
    /// - Parameters:
    ///   - target: path and query.
    ///   - fields: header fields beside `Host`.
    ///   - time: how long connecting may take.
    ///   - silence: how long the server may be silent.
    ///   - attempt: what can end it, from wherever.
    ///   - body: takes the answer.
    /// - Returns: what `body` returns.
    /// - Throws: `.network` where nobody answers or what answers speaks no HTTP; `HTTPClientFailure` where the answer
    ///   does not come or breaks off; what `body` throws.
    func withAnswer<Value>(
        to target: String, _ fields: [(String, String)], connectingWithin time: Duration, silence: Duration,
        attempt: ConnectAttempt = ConnectAttempt(), _ body: (HTTPAnswer) async throws -> Value
    ) async throws -> Value {
        let connection = try await connected(within: time, attempt)
        defer { connection.close() }
        let request = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: target, headers: HTTPHeaders([("Host", authority)] + fields))
        do {
            return try await body(HTTPAnswer(to: request, on: connection, idleTime: silence))
        } catch is HTTPParserError {
            throw stranger
        }
    }

    private func connected(within time: Duration, _ attempt: ConnectAttempt) async throws -> ClientConnection {
        let addresses: [IPAddress]
        do {
            addresses = try await AddressLookup.addresses(of: host)
        } catch let error as WeFlowError {
            throw WeFlowError(.network, "\(url): \(error.sentence)")
        }
        var reason = "no address"
        for address in addresses {
            do {
                return try await ClientConnection.open(
                    to: address, port: port, security: nil, within: time, attempt: attempt)
            } catch let error as IOError {
                reason = SystemError(error.errnoCode).text
            } catch HTTPClientFailure.timeOut {
                reason = "no answer in time"
            }
        }
        throw WeFlowError(.network, "\(url): no server answers (\(reason)); start it with weflow serve")
    }
}
