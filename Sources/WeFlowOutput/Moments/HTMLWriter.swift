/// Writes HTML into one growing buffer. Markup is literal, everything else passes an escape: only a `StaticString`,
/// which no post can be, gets into the page as it is.
struct HTMLWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Writes markup that stands in the source code.
    mutating func markup(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes text: the five characters that mean something in HTML are escaped, control characters are dropped.
    mutating func text(_ text: some StringProtocol) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): markup("&amp;")
            case UInt8(ascii: "<"): markup("&lt;")
            case UInt8(ascii: ">"): markup("&gt;")
            case UInt8(ascii: "\""): markup("&quot;")
            case UInt8(ascii: "'"): markup("&#39;")
            case 0x0a, 0x09: bytes.append(byte)
            case 0..<0x20, 0x7f: continue
            default: bytes.append(byte)
            }
        }
    }

    /// Writes a whole number.
    mutating func number(_ number: some BinaryInteger) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Writes ` name="value"`.
    mutating func attribute(_ name: StaticString, _ value: some StringProtocol) {
        markup(" ")
        markup(name)
        markup("=\"")
        text(value)
        markup("\"")
    }

    /// Writes ` name="path"` for a file beside the page.
    ///
    /// Bytes that mean something in an address are percent-encoded, and no slash begins it, so that a
    /// name is never taken for a scheme, a host or a query.
    mutating func attribute(_ name: StaticString, file path: String) {
        let hex = Array("0123456789ABCDEF".utf8)
        markup(" ")
        markup(name)
        markup("=\"")
        for byte in path.utf8.drop(while: { $0 == UInt8(ascii: "/") }) {
            switch byte {
            case 48...57, 65...90, 97...122: bytes.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        markup("\"")
    }
}
