/// From the parameters of a frame to its samples at the internal rate (<doc:SilkDecoding#Synthesis>).
struct SilkSynthesis: ~Copyable {
    private static let order = SilkDecoder.longestOrder
    private static let frameLimit = SilkDecoder.longestFrame
    private static let subframeLimit = frameLimit / 4

    /// The excitation, Q10; that of the last good frame stays for the concealment.
    let excitation = SilkMemory<Int32>(frameLimit)
    /// The previous frame and the present one, behind 16 zeros which the longest lags at 12 kHz reach into.
    private let history = SilkMemory<Int16>(order + 2 * frameLimit)
    /// The memory of the long-term predictor, Q16, for the same two frames; the shortest lags read past its end.
    let longTerm = SilkMemory<Int32>(2 * frameLimit + 4)
    /// The short-term filter: its last 16 values, Q14, and those of a subframe.
    private let shortTerm = SilkMemory<Int32>(order + frameLimit)
    private let residual = SilkMemory<Int32>(subframeLimit)
    /// Coefficients in reverse, so that they run along with the samples, behind zeros for values out of reach.
    private let reversed = SilkMemory<Int16>(reach + order)
    private static let reach = 7
    /// The finished frame; what comes after synthesis may change it.
    let frame = SilkMemory<Int16>(frameLimit)

    private var previousInverseGain: Int32 = 65536
    /// The lag that the last frame ended with, in samples.
    var previousLag: Int32 = 100

    private var past: UnsafeMutablePointer<Int16> { history.base + Self.order }

    /// Forgets what belongs to another internal rate.
    mutating func reset() {
        shortTerm.clear(Self.order)
        history.clear()
        previousLag = 100
    }

    /// Synthesises a good frame into `frame`. After a loss the lags and taps of `parameters` may be replaced.
    mutating func run(
        _ parameters: inout SilkFrame, _ symbols: borrowing SilkSymbols, lossCount: Int, wasVoiced: Bool
    ) {
        let length = symbols.frameLength
        let subframe = length / 4
        excite(symbols, parameters)
        var write = length
        for index in 0..<4 {
            let filter = index < 2 ? parameters.earlyFilter.base : parameters.lateFilter.base
            let gain = parameters.gains[index]
            let inverse = min(max(gain, 1).inverse(32), 32767)
            let change = inverse == previousInverseGain ? 65536 : inverse.quotient(previousInverseGain, 16)
            previousInverseGain = inverse

            var isVoiced = parameters.isVoiced
            if lossCount > 0, wasVoiced, !isVoiced, index < 2 {
                // A voiced concealment before an unvoiced frame: let the pitch fade over two subframes.
                for tap in 0..<5 { parameters.taps[5 * index + tap] = tap == 2 ? 4096 : 0 }
                parameters.lags[index] = previousLag
                isVoiced = true
            }
            let start = index * subframe
            var source = UnsafePointer(excitation.base + start)
            if isVoiced {
                let lag = Int(parameters.lags[index])
                if index == 0 || (index == 2 && parameters.isInterpolated) {
                    var scale = inverse &<< 16
                    if index == 0 { scale = scale.mulW(parameters.ltpScale) &<< 2 }
                    whiten(length + start, lag + 2, filter, scale, endingAt: write)
                } else if change != 65536 {
                    let memory = longTerm.base + (write - lag - 2)
                    for place in 0..<lag + 2 { memory[place] = change.mulWW(memory[place]) }
                }
                predictLongTerm(source, parameters.taps.base + 5 * index, lag, write, subframe)
                write += subframe
                source = UnsafePointer(residual.base)
            }
            if change != 65536 {
                for place in 0..<Self.order { shortTerm[place] = change.mulWW(shortTerm[place]) }
            }
            filterShortTerm(source, filter, gain, subframe, past + (length + start))
        }
        frame.base.update(from: past + length, count: length)
        past.update(from: past + length, count: length)
        previousLag = parameters.lags[3]
    }

    /// Takes a concealed frame of `length` samples as the past of the next one.
    func remember(_ length: Int) {
        past.update(from: frame.base, count: length)
    }

