/// A sound as a WAV file: a header of 44 bytes, then signed 16-bit mono samples, all little endian.
public struct WAVFile: Sendable, Equatable {
    /// Bytes before the samples.
    public static let headerLength = 44

    /// The sound.
    public var samples: [Int16]
    /// Samples per second.
    public var sampleRate: Int

    /// Makes a file of mono samples, `sampleRate` of them per second (0...2 147 483 647).
    public init(samples: [Int16], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    /// The file. The sizes in its header stay at their largest value where the sound has more than 4 GiB.
    public var bytes: [UInt8] {
        let size = samples.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerLength + size)
        func append(_ value: Int, _ width: Int) {
            let word = UInt32(clamping: value)
            for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * place))) }
        }
        bytes += "RIFF".utf8
        append(36 + size, 4)
        bytes += "WAVEfmt ".utf8
        append(16, 4)
        append(1, 2)
        append(1, 2)
        append(sampleRate, 4)
        append(sampleRate * 2, 4)
        append(2, 2)
        append(16, 2)
        bytes += "data".utf8
        append(size, 4)
        samples.withUnsafeBytes { raw in
            #if _endian(little)
                bytes.append(contentsOf: raw)
            #else
                for sample in samples { append(Int(UInt16(bitPattern: sample)), 2) }
            #endif
        }
        return bytes
    }
}
