/// What stands in for lost and damaged frames, and smooths the way back (<doc:LostPackets>).
struct SilkConcealment: ~Copyable {
    private static let order = SilkDecoder.longestOrder

    /// Frames concealed since the last good one.
    private(set) var lossCount = 0
    /// The last good frame was voiced, or the rate has changed since.
    private(set) var wasVoiced = true

    /// Of the last good frame: pitch (Q8), taps (Q14), filter (Q12), gains (Q16).
    private var pitch: Int32 = 240
    private let taps = SilkMemory<Int32>(5)
    private let filter = SilkMemory<Int32>(order)
    private var gains = SIMD4<Int32>()
    private var ltpScale: Int32 = 0
    private var random: Int32 = 0
    private var randomScale: Int32 = 0
    private var rate = 0

    private var energy = Energy()
    private var lastLost = false
    private var noise = SilkComfortNoise()

    private let recent = SilkMemory<Int16>(SilkDecoder.longestFrame / 2)
    private let signal = SilkMemory<Int32>(SilkDecoder.longestFrame)

    /// The internal rate has changed.
    mutating func rateChanged() {
        wasVoiced = true
    }

    /// Takes note of a good frame, and smooths it where it follows lost ones.
    mutating func received(
        _ parameters: borrowing SilkFrame, _ symbols: borrowing SilkSymbols, _ synthesis: inout SilkSynthesis,
        _ frequencies: borrowing SilkMemory<Int32>
    ) {
        checkRate(symbols.rate)
        if parameters.isVoiced {
            followPitch(parameters, subframe: Int32(truncatingIfNeeded: symbols.frameLength / 4))
        } else {
            pitch = Int32(truncatingIfNeeded: 18 * rate) << 8
            taps.clear()
        }
        filter.base.update(from: parameters.lateFilter.base, count: Self.order)
        ltpScale = parameters.ltpScale
        gains = parameters.gains
        wasVoiced = parameters.isVoiced
        lossCount = 0
        if lastLost {
            glue(synthesis.frame.base, symbols.frameLength)
            lastLost = false
        }
        noise.received(parameters, symbols, synthesis.excitation, frequencies)
    }

    /// The strongest pitch among the last subframes, and its gain in one tap.
    private mutating func followPitch(_ parameters: borrowing SilkFrame, subframe: Int32) {
        var most: Int32 = 0
        for back in 0..<4 where Int32(truncatingIfNeeded: back) * subframe < parameters.lags[3] {
            let index = 3 - back
            var sum: Int32 = 0
            for tap in 0..<5 { sum = sum &+ parameters.taps[5 * index + tap] }
            if sum > most {
                most = sum
                pitch = parameters.lags[index] << 8
            }
        }
        var middle = most.low16
        if most < 11469 {
            middle = (middle.mulB((11469 << 10) / max(most, 1)) >> 10).low16
        } else if most > 15565 {
            middle = (middle.mulB((15565 << 14) / max(most, 1)) >> 14).low16
        }
        taps.clear()
        taps[2] = middle
    }

    /// Makes a frame up, at the last rate, in the place of one that did not come.
    mutating func conceal(
        _ synthesis: inout SilkSynthesis, _ prediction: borrowing SilkPrediction, _ books: borrowing SilkCodebooks,
        rate newRate: Int
    ) {
        checkRate(newRate)
        let length = 20 * rate
        extend(&synthesis, prediction)
        lossCount += 1
        synthesis.remember(length)
        energy = Energy(synthesis.frame.base, length)
        lastLost = true
        noise.add(to: synthesis.frame.base, rate: rate, prediction, books)
    }

    private mutating func checkRate(_ new: Int) {
        if rate != new {
            rate = new
            pitch = Int32(truncatingIfNeeded: 10 * rate)
        }
    }

