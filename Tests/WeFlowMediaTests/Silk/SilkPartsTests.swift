import Testing

@testable import WeFlowMedia

@Suite struct SilkPartsTests {
    static func part(_ index: Int, _ bytes: some Sequence<UInt8>) -> SilkVoice.Part {
        SilkVoice.Part(index: String(index), bytes: Array(bytes))
    }

    @Test func onePartIsTheVoice() throws {
        let bytes = try SilkStream.all[1].bytes
        #expect(SilkVoice.joined([Self.part(0, bytes)]) == bytes)
        #expect(SilkVoice.joined([]).isEmpty)
    }

    @Test func partsJoinInNumericOrder() throws {
        let bytes = try SilkStream.all[1].bytes
        let size = bytes.count / 12 + 1
        let parts = (0..<12).map {
            Self.part($0, bytes[min($0 * size, bytes.count)..<min(($0 + 1) * size, bytes.count)])
        }
        #expect(SilkVoice.joined(parts) == bytes)
        #expect(SilkVoice.joined(parts.reversed()) == bytes)
        #expect(SilkVoice.joined(parts.sorted { $0.index < $1.index }) == bytes)
    }

    @Test func anIndexThatIsNoNumberComesLast() {
        let parts = [
            SilkVoice.Part(index: "", bytes: [3]), SilkVoice.Part(index: "x", bytes: [4]),
            SilkVoice.Part(index: "10", bytes: [2]), SilkVoice.Part(index: "9", bytes: [1]),
        ]
        #expect(SilkVoice.joined(parts) == [1, 2, 3, 4])
    }

    @Test func partsThatAreFilesContinueEachOther() throws {
        let packets = SilkVoiceTests.packets(try SilkStream.all[1].bytes)
        let whole = SilkVoiceTests.file(packets)
        for (tag, terminator) in [(true, false), (false, true)] {
            let first = SilkVoiceTests.file(Array(packets[..<15]), terminator: terminator)
            let second = SilkVoiceTests.file(Array(packets[15...]), tag: tag)
            #expect(SilkVoice.joined([Self.part(1, second), Self.part(0, first)]) == whole)
        }
    }
}
