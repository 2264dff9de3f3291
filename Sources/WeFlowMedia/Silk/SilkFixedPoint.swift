/// The 32-bit wrapping arithmetic of SILK, under the names of <doc:SilkDecoding#Arithmetic>.
///
/// Products are formed in 64 bits and cut once: the result is that of the reference in every case.
extension Int32 {
    /// Both factors in 64 bits, the second cut to its low 16 bits first; the product shifted right by 16.
    @inline(__always) func mulW(_ other: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (Int64(self) &* Int64(Int16(truncatingIfNeeded: other))) &>> 16)
    }

    /// The full product shifted right by 16, low 32 bits.
    @inline(__always) func mulWW(_ other: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (Int64(self) &* Int64(other)) &>> 16)
    }

    /// The high half of the full product.
    @inline(__always) func mulHigh(_ other: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (Int64(self) &* Int64(other)) &>> 32)
    }

    /// The product of the low 16 bits of both.
    @inline(__always) func mulB(_ other: Int32) -> Int32 { low16 &* other.low16 }

    /// The low 16 bits as a signed number.
    @inline(__always) var low16: Int32 { Int32(Int16(truncatingIfNeeded: self)) }

    /// The nearest number that fits 16 bits.
    @inline(__always) var saturated16: Int32 { Swift.min(Swift.max(self, -32768), 32767) }

    /// Shift right by `count` (1...31) with rounding.
    @inline(__always) func roundedShift(_ count: Int32) -> Int32 { ((self &>> (count &- 1)) &+ 1) &>> 1 }

    /// Shift left by `count` (0...31) after clamping to what then fits.
    @inline(__always) func saturatedShift(_ count: Int32) -> Int32 {
        Swift.min(Swift.max(self, Int32.min &>> count), Int32.max &>> count) &<< count
    }

    /// The sum, clamped to 32 bits.
    @inline(__always) func saturatedSum(_ other: Int32) -> Int32 {
        Int32(clamping: Int64(self) &+ Int64(other))
    }

    /// Leading zero bits of the pattern, 32 for zero.
    @inline(__always) var leadingZeros: Int32 { Int32(truncatingIfNeeded: leadingZeroBitCount) }

    /// The next value of the pseudo-random sequence.
    @inline(__always) var nextRandom: Int32 { 907_633_515 &+ self &* 196_314_165 }

    /// Approximates 2^`exponent` / self for a positive number.
    func inverse(_ exponent: Int32) -> Int32 {
        let head = leadingZeros &- 1
        let normal = self &<< head
        let guess = 536_870_911 / Swift.max(normal &>> 16, 1)
        let error = (0 &- normal.mulW(guess)) &<< 3
        let result = (guess &<< 16) &+ error.mulWW(guess)
        return result.scaled(right: 61 &- head &- exponent)
    }

    /// Approximates self * 2^`exponent` / `divisor` for a positive divisor.
    func quotient(_ divisor: Int32, _ exponent: Int32) -> Int32 {
        let head = Int32(bitPattern: magnitude).leadingZeros &- 1
        var normal = self &<< head
        let divisorHead = divisor.leadingZeros &- 1
        let normalDivisor = divisor &<< divisorHead
        let guess = 536_870_911 / Swift.max(normalDivisor &>> 16, 1)
        var result = normal.mulW(guess)
        normal = normal &- (normalDivisor.mulHigh(result) &<< 3)
        result = result &+ normal.mulW(guess)
        return result.scaled(right: 29 &+ head &- divisorHead &- exponent)
    }

    /// Shift right, or left with saturation where `count` is negative; nothing is left from 32 on.
    @inline(__always) private func scaled(right count: Int32) -> Int32 {
        if count <= 0 { return saturatedShift(Swift.min(0 &- count, 31)) }
        return count < 32 ? self &>> count : 0
    }

    /// The antilogarithm: self is 128 times the binary logarithm of the result.
    var antilog: Int32 {
        if self < 0 { return 0 }
        if self >= 3968 { return Int32.max }
        let base: Int32 = 1 &<< (self &>> 7)
        let fraction = self & 127
        let mantissa = fraction &+ (fraction &* (128 &- fraction)).mulW(-174)
        if self < 2048 { return base &+ ((base &* mantissa) &>> 7) }
        return base &+ (base &>> 7) &* mantissa
    }
}
