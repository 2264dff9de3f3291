internal import WeFlowMoments
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

extension IPAddress {
    /// Whether a machine of the open internet can have it: not loopback, link-local, private, shared (CGNAT), unique
    /// local, multicast, reserved or for documentation, and no such IPv4 address inside an IPv6 one.
    var isPublic: Bool {
        switch self {
        case .v4(let number): return !Self.closedV4.contains { number & $0.mask == $0.prefix }
        case .v6(let groups):
            guard groups.count == 8 else { return false }
            if let inner = Self.innerV4(groups) { return IPAddress.v4(inner).isPublic }
            // Only 2000::/3 is given out; inside it lie tunnels and documentation prefixes.
            guard groups[0] & 0xe000 == 0x2000 else { return false }
            let isSpecial = groups[0] == 0x2001 && groups[1] < 0x0200  // 2001::/23: Teredo, ORCHID, benchmarks
            let isDocumentation = groups[0] == 0x2001 && groups[1] == 0x0db8 || groups[0] & 0xfff0 == 0x3ff0
            return !isSpecial && !isDocumentation && groups[0] != 0x2002  // 2002::/16: 6to4
        }
    }

    /// The IPv4 address that an IPv6 one stands for: mapped (`::ffff:0:0/96`) or translated (`64:ff9b::/96`).
    private static func innerV4(_ groups: [UInt16]) -> UInt32? {
        let isMapped = groups[0..<5].allSatisfy { $0 == 0 } && groups[5] == 0xffff
        let isTranslated = groups[0] == 0x64 && groups[1] == 0xff9b && groups[2..<6].allSatisfy { $0 == 0 }
        guard isMapped || isTranslated else { return nil }
        return UInt32(groups[6]) << 16 | UInt32(groups[7])
    }

    /// The IPv4 blocks of the special-purpose registry that are no open hosts.
    private static let closedV4: [(prefix: UInt32, mask: UInt32)] = [
        block(0, 0, 0, bits: 8),  // this network
        block(10, 0, 0, bits: 8),  // private
        block(100, 64, 0, bits: 10),  // shared, CGNAT
        block(127, 0, 0, bits: 8),  // loopback
        block(169, 254, 0, bits: 16),  // link-local
        block(172, 16, 0, bits: 12),  // private
        block(192, 0, 0, bits: 24),  // protocol assignments
        block(192, 0, 2, bits: 24),  // documentation
        block(192, 88, 99, bits: 24),  // 6to4 relays
        block(192, 168, 0, bits: 16),  // private
        block(198, 18, 0, bits: 15),  // benchmarks
        block(198, 51, 100, bits: 24),  // documentation
        block(203, 0, 113, bits: 24),  // documentation
        block(224, 0, 0, bits: 4),  // multicast
        block(240, 0, 0, bits: 4),  // reserved, broadcast
    ]

    private static func block(_ a: UInt32, _ b: UInt32, _ c: UInt32, bits: UInt32) -> (prefix: UInt32, mask: UInt32) {
        (a << 24 | b << 16 | c << 8, ~(UInt32.max >> bits))
    }
}

extension MediaHosts {
    /// Checks the addresses that a name gave; every one has to be public, since any of them may be connected to.
    ///
    /// - Parameters:
    ///   - addresses: all addresses of the host.
    ///   - host: its name, for the sentence.
    /// - Returns: the addresses, now safe to pin the connection to.
    /// - Throws: `WeFlowError` of kind `network` where there is none or one is not public.
    static func checked(_ addresses: [IPAddress], of host: String) throws(WeFlowError) -> [IPAddress] {
        guard !addresses.isEmpty else {
            throw WeFlowError(.network, "\(host): the name has no address; try again later")
        }
        if let closed = addresses.first(where: { !$0.isPublic }) {
            throw WeFlowError(
                .network,
                "\(host): its name leads to \(closed.text), which is not a public address; "
                    + "where a proxy answers for it, add https://\(host) to mediaHosts in the configuration")
        }
        return addresses
    }
}
