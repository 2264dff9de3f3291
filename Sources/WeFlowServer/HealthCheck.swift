public import WeFlowPages
public import WeFlowQuery

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Asks a running server whether it is well: `weflow health` (contract section 3).
///
/// One small request over a plain socket; the answer is taken up to its end or 64 KiB.
public struct HealthCheck: Sendable {
    private static let largest = 64 << 10
    private static let seconds = 5

    private let url: String
    private let host: String
    private let port: String
    private let authority: String

    /// Reads the server's address.
    ///
    /// - Parameter url: `http://HOST[:PORT]`, a path behind it is left out.
    /// - Throws: `.usage` where it has another form.
    public init(url: String) throws(WeFlowError) {
        let scheme = "http://"
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        var host = authority[..<(colon ?? authority.endIndex)]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let port = colon.map { authority[authority.index(after: $0)...] } ?? "80"
        guard url.lowercased().hasPrefix(scheme), !host.isEmpty, UInt16(port) != nil,
            authority.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else {
            throw WeFlowError(.usage, "--url \(url) is no address of a server; give one like http://127.0.0.1:5031")
        }
        (self.url, self.host, self.port, self.authority) = (url, String(host), String(port), String(authority))
    }

    /// Asks.
    ///
    /// - Returns: the answer's body.
    /// - Throws: `.network` where no server answers, or one that is not well.
    public func run() throws(WeFlowError) -> JSONValue {
        let answer = try exchange("GET /health HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n")
        let mark: [UInt8] = [13, 10, 13, 10]
        let text = String(decoding: answer.prefix(12), as: UTF8.self)
        let stranger = WeFlowError(.network, "\(url): what answers there is not a weflow server")
        guard text == "HTTP/1.1 200", let end = answer.firstRange(of: mark) else { throw stranger }
        do {
            let body = try JSONValue(parsing: Array(answer[end.upperBound...]))
            guard body["status"] == .string("ok") else { throw stranger }
            return body
        } catch {
            throw stranger
        }
    }

    private func exchange(_ request: String) throws(WeFlowError) -> [UInt8] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var addresses: UnsafeMutablePointer<addrinfo>?
        let found = getaddrinfo(host, port, &hints, &addresses)
        guard found == 0 else { throw WeFlowError(.network, "\(url): \(String(cString: gai_strerror(found)))") }
        defer { freeaddrinfo(addresses) }
        var code = ECONNREFUSED
        var next = addresses
        while let address = next {
            next = address.pointee.ai_next
            let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var limit = timeval(tv_sec: Self.seconds, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
            }
            guard connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
                code = errno
                continue
            }
            return try Self.exchange(request, on: descriptor, url)
        }
        throw WeFlowError(
            .network, "\(url): no server answers (\(String(cString: strerror(code)))); start it with weflow serve")
    }

    private static func exchange(
        _ request: String, on descriptor: CInt, _ url: String
    ) throws(WeFlowError) -> [UInt8] {
        let bytes = Array(request.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .system("\(url) takes no request", code: errno)
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while answer.count < largest {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WeFlowError(.network, "\(url) did not answer within \(seconds) s") }
            if count == 0 { break }
            answer += chunk[..<count]
        }
        return answer
    }
}
