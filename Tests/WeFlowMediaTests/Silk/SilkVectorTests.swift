import TestSupport
import Testing

@testable import WeFlowMedia

/// The loops that work on several numbers at once, against the formulas for one, over the whole range of their input.
@Suite struct SilkVectorTests {
    @Test func productsOfHalvesAreThoseOfTheWhole() {
        var generator = SeededGenerator(seed: 3)
        let edges: [Int16] = [.min, -1, 0, 1, .max]
        for round in 0..<500 {
            var (left, right) = (SIMD8<Int16>(), SIMD8<Int16>())
            for lane in 0..<8 {
                left[lane] = round < 25 ? edges[round % 5] : .random(in: .min ... .max, using: &generator)
                right[lane] = round < 25 ? edges[round / 5] : .random(in: .min ... .max, using: &generator)
            }
            let pairs = left.pairProducts(right)
            let high = left.unsignedHighProducts(right)
            for lane in 0..<8 {
                #expect(Int(high[lane]) == (Int(UInt16(bitPattern: left[lane])) * Int(right[lane])) >> 16)
            }
            for lane in 0..<4 {
                let sum =
                    Int(left[2 * lane]) * Int(right[2 * lane]) + Int(left[2 * lane + 1]) * Int(right[2 * lane + 1])
                #expect(pairs[lane] == Int32(truncatingIfNeeded: sum))
            }
        }
    }

    @Test(arguments: [40, 60, 80, 120, 480]) func theShortTermFilterIsItsFormula(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for extreme in [false, true] {
            let synthesis = SilkSynthesis()
            var memory = [Int32](repeating: 0, count: 16)
            for _ in 0..<4 {
                let filter = (0..<16).map { _ in
                    Int32(Int16.random(in: .min ... .max, using: &generator)) >> (extreme ? 0 : 4)
                }
                let source = (0..<count).map { _ in
                    Int32.random(in: .min ... .max, using: &generator) >> (extreme ? 0 : 12)
                }
                let gain = Int32.random(in: 0 ... .max, using: &generator) >> (extreme ? 0 : 8)
                var expected: [Int16] = []
                for value in source {
                    var sum = Int64(value)
                    for back in 0..<16 { sum += (Int64(memory[memory.count - 1 - back]) * Int64(filter[back])) >> 16 }
                    let filtered = Int32(truncatingIfNeeded: sum)
                    memory.append(filtered &<< 4)
                    let scaled = Int32(truncatingIfNeeded: (Int64(filtered) * Int64(gain)) >> 16)
                    expected.append(Int16(clamping: ((scaled >> 9) &+ 1) >> 1))
                }
                var samples = [Int16](repeating: 0, count: count)
                synthesis.filterShortTerm(source, filter, gain, count, &samples)
                #expect(samples == expected)
            }
        }
    }
}
