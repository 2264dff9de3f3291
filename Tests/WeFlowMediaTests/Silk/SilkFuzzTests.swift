import TestSupport
import Testing

@testable import WeFlowMedia

/// Damaged and hostile bytes: the decoder gives whole frames, as many as the packets can stand for, or says why not.
@Suite struct SilkFuzzTests {
    /// Whether bytes begin as a voice does, with or without the byte 0x02 before it.
    private static func beginsAsSilk(_ bytes: [UInt8]) -> Bool {
        bytes.dropFirst(bytes.first == 0x02 ? 1 : 0).starts(with: Array("#!SILK_V3".utf8))
    }

    @Test(arguments: [UInt64](1...4)) func damagedBytesGiveWholeFrames(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let corpus = try SilkStream.all.map { try $0.bytes }
        for _ in 0..<10 {
            let bytes = Self.damage(corpus.randomElement(using: &generator) ?? [], using: &generator)
            guard Self.beginsAsSilk(bytes) else {
                #expect(throws: SilkFailure.notSilk) { try SilkVoice.decode(bytes) }
                continue
            }
            let samples = try SilkVoice.decode(bytes)
            #expect(samples.count % 480 == 0)
            #expect(samples.count <= SilkVoiceTests.packets(bytes).count * 5 * 480)
        }
    }

    @Test(arguments: [UInt64](1...4)) func randomPacketsGiveWholeFrames(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<8 {
            let packets = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                generator.bytes(Int.random(in: 0...(Bool.random(using: &generator) ? 60 : 1_200), using: &generator))
            }
            let samples = try SilkVoice.decode(SilkVoiceTests.file(packets))
            #expect(samples.count % 480 == 0)
            #expect(samples.count <= packets.count * 5 * 480)
        }
    }

    /// Bytes of one value: the longest runs of one symbol, and of escapes.
    @Test(arguments: [UInt8(0x00), 0x01, 0x7F, 0x80, 0xFE, 0xFF]) func uniformPacketsGiveWholeFrames(byte: UInt8) throws
    {
        for length in [1, 2, 3, 4, 5, 50, 1_023, 1_024, 1_025] {
            let packet = [UInt8](repeating: byte, count: length)
            let samples = try SilkVoice.decode(SilkVoiceTests.file([packet, [], packet]))
            #expect(samples.count % 480 == 0 && samples.count <= 15 * 480)
        }
    }

    static func damage(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var packets = SilkVoiceTests.packets(bytes)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
        case 1:
            var bytes = bytes
            for _ in 0..<8 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = generator.bytes(1)[0] }
            return bytes
        case 2:
            for index in packets.indices where !packets[index].isEmpty && Bool.random(using: &generator) {
                let at = Int.random(in: 0..<packets[index].count, using: &generator)
                packets[index][at] = generator.bytes(1)[0]
            }
        case 3:
            for index in packets.indices where Bool.random(using: &generator) {
                packets[index].removeLast(Int.random(in: 0...packets[index].count, using: &generator))
            }
        case 4:
            packets.shuffle(using: &generator)
        default:
            for index in packets.indices where Int.random(in: 0..<4, using: &generator) == 0 {
                packets[index] += generator.bytes(Int.random(in: 1...1_200, using: &generator))
            }
        }
        return SilkVoiceTests.file(packets)
    }
}
