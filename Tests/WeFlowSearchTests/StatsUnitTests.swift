import TestSupport
import Testing

@testable import WeFlowSearch

@Suite("What statistics count of a text")
struct StatsUnitTests {
    @Test("Characters are Unicode scalars, whatever a text is made of and however long it is")
    func scalars() {
        let pieces = ["早", "a", "é", "🚄", "👨‍👩‍👧", " ", "\u{0}", "ẞ", "\u{7FF}", "\u{FFFF}"]
        for seed in 0..<600 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let length = seed == 599 ? 5000 : Int(seed % 40)
            let text = (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let count = Array(text.utf8).withUnsafeBytes { StatsUnit.scalars(of: $0) }
            #expect(count == text.unicodeScalars.count, "seed \(seed)")
        }
        #expect(StatsUnit.scalars(of: UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
    }
}
