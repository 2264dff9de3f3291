#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// An IPv4 or IPv6 address.
public enum IPAddress: Sendable, Equatable {
    /// Four bytes in network order, as one number.
    case v4(UInt32)
    /// Eight groups in network order.
    case v6([UInt16])

    /// Reads an address in its usual form: four decimal numbers, or groups of hex digits; no zone, no brackets.
    ///
    /// - Parameter text: the address; anything else gives `nil`.
    public init?(parsing text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self = .v6(bytes: withUnsafeBytes(of: six) { Array($0) })
    }

    /// An IPv6 address of 16 bytes in network order; missing ones count as zero.
    public static func v6(bytes: [UInt8]) -> IPAddress {
        .v6(
            (0..<8).map { group in
                let high = group * 2 < bytes.count ? bytes[group * 2] : 0
                let low = group * 2 + 1 < bytes.count ? bytes[group * 2 + 1] : 0
                return UInt16(high) << 8 | UInt16(low)
            })
    }

    /// The usual form of the address, for connecting to it.
    public var text: String {
        switch self {
        case .v4(let number):
            return [24, 16, 8, 0].map { String(number >> UInt32($0) & 0xff) }.joined(separator: ".")
        case .v6(let groups):
            return groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
    }
}
