internal import NIOPosix
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Asks the system for all addresses of a name, off the event loops.
enum AddressLookup {
    /// The addresses of a host, in the system's order.
    ///
    /// - Throws: `WeFlowError` of kind `.network` where the name leads nowhere.
    static func addresses(of host: String) async throws -> [IPAddress] {
        if let literal = IPAddress(parsing: host) { return [literal] }
        return try await NIOThreadPool.singleton.runIfActive { try blocking(host) }
    }

    private static func blocking(_ host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        defer { freeaddrinfo(first) }
        guard code == 0 else {
            throw WeFlowError(.network, "\(host): \(String(cString: gai_strerror(code))); check the network")
        }
        var found: [IPAddress] = []
        var next = first
        while let entry = next?.pointee {
            if let address = IPAddress(entry), !found.contains(address) { found.append(address) }
            next = entry.ai_next
        }
        return found
    }
}

extension IPAddress {
    /// The address in an entry of the system's answer; nil for another family.
    fileprivate init?(_ entry: addrinfo) {
        guard let socketAddress = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET where entry.ai_addrlen >= MemoryLayout<sockaddr_in>.size:
            let address = socketAddress.loadUnaligned(as: sockaddr_in.self).sin_addr
            self = .v4(UInt32(bigEndian: address.s_addr))
        case AF_INET6 where entry.ai_addrlen >= MemoryLayout<sockaddr_in6>.size:
            let address = socketAddress.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self = .v6(bytes: withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }
}
