/// A place in a buffer's reserved room, which moves on as bytes are put there: what is written by it must fit, and lies
/// in the buffer when that is told where the place came to.
struct OutputPosition {
    /// Where the next byte goes.
    private(set) var pointer: UnsafeMutablePointer<UInt8>

    @inline(__always)
    init(_ pointer: UnsafeMutablePointer<UInt8>) { self.pointer = pointer }

    /// Moves on behind bytes that have been written there otherwise.
    @inline(__always)
    mutating func pass(_ count: Int) { pointer += count }

    /// Puts one byte.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        pointer.pointee = byte
        pointer += 1
    }

    /// Puts a text of the program's own.
    @inline(__always)
    mutating func put(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        UnsafeMutableRawPointer(pointer).copyMemory(from: text.utf8Start, byteCount: count)
        pointer += count
    }

    /// Puts one byte several times.
    @inline(__always)
    mutating func put(repeating byte: UInt8, count: Int) {
        pointer.update(repeating: byte, count: count)
        pointer += count
    }

    /// Room for a sign, twenty digits, and what the last eight of them spill over.
    static var longestDecimal: Int { 32 }

    /// Puts a number in decimal; writes up to eight bytes beyond its last digit.
    @inline(__always)
    mutating func put(decimal value: UInt64) {
        if value < 10 {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
        } else if value < 100_000_000 {
            putShort(value)
        } else {
            pointer = Self.putLong(value, at: self)
        }
    }

    /// More than eight digits, eight at a time.
    @inline(never)
    private static func putLong(_ value: UInt64, at place: OutputPosition) -> UnsafeMutablePointer<UInt8> {
        var place = place
        let (upper, last) = value.quotientAndRemainder(dividingBy: 100_000_000)
        if upper < 100_000_000 {
            place.putShort(upper)
        } else {
            let (first, middle) = upper.quotientAndRemainder(dividingBy: 100_000_000)
            place.putShort(first)
            place.putEight(middle)
        }
        place.putEight(last)
        return place.pointer
    }

    /// A number below 10^8 without zeros in front; 0 is one digit.
    @inline(__always)
    private mutating func putShort(_ value: UInt64) {
        let digits = Self.eightDigits(value)
        // The last digit stands even where it is 0.
        let zeros = min(digits.trailingZeroBitCount / 8, 7)
        store((digits | Self.zeroes) >> UInt64(8 * zeros))
        pointer += 8 - zeros
    }

    /// A number below 10^8 with zeros in front.
    @inline(__always)
    private mutating func putEight(_ value: UInt64) {
        store(Self.eightDigits(value) | Self.zeroes)
        pointer += 8
    }

    @inline(__always)
    private func store(_ word: UInt64) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: word.littleEndian, as: UInt64.self)
    }

    /// `00000000`.
    private static var zeroes: UInt64 { 0x3030_3030_3030_3030 }

    /// The eight digits of a number below 10^8 as numbers, the first in the lowest byte: split into fours, twos and
    /// ones, all of a kind in one multiplication, whose products stay within their lanes.
    @inline(__always)
    private static func eightDigits(_ value: UInt64) -> UInt64 {
        let upper = (value &* 109_951_163) >> 40
        let fours = upper | (value &- upper &* 10_000) << 32
        let hundreds = ((fours &* 10_486) >> 20) & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        let tens = ((twos &* 103) >> 10) & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) << 8
    }
}