    /// Pulses to excitation: offset and random sign.
    private func excite(_ symbols: borrowing SilkSymbols, _ parameters: borrowing SilkFrame) {
        let (pulses, output) = (symbols.pulses.base, excitation.base)
        let offset = parameters.offset
        var random = parameters.seed
        for index in 0..<symbols.frameLength {
            random = random.nextRandom
            let value = (pulses[index] &<< 10) &+ offset
            let sign = random &>> 31
            output[index] = (value ^ sign) &- sign
            random = random &+ pulses[index]
        }
    }

    /// Recomputes the last `count` values of the long-term memory from the `end` samples of history so far.
    private func whiten(
        _ end: Int, _ count: Int, _ filter: UnsafePointer<Int32>, _ scale: Int32, endingAt write: Int
    ) {
        for index in 0..<Self.order {
            reversed[Self.reach + index] = Int16(truncatingIfNeeded: filter[Self.order - 1 - index])
        }
        let older = SIMD8(at: reversed.base + Self.reach)
        let newer = SIMD8(at: reversed.base + (Self.reach + 8))
        let samples = past + (end - count)
        let output = longTerm.base + (write - count)
        @inline(__always) func products(_ index: Int) -> SIMD4<Int32> {
            let before = samples + (index &- Self.order)
            return SIMD8(at: before).pairProducts(older) &+ SIMD8(at: before + 8).pairProducts(newer)
        }
        @inline(__always) func store(_ sum: Int32, _ index: Int) {
            let value = (Int32(samples[index]) &<< 12) &- sum
            output[index] = scale.mulW(value.roundedShift(12).saturated16)
        }
        var index = 0
        while index &+ 4 <= count {
            let sums = SIMD4(
                sumsOf: products(index), products(index &+ 1), products(index &+ 2), products(index &+ 3))
            for lane in 0..<4 { store(sums[lane], index &+ lane) }
            index &+= 4
        }
        while index < count {
            store(products(index).wrappedSum(), index)
            index &+= 1
        }
    }

    /// Adds what the long-term predictor foretells to the excitation of a subframe.
    private func predictLongTerm(
        _ source: UnsafePointer<Int32>, _ taps: UnsafePointer<Int32>, _ lag: Int, _ write: Int, _ count: Int
    ) {
        let (tap0, tap1, tap2, tap3, tap4) = (taps[0], taps[1], taps[2], taps[3], taps[4])
        let output = longTerm.base + write
        let past = output + (2 &- lag)
        for index in 0..<count {
            var sum = past[index].mulW(tap0) &+ past[index &- 1].mulW(tap1)
            sum = sum &+ past[index &- 2].mulW(tap2) &+ past[index &- 3].mulW(tap3) &+ past[index &- 4].mulW(tap4)
            let value = source[index] &+ sum.roundedShift(4)
            output[index] = value &<< 6
            residual.base[index] = value
        }
    }

