/// Puts numbers into bytes, little end first.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func put(_ text: String) {
        put(UInt32(truncatingIfNeeded: text.utf8.count))
        bytes += text.utf8
    }

    mutating func put(raw: [UInt8]) { bytes += raw }

    /// Begins anew in the same room.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func list<Item>(_ items: some Collection<Item>, _ body: (Item, inout ByteWriter) -> Void) {
        put(UInt32(truncatingIfNeeded: items.count))
        for item in items { body(item, &self) }
    }
}

/// Takes them out again; nil where the bytes end early.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var at: Int

    init(_ bytes: [UInt8], at: Int = 0) { (self.bytes, self.at) = (bytes, at) }

    mutating func take<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - at >= size else { return nil }
        defer { at += size }
        return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Value.self)) }
    }

    mutating func text() -> String? {
        guard let count = take(UInt32.self), bytes.count - at >= Int(count) else { return nil }
        defer { at += Int(count) }
        return String(decoding: bytes[at..<at + Int(count)], as: UTF8.self)
    }

    mutating func raw(_ count: Int) -> [UInt8]? {
        guard bytes.count - at >= count else { return nil }
        defer { at += count }
        return Array(bytes[at..<at + count])
    }

    mutating func list<Item>(_ item: (inout ByteReader) -> Item?) -> [Item]? {
        guard let count = take(UInt32.self) else { return nil }
        var items: [Item] = []
        // A count is what somebody wrote: no room is made for it before there are bytes.
        for _ in 0..<count {
            guard let next = item(&self) else { return nil }
            items.append(next)
        }
        return items
    }
}