    /// Continues the pitch of the last frame and mixes noise from its excitation in.
    private mutating func extend(_ synthesis: inout SilkSynthesis, _ prediction: borrowing SilkPrediction) {
        let (length, subframe) = (20 * rate, 5 * rate)
        let order = rate == 8 ? 10 : Self.order
        let (memory, excitation) = (synthesis.longTerm.base, synthesis.excitation.base)
        memory.update(from: memory + length, count: length)
        SilkPrediction.expand(filter.base, order, 64880)

        let source = excitation + quieterStart(excitation, subframe)
        let isFirst = lossCount == 0
        let harmony: Int32 = isFirst ? 32440 : 31130
        var decay: Int32 = wasVoiced ? (isFirst ? 31130 : 26214) : (isFirst ? 32440 : 29491)
        var scale = randomScale
        if isFirst {
            scale = 16384
            if wasVoiced {
                for tap in 0..<5 { scale = scale &- taps[tap] }
                scale = max(3277, scale.low16)
                scale = (scale.mulB(ltpScale) >> 14).low16
            } else {
                let gain = max(1 << 22, min(1 << 27, prediction.inverseGain(filter.base, order).gain)) << 3
                decay = gain.mulW(decay) >> 14
            }
        }
        var write = length
        for index in 0..<4 {
            let lag = Int(pitch.roundedShift(8))
            for place in 0..<subframe {
                random = random.nextRandom
                let past = memory + (write - lag + 2)
                var sum = past[0].mulW(taps[0]) &+ past[-1].mulW(taps[1]) &+ past[-2].mulW(taps[2])
                sum = sum &+ past[-3].mulW(taps[3]) &+ past[-4].mulW(taps[4])
                let noise = source[Int((random &>> 25) & 127)].mulW(scale) &<< 2
                let value = noise &+ sum.roundedShift(4)
                memory[write] = value &<< 6
                write += 1
                signal[index * subframe + place] = value
            }
            for tap in 0..<5 { taps[tap] = (harmony.mulB(taps[tap]) >> 15).low16 }
            scale = (scale.mulB(decay) >> 15).low16
            pitch = min(pitch &+ pitch.mulW(655), Int32(truncatingIfNeeded: 18 * rate) << 8)
        }
        randomScale = scale
        synthesis.previousLag = pitch.roundedShift(8)
        synthesis.filterShortTerm(signal.base, filter.base, gains[3], length, synthesis.frame.base)
    }

    /// Where in the excitation the noise comes from: before the quieter of the last two subframes.
    private func quieterStart(_ excitation: UnsafePointer<Int32>, _ subframe: Int) -> Int {
        for index in 0..<2 * subframe {
            let gain = gains[2 + index / subframe]
            recent[index] = Int16(truncatingIfNeeded: excitation[2 * subframe + index].mulWW(gain) &>> 10)
        }
        let third = Energy(recent.base, subframe)
        let fourth = Energy(recent.base + subframe, subframe)
        let isThirdQuieter = third.value >> fourth.shift < fourth.value >> third.shift
        return max(0, (isThirdQuieter ? 3 : 4) * subframe - 128)
    }

    /// Fades a good frame in where it is louder than the concealment before it.
    private mutating func glue(_ frame: UnsafeMutablePointer<Int16>, _ length: Int) {
        var present = Energy(frame, length)
        if present.shift > energy.shift {
            energy.value >>= present.shift - energy.shift
        } else {
            present.value >>= energy.shift - present.shift
        }
        guard present.value > energy.value else { return }
        let head = Int32(bitPattern: energy.value).leadingZeros - 1
        let before = Int32(bitPattern: energy.value) << head
        energy.value = UInt32(bitPattern: before)
        let now = Int32(bitPattern: present.value >> UInt32(max(24 - head, 0)))
        var gain = Self.squareRoot(before / max(now, 1))
        let step = (4096 - gain) / Int32(truncatingIfNeeded: length)
        for index in 0..<length {
            frame[index] = Int16(truncatingIfNeeded: (gain &* Int32(frame[index])) &>> 12)
            gain = min(gain + step, 4096)
        }
    }

    /// The square root, roughly.
    private static func squareRoot(_ value: Int32) -> Int32 {
        if value <= 0 { return 0 }
        let head = value.leadingZeros
        let fraction = Int32(bitPattern: (UInt32(bitPattern: value) &<< UInt32(bitPattern: head)) >> 24) & 127
        let root: Int32 = (head & 1 == 1 ? 32768 : 46214) >> (head >> 1)
        return root &+ root.mulW(213 * fraction)
    }
}

extension SilkConcealment {
    /// The energy of some samples: value times 2^shift.
    struct Energy {
        var value: UInt32 = 0
        var shift: UInt32 = 0

        init() {}

        /// Measures an even `count` of samples.
        init(_ samples: UnsafePointer<Int16>, _ count: Int) {
            for index in stride(from: 0, to: count, by: 2) {
                let (left, right) = (Int32(samples[index]), Int32(samples[index + 1]))
                value &+= (UInt32(bitPattern: left &* left) &+ UInt32(bitPattern: right &* right)) >> shift
                if value >= 1 << 31 {
                    value >>= 2
                    shift += 2
                }
            }
            if value >= 1 << 30 {
                value >>= 2
                shift += 2
            }
        }
    }
}
