/// The tables of SILK at fixed addresses, ready for the range decoder: copied once per decoder (about 22 KB).
struct SilkCodebooks: ~Copyable {
    /// The codebook of the normalised line spectral frequencies for one order and signal type
    /// (<doc:SilkDecoding#Frequencies-and-filters>).
    struct Spectrum {
        let order: Int
        let stages: Int
        /// Vectors per stage.
        let sizes: UnsafePointer<Int16>
        let cdfs: UnsafePointer<UInt16>
        let vectors: UnsafePointer<Int16>
        let distances: UnsafePointer<Int16>
    }

    /// One of the three codebooks of long-term prediction taps.
    struct LongTerm {
        let cdf: SilkCDF
        let taps: UnsafePointer<Int16>
    }

    let sampleRate, typeOffsetFirst, typeOffsetNext, gainFirst, gainDelta, interpolation: SilkCDF
    let contourNarrow, contourWide, periodicity, ltpScale, seed, rateLevel, pulses: SilkCDF
    let voiceActivity, termination: SilkCDF
    let lowBit: UInt32
    let sign: UnsafePointer<UInt16>
    let contourNarrowOffsets, contourWideOffsets, ltpScaleFactors, cosine: UnsafePointer<Int16>

    private let pitchLag8, pitchLag12, pitchLag16, pitchLag24: SilkCDF
    private let shell2, shell4, shell8, shell16: UnsafePointer<UInt16>
    private let longTerm0, longTerm1, longTerm2: LongTerm
    private let voiced10, unvoiced10, voiced16, unvoiced16: Spectrum
    private let shelf: Shelf

    init() {
        var shelf = Shelf()
        typealias Source = SilkTables
        sampleRate = shelf.cdf(Source.sampleRate, 4)
        typeOffsetFirst = shelf.cdf(Source.typeOffsetFirst, 4)
        typeOffsetNext = shelf.cdf(Source.typeOffsetNext, 4)
        gainFirst = shelf.cdf(Source.gainFirst, 64)
        gainDelta = shelf.cdf(Source.gainDelta, 45)
        interpolation = shelf.cdf(Source.interpolation, 5)
        pitchLag8 = shelf.cdf(Source.pitchLag8, 129)
        pitchLag12 = shelf.cdf(Source.pitchLag12, 193)
        pitchLag16 = shelf.cdf(Source.pitchLag16, 257)
        pitchLag24 = shelf.cdf(Source.pitchLag24, 385)
        contourNarrow = shelf.cdf(Source.contourNarrow, 11)
        contourWide = shelf.cdf(Source.contourWide, 34)
        contourNarrowOffsets = shelf.place(Source.contourNarrowOffsets)
        contourWideOffsets = shelf.place(Source.contourWideOffsets)
        periodicity = shelf.cdf(Source.periodicity, 3)
        longTerm0 = LongTerm(cdf: shelf.cdf(Source.ltp10, 10), taps: shelf.place(Source.ltp10Taps))
        longTerm1 = LongTerm(cdf: shelf.cdf(Source.ltp20, 20), taps: shelf.place(Source.ltp20Taps))
        longTerm2 = LongTerm(cdf: shelf.cdf(Source.ltp40, 40), taps: shelf.place(Source.ltp40Taps))
        ltpScale = shelf.cdf(Source.ltpScale, 3)
        ltpScaleFactors = shelf.place(Source.ltpScaleFactors)
        seed = shelf.cdf(Source.seed, 4)
        rateLevel = shelf.cdf(Source.rateLevel, 9)
        pulses = shelf.cdf(Source.pulses, 20)
        shell2 = shelf.place(Source.shell2)
        shell4 = shelf.place(Source.shell4)
        shell8 = shelf.place(Source.shell8)
        shell16 = shelf.place(Source.shell16)
        lowBit = UInt32(Source.lowBit[1])
        sign = shelf.place(Source.sign)
        voiceActivity = shelf.cdf(Source.voiceActivity, 2)
        termination = shelf.cdf(Source.termination, 4)
        cosine = shelf.place(Source.cosine)
        voiced10 = shelf.spectrum(
            order: 10, SilkNLSFTables.voiced10Stages, SilkNLSFTables.voiced10CDFs, SilkNLSFTables.voiced10Vectors,
            SilkNLSFTables.voiced10Distances)
        unvoiced10 = shelf.spectrum(
            order: 10, SilkNLSFTables.unvoiced10Stages, SilkNLSFTables.unvoiced10CDFs,
            SilkNLSFTables.unvoiced10Vectors, SilkNLSFTables.unvoiced10Distances)
        voiced16 = shelf.spectrum(
            order: 16, SilkNLSFTables.voiced16Stages, SilkNLSFTables.voiced16CDFs, SilkNLSFTables.voiced16Vectors,
            SilkNLSFTables.voiced16Distances)
        unvoiced16 = shelf.spectrum(
            order: 16, SilkNLSFTables.unvoiced16Stages, SilkNLSFTables.unvoiced16CDFs,
            SilkNLSFTables.unvoiced16Vectors, SilkNLSFTables.unvoiced16Distances)
        self.shelf = shelf
    }

