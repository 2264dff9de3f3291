import CTextLanes
import TestSupport
import Testing

@testable import WeFlowModel

@Suite("What a text holds")
struct TextMarksTests {
    /// The ways to look at a text that this CPU has; the one without lanes is always among them.
    private static let ways = [WEFLOW_TEXT_PORTABLE, WEFLOW_TEXT_NARROW, WEFLOW_TEXT_WIDE].filter {
        $0.rawValue <= weflow_best_text_lanes().rawValue
    }

    /// What each way finds in a text that ends where its memory ends.
    private func marks(_ bytes: [UInt8]) -> Set<UInt32> {
        let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        defer { text.deallocate() }
        _ = text.initialize(from: bytes)
        return Set(Self.ways.map { weflow_text_marks_in($0, text.baseAddress, bytes.count) })
    }

    /// Characters, and sequences that are none, with what is to be said of them.
    private static let cases: [([UInt8], TextMarks)] = [
        (Array("a".utf8), []), (Array("é".utf8), []), (Array("中".utf8), []), (Array("😀".utf8), []),
        (Array("\u{A0}".utf8), []), (Array("\u{2027}".utf8), []), (Array("\u{202A}".utf8), []),
        (Array("\u{D7FF}".utf8), []), (Array("\u{E000}".utf8), []), (Array("\u{10FFFF}".utf8), []),
        (Array("\"".utf8), .escaped), (Array("\\".utf8), .escaped), (Array("\t".utf8), .escaped),
        (Array("\n".utf8), .escaped), (Array("\r".utf8), .escaped),
        (Array("\u{0}".utf8), .control), (Array("\u{8}".utf8), .control), (Array("\u{1F}".utf8), .control),
        (Array("\u{7F}".utf8), .control), (Array("\u{80}".utf8), .control), (Array("\u{85}".utf8), .control),
        (Array("\u{9F}".utf8), .control), (Array("\u{2028}".utf8), .separator), (Array("\u{2029}".utf8), .separator),
        ([0x80], .broken), ([0xC1, 0xBF], .broken), ([0xC2], .broken), ([0xE0, 0x9F, 0xBF], .broken),
        ([0xE4, 0xB8], .broken), ([0xED, 0xA0, 0x80], .broken), ([0xF0, 0x8F, 0xBF, 0xBF], .broken),
        ([0xF0, 0x9F, 0x98], .broken), ([0xF4, 0x90, 0x80, 0x80], .broken), ([0xF5, 0x80, 0x80, 0x80], .broken),
        ([0xFF], .broken),
    ]

    @Test("each kind is seen at every place of a text, in lanes and without", arguments: cases)
    func everyPlace(_ sequence: [UInt8], _ expected: TextMarks) {
        for front in 0..<70 {
            for behind in [0, 1, 15, 16, 17, 40, 64] {
                let text = [UInt8](repeating: 0x61, count: front) + sequence + [UInt8](repeating: 0x62, count: behind)
                #expect(marks(text) == [expected.rawValue], "\(front) in front, \(behind) behind")
                #expect(text.withUnsafeBytes { TextMarks(of: $0) } == expected)
            }
        }
    }

    @Test("there is nothing in a text without bytes")
    func nothing() {
        #expect(marks([]) == [0])
        #expect(TextMarks(of: UnsafeRawBufferPointer(start: nil, count: 0)) == [])
    }

    @Test("mixtures are the sum of what is in them, in lanes and without")
    func mixtures() {
        for seed in 0..<3000 as Range<UInt64> {
            var mutator = Mutator(seed: seed)
            let bytes = mutator.mutate(Array("早上好 \"good\"\nmorning 👨‍👩‍👧 é \u{2028}\\ ü\u{85}\u{1}早上好早上好早上好早上好".utf8))
            let scalars = String(validating: bytes, as: UTF8.self)?.unicodeScalars
            var expected: TextMarks = scalars == nil ? .broken : []
            for scalar in scalars ?? "".unicodeScalars {
                switch scalar.value {
                case 0x22, 0x5C, 0x09, 0x0A, 0x0D: expected.insert(.escaped)
                case 0..<0x20, 0x7F...0x9F: expected.insert(.control)
                case 0x2028...0x2029: expected.insert(.separator)
                default: continue
                }
            }
            #expect(marks(bytes) == [expected.rawValue], "seed \(seed)")
        }
    }

    @Test("escapes are the same in lanes and without, and stay in the room there must be")
    func escapes() {
        for count in 0..<200 {
            for seed in 0..<8 as Range<UInt64> {
                var generator = SeededGenerator(seed: seed << 8 | UInt64(count))
                let text = (0..<count).map { _ in
                    // From texts without an escape to those of nothing else.
                    generator.next() % 7 < seed ? Array("\"\\\t\n\r".utf8)[Int(generator.next() % 5)] : 0x61
                }
                let expected = text.flatMap { byte -> [UInt8] in
                    switch byte {
                    case 0x09: Array("\\t".utf8)
                    case 0x0A: Array("\\n".utf8)
                    case 0x0D: Array("\\r".utf8)
                    case 0x61: [byte]
                    default: [0x5C, byte]
                    }
                }
                for way in Self.ways {
                    var room = [UInt8](repeating: 0xEE, count: 2 * count + 65)
                    let written = weflow_text_escape_in(way, text, count, &room)
                    #expect(Array(room[..<written]) == expected, "\(count) bytes, seed \(seed), \(way)")
                    #expect(room.last == 0xEE, "\(count) bytes, seed \(seed), \(way)")
                }
            }
        }
    }
}
