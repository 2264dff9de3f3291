/// The last step: high-pass at the internal rate and resampling to 24 kHz (<doc:SilkDecoding#Output>).
struct SilkOutput: ~Copyable {
    private static let longest = SilkDecoder.longestFrame
    /// Samples that the interpolation filter reaches back.
    private static let tail = 6

    private var highPass = SIMD2<Int32>()
    /// The rate of the frame before, or 0.
    private var rate = 0
    private var even = SIMD4<Int64>()
    private var odd = SIMD4<Int64>()
    private let filtered = SilkMemory<Int16>(longest)
    /// Twice the internal rate, behind the end of the batch before.
    private let doubled = SilkMemory<Int16>(tail + longest)
    /// One more, as interpolation writes four samples for three.
    private let resampled = SilkMemory<Int16>(longest + 1)

    /// Appends the 480 samples that a frame of 20 ms at `rate` kHz becomes.
    mutating func append(
        _ frame: borrowing SilkMemory<Int16>, rate: Int, to pcm: inout [Int16]
    ) {
        if rate != self.rate {
            self.rate = rate
            even = SIMD4()
            odd = SIMD4()
            doubled.clear(Self.tail)
        }
        let length = 20 * rate
        removeBass(frame.base, length)
        var result = filtered.base
        switch rate {
        case 24: break
        case 12:
            double(filtered.base, length, into: resampled.base)
            result = resampled.base
        default:
            for batch in 0..<2 {
                let count = length / 2
                double(filtered.base + batch * count, count, into: doubled.base + Self.tail)
                interpolate(into: resampled.base + batch * Self.longest / 2)
                doubled.base.update(from: doubled.base + 2 * count, count: Self.tail)
            }
            result = resampled.base
        }
        pcm.append(contentsOf: UnsafeBufferPointer(start: result, count: Self.longest))
    }

    private mutating func removeBass(_ input: UnsafePointer<Int16>, _ length: Int) {
        // Denominators, Q13, negated.
        let (first, second): (Int32, Int32) =
            switch rate {
            case 8: (15885, -7710)
            case 12: (16043, -7859)
            case 16: (16127, -7940)
            default: (16220, -8030)
            }
        var (near, far) = (highPass[0], highPass[1])
        let output = filtered.base
        for index in 0..<length {
            let scaled = Int32(input[index]) &* 8000
            let value = near &+ scaled
            near = far &- 2 &* scaled &+ (value.mulW(first) &<< 3)
            far = (value.mulW(second) &<< 3) &+ scaled
            output[index] = Int16(truncatingIfNeeded: (value.roundedShift(13) &+ 1).saturated16)
        }
        highPass = SIMD2(near, far)
    }

    /// Doubles the rate: two all-pass chains with a common notch.
    ///
    /// In 64 bits: the filter's gain keeps every value below 2^30, so that nothing would wrap in 32 bits either.
    private mutating func double(
        _ input: UnsafePointer<Int16>, _ count: Int, into output: UnsafeMutablePointer<Int16>
    ) {
        var (s0, s1, s2, s3, s4, s5) = (even[0], even[1], odd[0], odd[1], odd[2], even[2])
        for index in 0..<count {
            let sample = Int64(input[index]) &<< 10
            var step = ((sample &- s0) &* 4280) &>> 16
            var inner = s0 &+ step
            s0 = sample &+ step
            var difference = inner &- s1
            step = difference &+ ((difference &* -31809) &>> 16)
            var outer = s1 &+ step &+ ((s4 &* -3604) &>> 16)
            s1 = inner &+ step
            // The newest of the memories joins last, here and below: the loop waits for it.
            var newest = (s5 &* 13107) &>> 16
            output[2 &* index] = Self.rounded(outer &+ ((s4 &* 7864) &>> 16) &+ newest)
            s5 = (outer &- s5) &+ newest

            step = ((sample &- s2) &* 16295) &>> 16
            inner = s2 &+ step
            s2 = sample &+ step
            difference = inner &- s3
            step = difference &+ ((difference &* -11521) &>> 16)
            outer = s3 &+ step &+ ((s4 &* 13107) &>> 16)
            s3 = inner &+ step
            newest = (s5 &* -3604) &>> 16
            output[2 &* index &+ 1] = Self.rounded(outer &+ ((s5 &* 7864) &>> 16) &+ newest)
            s4 = (outer &- s4) &+ newest
        }
        even = SIMD4(s0, s1, s5, 0)
        odd = SIMD4(s2, s3, s4, 0)
    }

    @inline(__always) private static func rounded(_ value: Int64) -> Int16 {
        Int16(clamping: (256 &+ ((value &* 28508) &>> 16)) &>> 9)
    }

    /// Interpolates 10 ms of `doubled` to 240 samples.
    ///
    /// Of the 144 phases of the reference's filter only 0, 48 and 96 occur: three samples come of every two (at 8 kHz)
    /// or four (at 16 kHz) of the doubled ones.
    private func interpolate(into output: UnsafeMutablePointer<Int16>) {
        let third = SIMD8<Int16>(179, -2732, 24392, 13517, -2968, 362, 0, 0)
        let twoThirds = SIMD8<Int16>(359, -2940, 13265, 24583, -2685, 168, 0, 0)
        let whole = SIMD8<Int16>(-647, 1884, 30078, 2207, -851, 73, 0, 0)
        let isNarrow = rate == 8
        let (second, secondStart) = isNarrow ? (twoThirds, 0) : (third, 1)
        let (last, lastStart) = isNarrow ? (third, 1) : (twoThirds, 2)
        var input = UnsafePointer(doubled.base)
        var index = 0
        while index < Self.longest / 2 {
            let sums = SIMD4<Int32>(
                sumsOf: SIMD8(at: input).pairProducts(whole), SIMD8(at: input + secondStart).pairProducts(second),
                SIMD8(at: input + lastStart).pairProducts(last), SIMD4())
            // The fourth sample is not one: the next turn writes over it.
            UnsafeMutableRawPointer(output + index).storeBytes(
                of: sums.roundedShift(15).saturated16, as: SIMD4<Int16>.self)
            input += isNarrow ? 2 : 4
            index &+= 3
        }
    }
}
