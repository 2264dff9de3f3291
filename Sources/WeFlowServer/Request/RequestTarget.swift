import WeFlowQuery

/// The path and the query string of a request, as they were sent.
struct RequestTarget: Sendable {
    /// The path up to `?` or `#`, percent-encoded.
    let path: Substring
    /// What follows `?`, percent-encoded; empty where there is none.
    let query: Substring
    /// The host that a target in absolute form names; nil where it is only a path.
    let host: Substring?

    /// Splits a request target. A client that takes the server for a proxy sends a whole address, of which the path
    /// begins behind the host (RFC 9112 section 3.2.2).
    init(_ target: String) {
        let bytes = target.utf8
        var begin = bytes.startIndex
        if bytes.first != UInt8(ascii: "/"), let start = Self.hostOfAddress(bytes) {
            let ends: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
            begin = bytes[start...].firstIndex(where: ends.contains) ?? bytes.endIndex
            host = target[start..<begin]
        } else {
            host = nil
        }
        let end = bytes[begin...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        let question = bytes[begin..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        path = begin > bytes.startIndex && question == begin ? "/" : target[begin..<question]
        query = target[question..<end].dropFirst()
    }

    /// Where the host of an address begins, nil where the target is none.
    private static func hostOfAddress(_ target: String.UTF8View) -> String.Index? {
        for scheme in ["http://", "https://"] {
            let begin = target.prefix(scheme.utf8.count)
            // Every byte of the schemes has the bit that tells small letters from large ones.
            if begin.map({ $0 | 0x20 }).elementsEqual(scheme.utf8) { return begin.endIndex }
        }
        return nil
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
