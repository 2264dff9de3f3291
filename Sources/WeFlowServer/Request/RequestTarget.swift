import WeFlowQuery

/// The path and the query string of a request, as they were sent.
struct RequestTarget: Sendable {
    /// The path up to `?` or `#`, percent-encoded.
    let path: Substring
    /// What follows `?`, percent-encoded; empty where there is none.
    let query: Substring

    /// Splits a request target.
    init(_ target: String) {
        let target = target.prefix { $0 != "#" }
        let question = target.firstIndex(of: "?") ?? target.endIndex
        path = target[..<question]
        query = target[question...].dropFirst()
    }

    /// The path's parts between slashes, each percent-decoded; a part is nil where its escapes are broken or give no
    /// UTF-8. `/a/b` has the parts `a` and `b`.
    var parts: [String?] {
        path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { PercentEncoding.decode($0) }
    }
}

/// Percent-encoding of paths (RFC 3986 section 2.1).
enum PercentEncoding {
    /// Decodes escapes; nil where one is broken or the bytes are no UTF-8. A `+` stands for itself.
    static func decode(_ escaped: Substring.UTF8View) -> String? {
        guard escaped.contains(UInt8(ascii: "%")) else { return String(Substring(escaped)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(escaped.count)
        var iterator = escaped.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