    deinit { shelf.memory.deallocate() }

    /// The pitch lags of an internal rate in kHz; the first one is twice the rate.
    func pitchLag(_ rate: Int) -> SilkCDF {
        switch rate {
        case 8: pitchLag8
        case 12: pitchLag12
        case 16: pitchLag16
        default: pitchLag24
        }
    }

    /// Codebook `index` (0...2).
    func longTerm(_ index: Int) -> LongTerm {
        switch index {
        case 0: longTerm0
        case 1: longTerm1
        default: longTerm2
        }
    }

    /// The codebook for order 10 (8 kHz) or 16 (the other rates).
    func spectrum(rate: Int, voiced: Bool) -> Spectrum {
        if rate == 8 { return voiced ? voiced10 : unvoiced10 }
        return voiced ? voiced16 : unvoiced16
    }

    /// How `count` pulses (at least 1) fall on the halves of 2, 4, 8 or 16 samples (level 0...3).
    @inline(__always) func shell(_ level: Int, _ count: Int) -> SilkCDF {
        let tables =
            switch level {
            case 0: shell2
            case 1: shell4
            case 2: shell8
            default: shell16
            }
        // The table of count c has c + 2 entries, and those of smaller counts stand before it.
        return SilkCDF(entries: tables + ((count &- 1) &* (count &+ 4)) / 2, count: count &+ 1)
    }
}

extension SilkCodebooks {
    /// The memory behind all tables, filled from front to back.
    private struct Shelf {
        private static let capacity = 12_288 * 2
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        private var used = 0

        mutating func cdf(_ table: [UInt16], _ count: Int) -> SilkCDF {
            SilkCDF(entries: place(table), count: count)
        }

        mutating func spectrum(
            order: Int, _ stages: [Int16], _ cdfs: [UInt16], _ vectors: [Int16], _ distances: [Int16]
        ) -> Spectrum {
            Spectrum(
                order: order, stages: stages.count, sizes: place(stages), cdfs: place(cdfs), vectors: place(vectors),
                distances: place(distances))
        }

        mutating func place<Number: FixedWidthInteger>(_ table: [Number]) -> UnsafePointer<Number> {
            let size = table.count * MemoryLayout<Number>.stride
            precondition(used + size <= Self.capacity, "the tables of SILK outgrow their memory")
            let start = (memory + used).bindMemory(to: Number.self, capacity: table.count)
            table.withUnsafeBufferPointer { source in
                if let first = source.baseAddress { start.initialize(from: first, count: source.count) }
            }
            used += size
            return UnsafePointer(start)
        }
    }
}
