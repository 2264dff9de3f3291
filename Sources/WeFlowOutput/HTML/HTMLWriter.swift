/// Writes HTML into one growing buffer. Markup is literal, everything else passes an escape: only a `StaticString`,
/// which nothing that was sent can be, gets into the page as it is.
public struct HTMLWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// An empty page.
    public init() {}

    /// Forgets what has been written, and keeps the room.
    public mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

    /// Writes what another writer has written.
    public mutating func append(_ other: HTMLWriter) { bytes += other.bytes }

    /// Writes markup that stands in the source code.
    public mutating func markup(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes text: the five characters that mean something in HTML are escaped, control characters are dropped.
    public mutating func text(_ text: some StringProtocol) {
        if text.utf8.withContiguousStorageIfAvailable({ escape($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { escape($0) }
        }
    }

    /// Writes whole runs of what needs no escape: nearly all of a text is one.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in text.enumerated() {
            guard let escape = Self.escape(of: byte) else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            markup(escape)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// What stands for a byte, nil where it stands for itself.
    @inline(__always)
    private static func escape(of byte: UInt8) -> StaticString? {
        guard byte < 0x40 || byte == 0x7F else { return nil }
        switch byte {
        case UInt8(ascii: "&"): return "&amp;"
        case UInt8(ascii: "<"): return "&lt;"
        case UInt8(ascii: ">"): return "&gt;"
        case UInt8(ascii: "\""): return "&quot;"
        case UInt8(ascii: "'"): return "&#39;"
        case 0x0A, 0x09: return nil
        case 0..<0x20, 0x7F: return ""
        default: return nil
        }
    }

    /// Writes a whole number.
    public mutating func number(_ number: some BinaryInteger) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Writes ` name="value"`.
    public mutating func attribute(_ name: StaticString, _ value: some StringProtocol) {
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
    ///
    /// - Parameters:
    ///   - name: the attribute.
    ///   - path: where the file lies, seen from the page's folder.
    ///   - place: a place in that page, nil for the whole of it.
    public mutating func attribute(_ name: StaticString, file path: String, place: String? = nil) {
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
        if let place {
            markup("#")
            text(place)
        }
        markup("\"")
    }
}