    /// Filters `count` values of `source` (Q10), a multiple of four, and writes the samples to `output`.
    ///
    /// In groups of four. Of the sixteen products for a value, those with values from before the group before are
    /// formed eight at a time, in 16-bit halves; the others, for which the sum has to wait, are formed one by one.
    func filterShortTerm(
        _ source: UnsafePointer<Int32>, _ filter: UnsafePointer<Int32>, _ gain: Int32, _ count: Int,
        _ output: UnsafeMutablePointer<Int16>
    ) {
        for index in 0..<Self.order {
            reversed[Self.reach + index] = Int16(truncatingIfNeeded: filter[Self.order - 1 - index])
        }
        let (a0, a1, a2, a3) = (Int64(filter[0]), Int64(filter[1]), Int64(filter[2]), Int64(filter[3]))
        let (a4, a5, a6) = (Int64(filter[4]), Int64(filter[5]), Int64(filter[6]))
        let memory = shortTerm.base + Self.order
        var old = SilkHalves(shortTerm.base)
        var (x4, x3, x2, x1) = (memory[-4], memory[-3], memory[-2], memory[-1])
        @inline(__always) func term(_ value: Int32, _ factor: Int64) -> Int64 { (Int64(value) &* factor) &>> 16 }
        var index = 0
        while index < count {
            let sums = old.sums(reversed.base)
            old.append(SIMD4(x4, x3, x2, x1))
            var sum = Int64(sums[0]) &+ term(x4, a3) &+ term(x3, a2) &+ term(x2, a1)
            let y0 = source[index] &+ Int32(truncatingIfNeeded: sum &+ term(x1, a0))
            let n0 = y0 &<< 4
            sum = Int64(sums[1]) &+ term(x4, a4) &+ term(x3, a3) &+ term(x2, a2) &+ term(x1, a1)
            let y1 = source[index &+ 1] &+ Int32(truncatingIfNeeded: sum &+ term(n0, a0))
            let n1 = y1 &<< 4
            sum = Int64(sums[2]) &+ term(x4, a5) &+ term(x3, a4) &+ term(x2, a3) &+ term(x1, a2)
            let y2 = source[index &+ 2] &+ Int32(truncatingIfNeeded: sum &+ term(n0, a1) &+ term(n1, a0))
            let n2 = y2 &<< 4
            sum = Int64(sums[3]) &+ term(x4, a6) &+ term(x3, a5) &+ term(x2, a4) &+ term(x1, a3)
            sum = sum &+ term(n0, a2) &+ term(n1, a1)
            let y3 = source[index &+ 3] &+ Int32(truncatingIfNeeded: sum &+ term(n2, a0))
            (x4, x3, x2, x1) = (n0, n1, n2, y3 &<< 4)
            (memory[index], memory[index &+ 1], memory[index &+ 2], memory[index &+ 3]) = (x4, x3, x2, x1)
            let samples = SIMD4(y0.mulWW(gain), y1.mulWW(gain), y2.mulWW(gain), y3.mulWW(gain))
            UnsafeMutableRawPointer(output + index).storeBytes(
                of: samples.roundedShift(10).saturated16, as: SIMD4<Int16>.self)
            index &+= 4
        }
        shortTerm.base.update(from: shortTerm.base + count, count: Self.order)
    }
}

/// Sixteen values of the short-term filter, the last of them four before the present group: high and low halves.
private struct SilkHalves {
    private var high: (SIMD8<Int16>, SIMD8<Int16>)
    private var low: (SIMD8<Int16>, SIMD8<Int16>)

    /// The first twelve of the sixteen values that the filter remembers, behind four that nothing reads.
    @inline(__always) init(_ memory: UnsafePointer<Int32>) {
        (high, low) = ((SIMD8(), SIMD8()), (SIMD8(), SIMD8()))
        for group in 0..<3 {
            append(SIMD4(memory[4 * group], memory[4 * group + 1], memory[4 * group + 2], memory[4 * group + 3]))
        }
    }

    /// Forgets the oldest four values for four new ones.
    @inline(__always) mutating func append(_ values: SIMD4<Int32>) {
        let (newHigh, newLow) = ((values &>> 16).low16, values.low16)
        high = (
            SIMD8(lowHalf: high.0.highHalf, highHalf: high.1.lowHalf),
            SIMD8(lowHalf: high.1.highHalf, highHalf: newHigh)
        )
        low = (
            SIMD8(lowHalf: low.0.highHalf, highHalf: low.1.lowHalf), SIMD8(lowHalf: low.1.highHalf, highHalf: newLow)
        )
    }

    /// What these values contribute to the four of the present group.
    @inline(__always) func sums(_ reversed: UnsafePointer<Int16>) -> SIMD4<Int32> {
        SIMD4(sumsOf: products(reversed + 3), products(reversed + 2), products(reversed + 1), products(reversed))
    }

    @inline(__always) private func products(_ reversed: UnsafePointer<Int16>) -> SIMD4<Int32> {
        let ones = SIMD8<Int16>(repeating: 1)
        let (older, newer) = (SIMD8(at: reversed), SIMD8(at: reversed + 8))
        var sum = high.0.pairProducts(older) &+ high.1.pairProducts(newer)
        sum = sum &+ low.0.unsignedHighProducts(older).pairProducts(ones)
        return sum &+ low.1.unsignedHighProducts(newer).pairProducts(ones)
    }
}
