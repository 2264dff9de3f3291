/// Why a voice could not be decoded.
public enum SilkFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes do not begin with the magic of SILK v3.
    case notSilk
    /// The sound would be longer than `SilkVoice.longestDuration`.
    case tooLong

    /// A sentence without a full stop, for the reader of an error.
    public var description: String {
        switch self {
        case .notSilk: "the bytes are not a voice in SILK v3"
        case .tooLong: "the voice is longer than \(SilkVoice.longestDuration) seconds"
        }
    }
}

/// Voice messages: SILK v3 in, sound out (<doc:Voices>).
public enum SilkVoice {
    /// Samples per second of everything that is decoded, whatever rate the encoder used.
    public static let sampleRate = 24_000

    /// The longest sound that is decoded, in seconds. A voice message has at most 60; the limit is for hostile bytes,
    /// where two of them can stand for 100 ms.
    public static let longestDuration = 3_600

    /// Decodes a SILK v3 file to signed 16-bit mono samples, 24 000 per second, exact to the bit with the fixed-point
    /// reference decoder.
    ///
    /// A damaged, oversized or empty packet is replaced: by its copy where a later packet carries one, else by
    /// concealment (<doc:LostPackets>). The sound ends at the first packet that is not all there.
    ///
    /// - Throws: `SilkFailure.notSilk`, or `.tooLong` for more than `longestDuration`.
    public static func decode(_ bytes: [UInt8]) throws(SilkFailure) -> [Int16] {
        try decode(bytes, longest: longestDuration)
    }

    /// Decodes at most `seconds` of sound.
    static func decode(_ bytes: [UInt8], longest seconds: Int) throws(SilkFailure) -> [Int16] {
        var samples: [Int16] = []
        let failure = bytes.withUnsafeBufferPointer { decode($0, limit: seconds * sampleRate, into: &samples) }
        if let failure { throw failure }
        return samples
    }

    /// Decodes a SILK v3 file to a WAV file: 24 000 Hz, mono, 16 bits.
    ///
    /// - Throws: as `decode` does.
    public static func wav(_ bytes: [UInt8]) throws(SilkFailure) -> [UInt8] {
        WAVFile(samples: try decode(bytes), sampleRate: sampleRate).bytes
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, into samples: inout [Int16]
    ) -> SilkFailure? {
        guard var packets = SilkContainer(bytes) else { return .notSilk }
        samples.reserveCapacity(min(count(packets) * SilkDecoder.longestFrame, limit))
        var decoder = SilkDecoder()
        while let packet = packets.next() {
            if packet.isEmpty {
                decoder.decodeLost(before: packets, into: &samples)
            } else {
                decoder.decode(packet, into: &samples)
            }
            if samples.count > limit { return .tooLong }
        }
        return nil
    }

    private static func count(_ packets: SilkContainer) -> Int {
        var packets = packets
        var count = 0
        while packets.next() != nil { count += 1 }
        return count
    }
}
