import WeFlowSystem

/// One growing run of bytes that encoders append to, and that is emptied into a sink at a threshold.
///
/// It owns its memory and cannot be copied, so an append costs a comparison and a copy, and nothing else; an array
/// would ask on every append whether it is shared.
public struct OutputBytes: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes are held.
    public private(set) var count = 0

    /// Makes an empty buffer.
    ///
    /// - Parameter capacity: how many bytes fit before it grows for the first time.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Whether nothing is held.
    public var isEmpty: Bool { count == 0 }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        appendReserved(byte)
    }

    /// Appends a text as it stands.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a text of the program's own, as it stands.
    public mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        appendReserved(text)
    }

    /// Appends bytes as they are.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        appendReserved(source, count: bytes.count)
    }

    /// Appends bytes as they are.
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends all that another buffer holds.
    public mutating func append(_ other: borrowing OutputBytes) {
        append(UnsafeRawBufferPointer(start: other.base, count: other.count))
    }

    /// Appends a number in decimal.
    @inline(__always)
    public mutating func append(decimal value: some FixedWidthInteger) {
        reserve(OutputPosition.longestDecimal)
        withPlace {
            if value < 0 { $0.put(UInt8(ascii: "-")) }
            $0.put(decimal: UInt64(value.magnitude))
        }
    }

    /// Takes the last byte back.
    mutating func removeLast() { count -= 1 }

    /// Empties the buffer and keeps its memory.
    public mutating func removeAll() { count = 0 }

    /// Gives the bytes, valid for the time of the call.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A copy of some bytes as an array.
    borrowing func array(_ range: Range<Int>) -> [UInt8] {
        Array(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(start: base, count: count)[range]))
    }

    /// A copy of the bytes as an array.
    public borrowing func array() -> [UInt8] {
        Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// Sees to it that `extra` more bytes fit; the `appendReserved` calls after it must not exceed them.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @inline(__always)
    mutating func appendReserved(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func appendReserved(_ text: StaticString) {
        appendReserved(UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    }

    @inline(__always)
    mutating func appendReserved(_ source: UnsafeRawPointer, count length: Int) {
        Memory.copy(to: base + count, from: source, length)
        count += length
    }

    /// Lends the place behind the last byte, in reserved room, to code that writes there and moves it on.
    @inline(__always)
    mutating func withPlace(_ body: (inout OutputPosition) -> Void) {
        var place = OutputPosition(base + count)
        body(&place)
        end(at: place)
    }

    /// The place behind the last byte, for code that writes into reserved room and then says where it came to.
    var place: OutputPosition {
        @inline(__always)
        get { OutputPosition(base + count) }
    }

    /// Takes in what was written from ``place`` up to here.
    @inline(__always)
    mutating func end(at place: OutputPosition) { count = place.pointer - base }

    @inline(__always)
    mutating func appendReserved(repeating byte: UInt8, count length: Int) {
        (base + count).update(repeating: byte, count: length)
        count += length
    }

    /// Appends bytes that this buffer holds once more, behind a check that there is room.
    @inline(__always)
    mutating func appendReserved(copyOf range: Range<Int>) {
        Memory.copy(to: base + count, from: base + range.lowerBound, range.count)
        count += range.count
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}

// The memory has one owner, so handing the buffer on hands all of it on.
extension OutputBytes: @unchecked Sendable {}
