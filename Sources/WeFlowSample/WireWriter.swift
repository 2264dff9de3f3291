/// Writes protobuf's wire form, for the columns of the sample that hold it.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    /// Appends a number.
    mutating func varint(_ field: UInt64, _ value: UInt64) {
        append(field << 3)
        append(value)
    }

    /// Appends bytes, a text's or a message's.
    mutating func bytes(_ field: UInt64, _ value: [UInt8]) {
        append(field << 3 | 2)
        append(UInt64(value.count))
        bytes += value
    }

    /// Appends a text.
    mutating func text(_ field: UInt64, _ value: String) {
        bytes(field, Array(value.utf8))
    }

    /// Appends a message that `fill` writes.
    mutating func message(_ field: UInt64, _ fill: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        fill(&inner)
        bytes(field, inner.bytes)
    }

    /// The bytes that `fill` writes.
    static func bytes(_ fill: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        fill(&writer)
        return writer.bytes
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
