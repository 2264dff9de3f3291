/// The symbols of one frame, in the order of the bitstream (<doc:SilkDecoding#Symbols-of-a-frame>).
///
/// One value serves all frames of a stream: `rate` holds for the later frames of a packet, and `typeOffset` chooses
/// the table of the next frame's.
struct SilkSymbols: ~Copyable {
    /// What follows a frame in its packet.
    enum Termination {
        static let more = 1
        static let copyOfPrevious = 2
        static let copyOfSecondPrevious = 3
    }

    static let samplesPerBlock = 16

    /// Internal rate, kHz: 8, 12, 16 or 24.
    private(set) var rate = 24
    /// Signal type (upper bit) and quantisation offset type (lower bit).
    private(set) var typeOffset = 0
    private(set) var gains = SIMD4<Int32>()
    private(set) var interpolation = 4
    private(set) var lag = 0
    private(set) var contour = 0
    private(set) var periodicity = 0
    private(set) var vectors = SIMD4<Int32>()
    private(set) var ltpScale = 0
    private(set) var seed = 0
    private(set) var voiceActive = false
    private(set) var termination = 0
    /// The vector of each stage of the spectrum's codebook.
    let stages = SilkMemory<Int>(10)
    /// The excitation, `rate` * 20 samples.
    let pulses = SilkMemory<Int32>(SilkDecoder.longestFrame)

    private let sums = SilkMemory<Int>(SilkDecoder.longestFrame / samplesPerBlock)
    private let shifts = SilkMemory<Int>(SilkDecoder.longestFrame / samplesPerBlock)

    var isVoiced: Bool { typeOffset < 2 }
    /// 0 is voiced, 1 is unvoiced.
    var signalType: Int { typeOffset >> 1 }
    var offsetType: Int { typeOffset & 1 }
    var frameLength: Int { rate * 20 }

    /// Reads a frame, the `first` one of its packet or a later one.
    ///
    /// A damaged packet is read to the end of the frame as well: the symbols after the damage are 0.
    mutating func read(_ packet: inout SilkRangeDecoder, _ books: borrowing SilkCodebooks, first: Bool) {
        if first {
            rate = SIMD4(8, 12, 16, 24)[packet.symbol(books.sampleRate)]
            typeOffset = packet.symbol(books.typeOffsetFirst)
        } else {
            typeOffset = packet.symbol(books.typeOffsetNext.at(typeOffset))
        }
        let firstGain = first ? books.gainFirst.at(signalType) : books.gainDelta
        gains[0] = Int32(truncatingIfNeeded: packet.symbol(firstGain))
        for index in 1..<4 { gains[index] = Int32(truncatingIfNeeded: packet.symbol(books.gainDelta)) }

        let spectrum = books.spectrum(rate: rate, voiced: isVoiced)
        var cdf = spectrum.cdfs
        for stage in 0..<spectrum.stages {
            let count = Int(spectrum.sizes[stage])
            stages[stage] = packet.symbol(SilkCDF(entries: cdf, count: count))
            cdf += count + 1
        }
        interpolation = packet.symbol(books.interpolation)

        if isVoiced {
            lag = packet.symbol(books.pitchLag(rate))
            contour = packet.symbol(rate == 8 ? books.contourNarrow : books.contourWide)
            periodicity = packet.symbol(books.periodicity)
            let vector = books.longTerm(periodicity).cdf
            for index in 0..<4 { vectors[index] = Int32(truncatingIfNeeded: packet.symbol(vector)) }
            ltpScale = packet.symbol(books.ltpScale)
        }
        seed = packet.symbol(books.seed)
        readPulses(&packet, books)
        voiceActive = packet.symbol(books.voiceActivity) == 1
        termination = packet.symbol(books.termination)
    }

    private func readPulses(_ source: inout SilkRangeDecoder, _ books: borrowing SilkCodebooks) {
        var packet = source
        let level = packet.symbol(books.rateLevel.at(signalType))
        let blocks = frameLength / Self.samplesPerBlock
        for block in 0..<blocks {
            var sum = packet.symbol(books.pulses.at(level))
            var shift = 0
            while sum == 19, shift < SilkRangeDecoder.longest * 8 {
                shift += 1
                sum = packet.symbol(books.pulses.at(9))
            }
            sums[block] = min(sum, 18)
            shifts[block] = shift
        }
        pulses.clear(frameLength)
        for block in 0..<blocks where sums[block] > 0 {
            let start = pulses.base + block * Self.samplesPerBlock
            Self.spread(sums[block], 3, start, &packet, books)
        }
        for block in 0..<blocks where shifts[block] > 0 {
            for index in block * Self.samplesPerBlock..<(block + 1) * Self.samplesPerBlock {
                var value = pulses[index]
                for _ in 0..<shifts[block] { value = (value &<< 1) &+ packet.bit(books.lowBit) }
                pulses[index] = value
            }
        }
        let middle = UInt32(books.sign[9 * (2 * signalType + offsetType) + level])
        let values = pulses.base
        for index in 0..<frameLength where values[index] > 0 {
            if packet.bit(middle) == 0 { values[index] = 0 &- values[index] }
        }
        source = packet
    }

    /// Spreads `count` pulses (at least 1) over 2, 4, 8 or 16 samples (`level` 0...3) from `start` on, left half first.
    @inline(__always) private static func spread(
        _ count: Int, _ level: Int, _ start: UnsafeMutablePointer<Int32>, _ packet: inout SilkRangeDecoder,
        _ books: borrowing SilkCodebooks
    ) {
        // After damage all pulses go right without a symbol, past the counts that the tables of lower levels know.
        let left = packet.failed ? 0 : packet.symbol(books.shell(level, count))
        let right = count &- left
        if level == 0 {
            start[0] = Int32(truncatingIfNeeded: left)
            start[1] = Int32(truncatingIfNeeded: right)
            return
        }
        if left > 0 { spread(left, level &- 1, start, &packet, books) }
        if right > 0 { spread(right, level &- 1, start + (1 &<< level), &packet, books) }
    }
}
