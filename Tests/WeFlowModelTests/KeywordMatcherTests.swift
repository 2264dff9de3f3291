import CTextLanes
import TestSupport
import Testing

@testable import WeFlowModel

@Suite struct KeywordMatcherTests {
    @Test(arguments: [
        ("早上好", "上", true), ("早上好", "上好", true), ("早上好", "好早", false), ("早上好", "早上好!", false), ("", "x", false),
        ("Hello World", "O wOR", true), ("hello", "HELLO", true), ("hello", "help", false), ("", "", true),
        ("x", "", true),
        ("STRAßE", "straße", true), ("STRAẞE", "straße", true), ("strasse", "straße", false), ("ΣΑΣ", "σας", true),
        ("ПРИВЕТ", "привет", true), ("\u{212A}elvin", "kelvin", true), ("kelvin", "\u{212A}ELVIN", true),
        ("la\u{17F}t", "LAST", true), ("İ", "i", false), ("µ", "Μ", true), ("ᏸ", "Ᏸ", true), ("Ꭰ", "ꭰ", true),
        ("100%", "0%", true), ("a_b", "a%b", false), ("e=mc²", "MC²", true), ("👨‍👩‍👧‍👦 全家福", "👩‍👧", true), ("𐐀", "𐐨", true),
        ("ÀÉ", "àé", true), ("a\u{300}", "à", false), ("ＡＢ", "ａｂ", true), ("aaab", "AAB", true), ("ﬅ", "ﬆ", true),
    ])
    func keywordsAreSubstringsWithoutCase(_ text: String, _ keyword: String, _ isFound: Bool) {
        #expect(KeywordMatcher(keyword).matches(text) == isFound)
        #expect(KeywordMatcher(keyword).matches("前" + text + "后") == (isFound || keyword.isEmpty))
    }

    @Test func foldingAgreesWithLowerCaseButForItsExceptions() {
        // What folds otherwise than it is lower-cased, or is lower-cased to several scalars.
        let exceptions: Set<UInt32> = [
            0xB5, 0x130, 0x17F, 0x345, 0x3C2, 0x3D0, 0x3D1, 0x3D5, 0x3D6, 0x3F0, 0x3F1, 0x3F5, 0x1E9B, 0x1FBE, 0x1FD3,
            0x1FE3, 0xFB05,
        ]
        for value in UInt32(0)...0x1FFFF where !exceptions.contains(value) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            switch value {
            case 0x13A0...0x13FF, 0xAB70...0xABBF, 0x1C80...0x1C88: continue
            default: break
            }
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            // A standard library older than the table knows fewer letters.
            if lower.first == scalar { continue }
            #expect(CaseFolding.fold(value) == lower.first?.value, "U+\(String(value, radix: 16))")
        }
    }

    @Test func foldingTwiceIsFoldingOnce() {
        for value in UInt32(0)...0x1FFFF {
            let folded = CaseFolding.fold(value)
            #expect(CaseFolding.fold(folded) == folded)
            if folded != value {
                #expect(CaseFolding.scalars(foldingTo: folded).contains(value))
                #expect(CaseFolding.scalars(foldingTo: value).isEmpty)
            }
        }
    }

    @Test func damagedTextIsSearchedToo() {
        for text: [UInt8] in [[0xFF, 0x61], [0xE4, 0x61], [0xF0, 0x9F], [0xC5], [0xE2, 0x84]] {
            text.withUnsafeBytes {
                #expect(KeywordMatcher("A").matches($0) == text.contains(0x61))
                #expect(!KeywordMatcher("sk").matches($0))
                #expect(!KeywordMatcher("早").matches($0))
            }
        }
    }

    @Test func randomKeywordsAreFoundAsByALookAtEveryPlace() {
        let letters = Array("abcsSkK\u{212A}\u{17F}xß早上好😀é1 ".unicodeScalars)
        for seed in 0..<20_000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            func some(_ most: Int) -> String.UnicodeScalarView {
                var view = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...most, using: &generator) {
                    view.append(letters.randomElement(using: &generator) ?? "a")
                }
                return view
            }
            let (text, word) = (some(90), some(4))
            let folded = { (view: String.UnicodeScalarView) in view.map { CaseFolding.fold($0.value) } }
            let (in_, what) = (folded(text), folded(word))
            let isFound = what.isEmpty || in_.indices.contains { in_[$0...].starts(with: what) }
            #expect(KeywordMatcher(String(word)).matches(String(text)) == isFound, "seed \(seed)")
            #expect(
                Array(String(text).utf8).withUnsafeBytes(KeywordMatcher(String(word)).ranges).isEmpty
                    != (isFound && !what.isEmpty))
        }
    }

    @Test func aRunIsFoundAtEveryPlaceInLanesAndWithout() {
        let ways = [WEFLOW_TEXT_PORTABLE, WEFLOW_TEXT_NARROW, WEFLOW_TEXT_WIDE].filter {
            $0.rawValue <= weflow_best_text_lanes().rawValue
        }
        let (bytes, fold): ([UInt8], [UInt8]) = (Array("word1".utf8), [0x20, 0x20, 0x20, 0x20, 0])
        bytes.withUnsafeBufferPointer { bytes in
            fold.withUnsafeBufferPointer { fold in
                var run = weflow_run(
                    bytes: bytes.baseAddress, fold: fold.baseAddress, count: bytes.count, first: 0, second: 4)
                for front in 0..<140 {
                    for behind in [0, 1, 30, 31, 32, 64] {
                        var text = [UInt8](repeating: UInt8(ascii: "w"), count: front) + Array("WoRd1".utf8)
                        text += [UInt8](repeating: UInt8(ascii: "1"), count: behind)
                        for way in ways {
                            #expect(weflow_text_find_in(way, text, text.count, 0, &run) == front)
                            #expect(weflow_text_find_in(way, text, text.count, front + 1, &run) == -1)
                            #expect(weflow_text_find_in(way, text, front + 4, 0, &run) == -1)
                        }
                    }
                }
            }
        }
    }
}
