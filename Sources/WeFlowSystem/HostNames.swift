#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Names of hosts, as the system knows them.
public enum HostNames {
    /// A name that leads nowhere.
    public struct Failure: Error, Sendable, Equatable {
        /// What the system says of it.
        public let text: String
    }

    /// All addresses of a name, each once, in the system's order; it may ask the network, and waits for it.
    ///
    /// - Throws: why there is none.
    public static func addresses(of host: String) throws(Failure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { throw Failure(text: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
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
        guard let address = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET where entry.ai_addrlen >= MemoryLayout<sockaddr_in>.size:
            self = .v4(UInt32(bigEndian: address.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where entry.ai_addrlen >= MemoryLayout<sockaddr_in6>.size:
            let number = address.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self = .v6(bytes: withUnsafeBytes(of: number) { Array($0) })
        default: return nil
        }
    }
}
