import Testing

@testable import WeFlowModel

@Suite struct CleanTextTests {
    @Test(arguments: [
        ("早上好 &lt;b&gt; 👋\n\t\r", "早上好 &lt;b&gt; 👋\n\t\r"),
        ("a\u{0}b\u{8}c\u{b}d\u{c}e\u{e}f\u{1f}g\u{7f}h\u{80}i\u{9f}j\u{a0}k", "abcdefghij\u{a0}k"),
        ("12345678\u{7f}12345678", "1234567812345678"), ("12345678901234567", "12345678901234567"),
        ("\u{2028}\u{feff}é", "\u{2028}\u{feff}é"), ("", ""),
    ])
    func controlsAreTakenOut(_ text: String, _ expected: String) {
        text.withBytes { bytes in
            #expect(CleanText.string(bytes) == expected)
            #expect(CleanText.isClean(bytes) == (text == expected))
        }
    }

    @Test func everyPairOfBytesIsSeenWhereverItStands() {
        for first in UInt8.min...UInt8.max {
            for second in [0x00, 0x09, 0x1F, 0x20, 0x41, 0x7F, 0x80, 0xBF, 0xC2, 0xFF] as [UInt8] {
                for at in 0..<7 {
                    var bytes = Array("12345678".utf8)
                    (bytes[at], bytes[at + 1]) = (first, second)
                    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
                    let isClean = scalars.allSatisfy { $0 != "\u{FFFD}" && !Self.isControl($0) }
                    #expect(bytes.withUnsafeBytes { CleanText.isClean($0) } == isClean, "\(bytes)")
                }
            }
        }
    }

    @Test func surrogatesGoAndDamageIsMarked() {
        for (bytes, expected) in [
            ([0x61, 0xED, 0xA0, 0x80, 0x62], "ab"), ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            ([0xE4, 0xB8], "\u{FFFD}"), ([0xF0, 0x9F, 0x91], "\u{FFFD}"), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xE4, 0xB8, 0x41], "\u{FFFD}A"), ([0xC2], "\u{FFFD}"), ([0xC2, 0x41], "\u{FFFD}A"),
        ] as [([UInt8], String)] {
            #expect(bytes.withUnsafeBytes { CleanText.string($0) } == expected)
        }
    }

    @Test func theResultIsWhatTheStandardLibraryRepairs() {
        for seed in 0..<2000 {
            var mutator = Mutator(seed: UInt64(seed))
            let bytes = mutator.mutate(Array("早上好 good morning 👨‍👩‍👧 é ü\u{85}\u{1}".utf8))
            let cleaned = bytes.withUnsafeBytes { CleanText.string($0) }
            let repaired = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { !Self.isControl($0) }
            // Encoded surrogates are dropped here and repaired there: compare where there are none.
            guard !bytes.contains(0xED) else { continue }
            #expect(Array(cleaned.unicodeScalars) == Array(repaired), "seed \(seed)")
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...8, 0xB...0xC, 0xE...0x1F, 0x7F...0x9F: true
        default: false
        }
    }
}
