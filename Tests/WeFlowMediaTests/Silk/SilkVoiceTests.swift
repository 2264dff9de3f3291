import Testing
import WeFlowCrypto

@testable import WeFlowMedia

@Suite struct SilkVoiceTests {
    static func littleEndian(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    /// A SILK file of these packets.
    static func file(_ packets: [[UInt8]], tag: Bool = true, terminator: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = tag ? [0x02] : []
        bytes += "#!SILK_V3".utf8
        for packet in packets {
            bytes += [UInt8(packet.count & 0xFF), UInt8(packet.count >> 8)]
            bytes += packet
        }
        return terminator ? bytes + [0xFF, 0xFF] : bytes
    }

    static func packets(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBufferPointer { buffer in
            var packets: [[UInt8]] = []
            guard var container = SilkContainer(buffer) else { return [] }
            while let packet = container.next() { packets.append(Array(packet)) }
            return packets
        }
    }

    @Test(arguments: SilkStream.all) func isExactToTheBit(_ stream: SilkStream) throws {
        let samples = try SilkVoice.decode(stream.bytes)
        #expect(samples.count == stream.samples)
        #expect(HexDigits.text(SHA256.hash(Self.littleEndian(samples))) == stream.digest)
    }

    @Test func theTagAndTheTerminatorMakeNoDifference() throws {
        let bytes = try SilkStream.all[0].bytes
        let packets = Self.packets(bytes)
        let samples = try SilkVoice.decode(bytes)
        #expect(packets.count * 480 == samples.count)
        for tag in [true, false] {
            for terminator in [true, false] {
                let file = Self.file(packets, tag: tag, terminator: terminator)
                #expect(try SilkVoice.decode(file) == samples, "tag \(tag), terminator \(terminator)")
            }
        }
    }

    @Test func nothingIsReadAfterTheTerminator() throws {
        let packets = Self.packets(try SilkStream.all[0].bytes)
        let file = Self.file(packets, terminator: true) + Self.file(packets)
        #expect(try SilkVoice.decode(file) == SilkVoice.decode(Self.file(packets)))
    }

    @Test func aCutFileGivesThePacketsThatAreWhole() throws {
        let packets = Self.packets(try SilkStream.all[0].bytes).prefix(4)
        let whole = Self.file(Array(packets))
        let samples = try SilkVoice.decode(whole)
        for cut in stride(from: 10, to: whole.count, by: 3) {
            let part = try SilkVoice.decode(Array(whole[..<cut]))
            #expect(part.count % 480 == 0 && part.count < samples.count)
            #expect(part[...] == samples[..<part.count], "cut after \(cut) bytes")
        }
    }

    @Test func aFileWithoutPacketsIsSilent() throws {
        #expect(try SilkVoice.decode(Self.file([])).isEmpty)
        #expect(try SilkVoice.decode(Self.file([], terminator: true)).isEmpty)
    }

    @Test(arguments: [
        [], [0x02], Array("#!SILK_V".utf8), [0x02] + Array("#!SILK_V2".utf8), [0x02, 0x02] + Array("#!SILK_V3".utf8),
        Array("#!AMR\n".utf8), [0x01] + Array("#!SILK_V3".utf8),
    ]) func otherBytesAreNotSilk(_ bytes: [UInt8]) {
        #expect(throws: SilkFailure.notSilk) { try SilkVoice.decode(bytes) }
        #expect(throws: SilkFailure.notSilk) { try SilkVoice.wav(bytes) }
    }

    @Test func aTagOrNoneIsSilk() throws {
        #expect(try SilkVoice.decode([0x02] + Array("#!SILK_V3".utf8)).isEmpty)
        #expect(try SilkVoice.decode(Array("#!SILK_V3".utf8)).isEmpty)
    }

    @Test func theLengthOfTheSoundIsLimited() throws {
        let lost = [[UInt8]](repeating: [], count: 60)
        let packets = Self.packets(try SilkStream.all[0].bytes).prefix(1) + lost
        #expect(try SilkVoice.decode(Self.file(Array(packets[..<50])), longest: 1).count == 24_000)
        #expect(throws: SilkFailure.tooLong) { try SilkVoice.decode(Self.file(Array(packets)), longest: 1) }
    }

    @Test func theFailuresHaveSentences() {
        for failure in [SilkFailure.notSilk, .tooLong] {
            #expect(failure.description.first?.isLowercase == true && failure.description.last != ".")
        }
    }

    @Test func aWAVFileIsTheHeaderAndTheSamples() throws {
        let stream = SilkStream.all[0]
        let wav = try SilkVoice.wav(stream.bytes)
        let size = stream.samples * 2
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
        var header = Array("RIFF".utf8) + word(36 + size) + Array("WAVEfmt ".utf8) + word(16) + [1, 0, 1, 0]
        header += word(24_000) + word(48_000) + [2, 0, 16, 0] + Array("data".utf8) + word(size)
        #expect(header.count == WAVFile.headerLength)
        #expect(Array(wav.prefix(44)) == header)
        #expect(HexDigits.text(SHA256.hash(Array(wav.dropFirst(44)))) == stream.digest)
    }

    @Test func samplesStandInAWAVFileLowByteFirst() {
        let wav = WAVFile(samples: [1, -2, .min, .max], sampleRate: 8_000).bytes
        #expect(wav.suffix(8) == [0x01, 0x00, 0xFE, 0xFF, 0x00, 0x80, 0xFF, 0x7F])
        #expect(wav[24..<28] == [0x40, 0x1F, 0, 0])
        #expect(wav[40..<44] == [8, 0, 0, 0])
    }
}
