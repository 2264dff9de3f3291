/// Short-term prediction coefficients (Q12, 16 bits) from line spectral frequencies
/// (<doc:SilkDecoding#Frequencies-and-filters>).
struct SilkPrediction: ~Copyable {
    private let cosines = SilkMemory<Int32>(SilkDecoder.longestOrder)
    private let even = SilkMemory<Int32>(SilkDecoder.longestOrder / 2 + 1)
    private let odd = SilkMemory<Int32>(SilkDecoder.longestOrder / 2 + 1)
    private let steps = SilkMemory<Int32>(SilkDecoder.longestOrder)
    private let nextSteps = SilkMemory<Int32>(SilkDecoder.longestOrder)

    /// The coefficients of a stable filter for `frequencies` (Q15, ascending); those past `order` become 0.
    func convert(
        _ frequencies: UnsafePointer<Int32>, _ order: Int, cosine: UnsafePointer<Int16>,
        into coefficients: UnsafeMutablePointer<Int32>
    ) {
        for index in 0..<order {
            let place = Int(max(0, min(frequencies[index] &>> 8, 127)))
            let fraction = frequencies[index] & 255
            let (low, high) = (Int32(cosine[place]), Int32(cosine[place + 1]))
            cosines[index] = (low &<< 8) &+ (high &- low) &* fraction
        }
        let half = order / 2
        Self.multiply(UnsafePointer(cosines.base), half, into: even.base)
        Self.multiply(UnsafePointer(cosines.base + 1), half, into: odd.base)
        for index in 0..<half {
            let sum = even[index + 1] &+ even[index]
            let difference = odd[index + 1] &- odd[index]
            coefficients[index] = 0 &- (sum &+ difference).roundedShift(9)
            coefficients[order - 1 - index] = (difference &- sum).roundedShift(9)
        }
        for index in order..<SilkDecoder.longestOrder { coefficients[index] = 0 }
        Self.limit(coefficients, order)
        for round in 0..<Int32(20) {
            if inverseGain(coefficients, order).isStable { return }
            Self.expand(coefficients, order, 65536 - (10 + round) * round)
        }
        for index in 0..<order { coefficients[index] = 0 }
    }

    /// The polynomial with the roots that every second of `cosines` gives, `half` of them; Q20.
    private static func multiply(
        _ cosines: UnsafePointer<Int32>, _ half: Int, into output: UnsafeMutablePointer<Int32>
    ) {
        output[0] = 1 << 20
        output[1] = 0 &- cosines[0]
        for index in 1..<half {
            let root = Int64(cosines[2 &* index])
            output[index &+ 1] = (output[index &- 1] &<< 1) &- product(root, output[index])
            var place = index
            while place > 1 {
                output[place] = output[place] &+ output[place &- 2] &- product(root, output[place &- 1])
                place &-= 1
            }
            output[1] = output[1] &- cosines[2 &* index]
        }
    }

    @inline(__always) private static func product(_ root: Int64, _ value: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (((root &* Int64(value)) &>> 19) &+ 1) &>> 1)
    }

    /// Makes every coefficient fit 16 bits by widening the bandwidth, at most ten times, and by clamping then.
    private static func limit(_ coefficients: UnsafeMutablePointer<Int32>, _ order: Int) {
        for _ in 0..<10 {
            var (most, place) = (Int32(0), Int32(0))
            for index in 0..<order where Int32(clamping: coefficients[index].magnitude) > most {
                (most, place) = (Int32(clamping: coefficients[index].magnitude), Int32(truncatingIfNeeded: index))
            }
            if most <= 32767 { return }
            most = min(most, 98369)
            let scale = 65470 - (16367 * (most - 32767)) / ((most * (place + 1)) >> 2)
            var factor = scale
            for index in 0..<order {
                coefficients[index] = coefficients[index].mulWW(factor)
                factor = scale.mulWW(factor)
            }
        }
        for index in 0..<order { coefficients[index] = coefficients[index].saturated16 }
    }

    /// Widens the bandwidth of 16-bit coefficients by `factor`, Q16.
    static func expand(_ coefficients: UnsafeMutablePointer<Int32>, _ order: Int, _ factor: Int32) {
        var factor = factor
        let growth = factor &- 65536
        for index in 0..<order {
            coefficients[index] = (factor &* coefficients[index]).roundedShift(16).low16
            factor = factor &+ (factor &* growth).roundedShift(16)
        }
    }

    /// Whether the filter is stable, and the inverse of its gain (Q30), as far as that was reckoned.
    func inverseGain(_ coefficients: UnsafePointer<Int32>, _ order: Int) -> (isStable: Bool, gain: Int32) {
        var gain: Int32 = 1 << 30
        var (current, next) = (steps.base, nextSteps.base)
        for index in 0..<order { current[index] = coefficients[index] &<< 4 }
        var last = order - 1
        while true {
            if current[last] > 65520 || current[last] < -65520 { return (false, gain) }
            let reflection = 0 &- (current[last] &<< 15)
            let remainder = 1_073_741_823 &- reflection.mulHigh(reflection)
            gain = gain.mulHigh(remainder) &<< 2
            if last == 0 { return (true, gain) }
            let inverse = remainder.inverse(46)
            let head = inverse.leadingZeros &- 1
            let factor = inverse &<< head
            for index in 0..<last {
                let step = current[index] &- (current[last &- 1 &- index].mulHigh(reflection) &<< 1)
                next[index] = step.mulHigh(factor) &<< (16 &- head)
            }
            swap(&current, &next)
            last -= 1
        }
    }
}
