/// Reads the fields of a protobuf message, one after another, from any bytes.
///
/// A field that is cut off or of an unknown wire type ends the message: what was read before it stands. Nothing is
/// allocated; ranges are offsets into the bytes handed in, which have to outlive the reader.
struct WireReader {
    /// What a field holds.
    enum Value: Equatable {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(Range<Int>)
        case fixed32(UInt32)
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var at: Int
    /// Whether something that is no field was met, and ended the message.
    private(set) var isCut = false

    /// Reads the message in `range`, all of `bytes` where there is none.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>? = nil) {
        self.bytes = bytes
        at = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// The next field, nil at the end.
    mutating func next() -> (number: UInt32, value: Value)? {
        guard at < end else { return nil }
        guard let tag = varint(), let number = UInt32(exactly: tag >> 3), number != 0 else { return stop() }
        switch tag & 7 {
        case 0:
            guard let value = varint() else { return stop() }
            return (number, .varint(value))
        case 1:
            guard let value: UInt64 = fixed() else { return stop() }
            return (number, .fixed64(value))
        case 2:
            guard let length = varint(), length <= UInt64(end - at) else { return stop() }
            let start = at
            at += Int(length)
            return (number, .bytes(start..<at))
        case 5:
            guard let value: UInt32 = fixed() else { return stop() }
            return (number, .fixed32(value))
        default:
            return stop()
        }
    }

    /// The inside of the first field of that number that is text or a message.
    func bytes(_ number: UInt32) -> Range<Int>? {
        var reader = self
        while let field = reader.next() {
            if field.number == number, case .bytes(let range) = field.value { return range }
        }
        return nil
    }

    /// The inside of a field as clean text, "" where it is missing.
    func text(_ number: UInt32) -> String {
        bytes(number).map { CleanText.string(bytes.slice($0)) } ?? ""
    }

    /// A reader of the message in the first field of that number.
    func message(_ number: UInt32) -> WireReader? {
        bytes(number).map { WireReader(bytes, in: $0) }
    }

    /// The first varint field of that number.
    func number(_ number: UInt32) -> UInt64? {
        var reader = self
        while let field = reader.next() {
            if field.number == number, case .varint(let value) = field.value { return value }
        }
        return nil
    }

    /// At most ten bytes; what does not fit into 64 bits is no number.
    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end {
            let byte = bytes[at]
            at += 1
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    private mutating func fixed<Number: FixedWidthInteger>() -> Number? {
        let size = MemoryLayout<Number>.size
        guard end - at >= size else { return nil }
        defer { at += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
    }

    private mutating func stop() -> (number: UInt32, value: Value)? {
        at = end
        isCut = true
        return nil
    }
}
