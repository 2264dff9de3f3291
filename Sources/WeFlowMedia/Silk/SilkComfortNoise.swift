/// The background noise of pauses, which concealed frames get (<doc:LostPackets#Comfort-noise>).
struct SilkComfortNoise: ~Copyable {
    private let frequencies = SilkMemory<Int32>(SilkDecoder.longestOrder)
    private let filter = SilkMemory<Int32>(SilkDecoder.longestOrder)
    /// Excitation of the last pauses, Q10.
    private let excitation = SilkMemory<Int32>(SilkDecoder.longestFrame)
    /// The last 16 values of the noise filter, Q14, and those of a frame.
    private let memory = SilkMemory<Int32>(SilkDecoder.longestOrder + SilkDecoder.longestFrame)
    private var gain: Int32 = 0
    private var random: Int32 = 3_176_576
    private var rate = 0

    /// Takes note of a good frame: the noise is learned from those without voice.
    mutating func received(
        _ parameters: borrowing SilkFrame, _ symbols: borrowing SilkSymbols,
        _ frameExcitation: borrowing SilkMemory<Int32>, _ present: borrowing SilkMemory<Int32>
    ) {
        checkRate(symbols.rate)
        memory.clear(SilkDecoder.longestOrder)
        if symbols.voiceActive { return }
        for index in 0..<(rate == 8 ? 10 : SilkDecoder.longestOrder) {
            frequencies[index] = frequencies[index] &+ (present[index] &- frequencies[index]).mulW(16348)
        }
        var loudest = 0
        for index in 1..<4 where parameters.gains[index] > parameters.gains[loudest] { loudest = index }
        let subframe = 5 * rate
        (excitation.base + subframe).update(from: excitation.base, count: 3 * subframe)
        excitation.base.update(from: frameExcitation.base + loudest * subframe, count: subframe)
        for index in 0..<4 { gain = gain &+ (parameters.gains[index] &- gain).mulW(4634) }
    }

    /// Adds noise to a concealed frame.
    mutating func add(
        to frame: UnsafeMutablePointer<Int16>, rate: Int, _ prediction: borrowing SilkPrediction,
        _ books: borrowing SilkCodebooks
    ) {
        checkRate(rate)
        let order = rate == 8 ? 10 : SilkDecoder.longestOrder
        let length = 20 * rate
        let mask: Int32 = length < 255 ? 127 : 255
        prediction.convert(frequencies.base, order, cosine: books.cosine, into: filter.base)
        let values = memory.base + SilkDecoder.longestOrder
        for index in 0..<length {
            random = random.nextRandom
            let pulse = excitation[Int((random &>> 24) & mask)].mulWW(gain).roundedShift(10).saturated16
            var sum: Int32 = 0
            for back in 0..<order { sum = sum &+ values[index - 1 - back].mulW(filter[back]) }
            let value = sum.saturatedSum(pulse << 10)
            values[index] = value.saturatedShift(4)
            let sample = Int32(frame[index]) + value.roundedShift(10).saturated16
            frame[index] = Int16(truncatingIfNeeded: sample.saturated16)
        }
        memory.base.update(from: memory.base + length, count: SilkDecoder.longestOrder)
    }

    private mutating func checkRate(_ new: Int) {
        if rate == new { return }
        rate = new
        let order: Int32 = rate == 8 ? 10 : 16
        for index in 0..<order { frequencies[Int(index)] = (index + 1) * (32767 / (order + 1)) }
        gain = 0
        random = 3_176_576
    }
}
