/// `Accept-Encoding` (RFC 9110 section 12.5.3).
enum AcceptEncoding {
    /// Whether the client takes gzip: it names it, or everything, and not with a weight of 0.
    static func takesGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        var takesAll = false
        for item in header.split(separator: ",") {
            let parts = item.split(separator: ";").map { trim($0).lowercased() }
            guard let coding = parts.first else { continue }
            let isWanted = !parts.dropFirst().contains { isZeroWeight($0) }
            if coding == "gzip" || coding == "x-gzip" { return isWanted }
            if coding == "*" { takesAll = isWanted }
        }
        return takesAll
    }

    private static func isZeroWeight(_ parameter: String) -> Bool {
        guard parameter.hasPrefix("q=") else { return false }
        return Double(parameter.dropFirst(2)) == 0
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
