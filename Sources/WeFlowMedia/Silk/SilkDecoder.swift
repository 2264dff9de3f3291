/// A SILK v3 decoder: packets in, frames of 480 samples at 24 kHz out (<doc:SilkDecoding>).
///
/// Exact to the bit with the fixed-point reference, for damaged and missing packets too. All memory is allocated once.
struct SilkDecoder: ~Copyable {
    /// Samples of 20 ms at the highest internal rate, and of a frame of output.
    static let longestFrame = 480
    static let longestOrder = 16
    static let framesPerPacket = 5

    let books = SilkCodebooks()
    var symbols = SilkSymbols()
    let spectrum = SilkSpectrum()
    let prediction = SilkPrediction()
    var synthesis = SilkSynthesis()
    var concealment = SilkConcealment()
    var output = SilkOutput()
    var frame = SilkFrame()
    var redundancy = SilkRedundancy()

    /// Internal rate, kHz.
    private var rate = 24
    /// No good frame since the start or since the last change of rate.
    private var isFirstFrame = true
    private var lastGainIndex: Int32 = 1
    private let previousFrequencies = SilkMemory<Int32>(longestOrder)
    private let mixedFrequencies = SilkMemory<Int32>(longestOrder)
    /// Frames of the last packet: as many stand in for a lost one.
    private var framesOfLastPacket = 1
    private var hasSeenPacket = false
    private let payload = SilkMemory<UInt8>(SilkRangeDecoder.capacity)
    private var packet: SilkRangeDecoder

    init() {
        packet = SilkRangeDecoder(buffer: payload.base)
    }

    /// Decodes a packet that is not empty; conceals one frame where it is too long or damaged.
    ///
    /// The samples of its frames go to the end of `pcm`.
    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, into pcm: inout [Int16]) {
        if bytes.count > SilkRangeDecoder.longest { return conceal(frames: 1, &pcm) }
        packet.start(bytes)
        hasSeenPacket = true
        for index in 0..<Self.framesPerPacket {
            let before = rate
            symbols.read(&packet, books, first: index == 0)
            setRate(symbols.rate)
            dequantise(first: index == 0)
            guard let left = packet.bytesLeft else {
                setRate(before)
                framesOfLastPacket = index
                concealFrame(&pcm)
                return
            }
            synthesise(&pcm)
            framesOfLastPacket = index + 1
            if symbols.termination != SilkSymbols.Termination.more || left == 0 { return }
        }
    }

    /// Stands in for a packet that did not come: with its copy from one of the next two packets, else concealed.
    mutating func decodeLost(before following: SilkContainer, into pcm: inout [Int16]) {
        var packets = following
        for distance in 1...SilkRedundancy.reach {
            guard let packet = packets.next() else { break }
            if let copy = redundancy.copy(in: packet, distance: distance, books) { return decode(copy, into: &pcm) }
        }
        conceal(frames: framesOfLastPacket, &pcm)
    }

    private mutating func conceal(frames: Int, _ pcm: inout [Int16]) {
        for _ in 0..<frames { concealFrame(&pcm) }
        if !hasSeenPacket { framesOfLastPacket = 0 }
    }

    private mutating func concealFrame(_ pcm: inout [Int16]) {
        concealment.conceal(&synthesis, prediction, books, rate: rate)
        output.append(synthesis.frame, rate: rate, to: &pcm)
    }

    private mutating func synthesise(_ pcm: inout [Int16]) {
        synthesis.run(&frame, symbols, lossCount: concealment.lossCount, wasVoiced: concealment.wasVoiced)
        isFirstFrame = false
        concealment.received(frame, symbols, &synthesis, spectrum.frequencies)
        output.append(synthesis.frame, rate: rate, to: &pcm)
    }

    /// Changes the internal rate, and forgets what belongs to the old one.
    private mutating func setRate(_ new: Int) {
        if new == rate { return }
        rate = new
        synthesis.reset()
        concealment.rateChanged()
        previousFrequencies.clear()
        lastGainIndex = 1
        isFirstFrame = true
    }

    /// From symbols to gains, filters, lags and taps.
    private mutating func dequantise(first: Bool) {
        for index in 0..<4 {
            if index == 0 && first {
                lastGainIndex = symbols.gains[0]
            } else {
                lastGainIndex = lastGainIndex &+ symbols.gains[index] &- 4
            }
            let logarithm = Int32(1_774_673).mulW(lastGainIndex) &+ 2176
            frame.gains[index] = min(logarithm, 3967).antilog
        }
        dequantiseFilters()
        frame.isVoiced = symbols.isVoiced
        frame.seed = Int32(truncatingIfNeeded: symbols.seed)
        frame.offset = SIMD4<Int32>(32, 100, 100, 256)[symbols.typeOffset]
        guard symbols.isVoiced else {
            frame.lags = SIMD4()
            frame.taps.clear()
            frame.ltpScale = 0
            return
        }
        let offsets = rate == 8 ? books.contourNarrowOffsets : books.contourWideOffsets
        let contours = rate == 8 ? books.contourNarrow.count : books.contourWide.count
        let base = Int32(truncatingIfNeeded: 2 * rate + symbols.lag)
        let taps = books.longTerm(symbols.periodicity).taps
        for index in 0..<4 {
            frame.lags[index] = base &+ Int32(offsets[index * contours + symbols.contour])
            let vector = taps + 5 * Int(symbols.vectors[index])
            for tap in 0..<5 { frame.taps[5 * index + tap] = Int32(vector[tap]) }
        }
        frame.ltpScale = Int32(books.ltpScaleFactors[symbols.ltpScale])
    }

    private mutating func dequantiseFilters() {
        let order = rate == 8 ? 10 : 16
        spectrum.decode(books.spectrum(rate: rate, voiced: symbols.isVoiced), symbols.stages)
        let weight = isFirstFrame ? 4 : Int32(truncatingIfNeeded: symbols.interpolation)
        frame.isInterpolated = weight < 4
        let (late, early) = (frame.lateFilter.base, frame.earlyFilter.base)
        let frequencies = spectrum.frequencies.base
        prediction.convert(frequencies, order, cosine: books.cosine, into: late)
        if frame.isInterpolated {
            for index in 0..<order {
                let previous = previousFrequencies[index]
                mixedFrequencies[index] = previous &+ ((weight &* (frequencies[index] &- previous)) &>> 2)
            }
            prediction.convert(mixedFrequencies.base, order, cosine: books.cosine, into: early)
        } else {
            early.update(from: late, count: Self.longestOrder)
        }
        previousFrequencies.base.update(from: frequencies, count: order)
        if concealment.lossCount > 0 {
            SilkPrediction.expand(early, order, 63570)
            SilkPrediction.expand(late, order, 63570)
        }
    }
}

/// The parameters of one frame.
struct SilkFrame: ~Copyable {
    var gains = SIMD4<Int32>()
    var lags = SIMD4<Int32>()
    var ltpScale: Int32 = 0
    var seed: Int32 = 0
    /// Offset of the quantiser, Q10.
    var offset: Int32 = 0
    var isVoiced = false
    /// The first half has a filter of its own.
    var isInterpolated = false
    /// Five taps for each of four subframes, Q14.
    let taps = SilkMemory<Int32>(20)
    /// Prediction coefficients of the first and of the second half, Q12.
    let earlyFilter = SilkMemory<Int32>(SilkDecoder.longestOrder)
    let lateFilter = SilkMemory<Int32>(SilkDecoder.longestOrder)
}
