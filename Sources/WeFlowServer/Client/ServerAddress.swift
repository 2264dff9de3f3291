public import WeFlowPages

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a running server is, as `--url` names it.
public struct ServerAddress: Sendable {
    /// As it was given.
    public let url: String
    /// Host and port as `Host` names them.
    let authority: String
    private let host: String
    private let port: String

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
        let port = colon.map { authority[authority.index(after: $0)...] } ?? "80"
        guard url.lowercased().hasPrefix(scheme), !host.isEmpty, UInt16(port) != nil,
            authority.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else {
            throw WeFlowError(.usage, "--url \(url) is no address of a server; give one like http://127.0.0.1:5031")
        }
        (self.url, self.host, self.port, self.authority) = (url, String(host), String(port), String(authority))
    }

    /// Something else answers there.
    var stranger: WeFlowError { WeFlowError(.network, "\(url): what answers there is not a weflow server") }

    /// Connects and sends a request.
    ///
    /// - Parameters:
    ///   - request: the bytes to send.
    ///   - seconds: how long one reading or writing call may take.
    ///   - body: what is done with the socket, which is closed behind it.
    /// - Returns: what `body` returns.
    /// - Throws: `.network` where nobody answers; what `body` throws.
    func exchange<Value>(_ request: String, seconds: Int, _ body: (CInt) throws -> Value) throws -> Value {
        let descriptor = try connected(seconds: seconds)
        defer { close(descriptor) }
        let bytes = Array(request.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw WeFlowError(.network, "\(url) takes no request: \(String(cString: strerror(errno)))")
        }
        return try body(descriptor)
    }

    private func connected(seconds: Int) throws(WeFlowError) -> CInt {
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
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            var limit = timeval(tv_sec: seconds, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
            }
            if connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 { return descriptor }
            code = errno
            close(descriptor)
        }
        throw WeFlowError(
            .network, "\(url): no server answers (\(String(cString: strerror(code)))); start it with weflow serve")
    }
}
