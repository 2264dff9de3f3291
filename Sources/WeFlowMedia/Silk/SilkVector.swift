/// Eight 16-bit numbers at a time, for the inner loops.
extension SIMD8<Int16> {
    /// The eight numbers from `start` on, which need not be aligned.
    @inline(__always) init(at start: UnsafePointer<Int16>) {
        self = UnsafeRawPointer(start).loadUnaligned(as: Self.self)
    }

    /// The same in 32 bits. Number by number, as the library's conversion is a call where much is inlined already.
    @inline(__always) private var wide: SIMD8<Int32> {
        SIMD8<Int32>(
            Int32(self[0]), Int32(self[1]), Int32(self[2]), Int32(self[3]), Int32(self[4]), Int32(self[5]),
            Int32(self[6]), Int32(self[7]))
    }

    /// The products with `other`, added in pairs.
    @inline(__always) func pairProducts(_ other: Self) -> SIMD4<Int32> {
        let products = wide &* other.wide
        return products.evenHalf &+ products.oddHalf
    }

    /// The products of these numbers, taken as unsigned, with signed ones, shifted right by 16.
    @inline(__always) func unsignedHighProducts(_ other: Self) -> Self {
        let products = (wide &* other.wide) &>> 16
        return Self(lowHalf: products.lowHalf.low16, highHalf: products.highHalf.low16) &+ ((self &>> 15) & other)
    }
}

extension SIMD4<Int32> {
    /// The sums of four vectors, each over its four numbers.
    @inline(__always) init(sumsOf first: Self, _ second: Self, _ third: Self, _ fourth: Self) {
        let left = SIMD8(lowHalf: first, highHalf: second)
        let right = SIMD8(lowHalf: third, highHalf: fourth)
        let pairs = SIMD8(lowHalf: left.evenHalf &+ left.oddHalf, highHalf: right.evenHalf &+ right.oddHalf)
        self = pairs.evenHalf &+ pairs.oddHalf
    }

    /// The nearest numbers that fit 16 bits.
    @inline(__always) var saturated16: SIMD4<Int16> {
        SIMD4<Int16>(
            Int16(clamping: self[0]), Int16(clamping: self[1]), Int16(clamping: self[2]), Int16(clamping: self[3]))
    }

    /// The low 16 bits of each.
    @inline(__always) var low16: SIMD4<Int16> {
        SIMD4<Int16>(
            Int16(truncatingIfNeeded: self[0]), Int16(truncatingIfNeeded: self[1]), Int16(truncatingIfNeeded: self[2]),
            Int16(truncatingIfNeeded: self[3]))
    }

    /// Shift right by `count` (1...31) with rounding.
    @inline(__always) func roundedShift(_ count: Int32) -> Self { ((self &>> (count &- 1)) &+ 1) &>> 1 }
}
