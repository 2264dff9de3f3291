import TestSupport
import Testing
import WeFlowCrypto
import WeFlowMedia

@Suite struct MomentKeystreamTests {
    static func stream(_ key: UInt64, _ range: Range<Int>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var stream = MomentKeystream(key: key)
        bytes.withUnsafeMutableBytes { stream.xor($0, at: range.lowerBound) }
        return bytes
    }

    @Test func theDigestOfTheTestsIsRight() {
        #expect(
            HexDigits.text(SHA256.hash(Vectors.png))
                == "ce44cf4bde67feb0d23f4eb3adc64fd25487f9d0b6b29ad970f57de0fc90af0a")
    }

    @Test(
        arguments: [
            (
                0, "9d39247e33776d412af7398005aaa5c744db0150246235479c15f73e62a76ae2",
                "e1662af3b7e59867c919ad19055fc8cecea2b154d37e1459b2f96d1da14cef1f"
            ),
            (
                1, "e19ed5d2ca98af2da7a18d07cab39b52a0ab0232d180af1472b36dcf1af5e46f",
                "39d98f5b25cc52f0996f7ef9e1022156cb029901be6a11ebbdd7469c6ffd5839"
            ),
            (
                12345, "e8721821768522e9899fb4a5e5539b95a6184afec644bf538196a38b9ba64ae7",
                "932e7fed86b329540fd72561f3401d0f11412b1fe976217efa016e2a9a17fcbc"
            ),
            (
                123_456_789, "9c87e6946a410182aee08a5a116f7cb986f10740dd490b9a330cd31db53ddc4a",
                "1f972db9d304b9c779a59f9830f1b03c98e247a4e1102d926996dd61b60d8e67"
            ),
            (
                2_105_122_989, "89cd4cd8f38b2190b5756244f6d7c75f9ea92584164b69b400b924e93acf563c",
                "b890262f78d3de2cf94c4b4ebcb37d769c6e0af9a9d8b0c358215efd18e3e722"
            ),
            (
                14_720_510_155_579_726_123, "385ce3dd2944f3234df582a560723cccdfb791d0baf67e2fa9884271d3cbd25c",
                "92f8144a3c72b7e7a51a63a879a8717062fc1bb13a3e51c6b18b7d2ce6419bdf"
            ),
            (
                UInt64.max, "7c38fd3a2e7cd8ad64081892c82430f3a8eca8122a6f4607f6943b85ac39b6f0",
                "5afbffd76305e81467f97c6370fa07916e9b197611bf5c357a854eb92a6354a1"
            ),
        ] as [(UInt64, String, String)]) func givesTheStreamOfTheOriginal(
            _ key: UInt64, _ head: String, _ digest: String
        )
    {
        let stream = Self.stream(key, 0..<131_072)
        #expect(Array(stream[..<32]) == Vectors.bytes(head))
        #expect(HexDigits.text(SHA256.hash(stream)) == digest)
    }

    @Test func roundsFollowEachOther() {
        let key: UInt64 = 2_105_122_989
        #expect(
            Self.stream(key, 2040..<2064) == Vectors.bytes("a1f2d5e4f9434829" + "00b4cc589cce41bc" + "045143d889fad6b1")
        )
        #expect(Self.stream(key, 131_064..<131_072) == Vectors.bytes("2ab5b0954c217108"))
        let first = Self.stream(key, 0..<2048)
        #expect(
            HexDigits.text(SHA256.hash(first)) == "5ab8fbe7d6be887309d744161c93a3409d4e52810ab8377443ece22b59f7c073")
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyCutOfTheStreamInAnyOrderIsTheSame(_ seed: UInt64) {
        let whole = Self.stream(77, 0..<20_000)
        var generator = SeededGenerator(seed: seed)
        var stream = MomentKeystream(key: 77)
        for _ in 0..<60 {
            let start = Int.random(in: 0...20_000, using: &generator)
            let end = Int.random(in: start...min(20_000, start + 5000), using: &generator)
            var part = [UInt8](repeating: 0, count: end - start)
            part.withUnsafeMutableBytes { stream.xor($0, at: start) }
            #expect(part[...] == whole[start..<end])
        }
    }

    @Test func nothingHappensAtANegativeOffset() {
        var bytes: [UInt8] = [1, 2, 3]
        var stream = MomentKeystream(key: 5)
        bytes.withUnsafeMutableBytes { stream.xor($0, at: -1) }
        #expect(bytes == [1, 2, 3])
    }

    @Test(
        arguments: [
            ("0", 0), ("00012", 12), ("2105122989", 2_105_122_989), ("18446744073709551615", UInt64.max),
        ] as [(String, UInt64)]) func readsKeys(_ text: String, _ key: UInt64)
    {
        #expect(MomentKeystream.key(from: text) == key)
    }

    @Test(arguments: ["", " 1", "1 ", "-1", "+1", "1a", "0x1", "18446744073709551616", "000000000000000000001", "１"])
    func refusesWhatIsNoKey(_ text: String) {
        #expect(MomentKeystream.key(from: text) == nil)
    }

    @Test func noKeyIsPrinted() {
        var dumped = ""
        dump(MomentKeystream(key: 2_105_122_989), to: &dumped)
        #expect(!dumped.contains("2105122989"))
    }
}
