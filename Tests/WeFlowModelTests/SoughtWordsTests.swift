import CZstd
import TestSupport
import Testing

@testable import WeFlowModel

@Suite("Words that are looked for in stored texts")
struct SoughtWordsTests {
    private static let pieces = [
        "早上", "好", "明天", "下雨", "hello", "HELLO", "Kubernetes", "ku", "ernetes", "\u{212A}u", "ẞ", "ß", "é", "É", "🚄",
        "👨‍👩‍👧", " ",
        "的", "100%", "a?b", "\u{FFFD}", "\u{7F}", "\u{1}", "\u{85}",
    ]
    private static let words = [
        ["早上好"], ["下雨"], ["hello"], ["kubernetes"], ["ku"], ["ß"], ["É"], ["🚄"], ["的"], ["明天", "hello"], ["好", "不在"],
        ["a?b"], ["\u{FFFD}"], ["s"], ["k", "好"], ["好\u{FFFD}"], ["不在"],
    ]

    private func text(_ random: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 0..<12, using: &random)
        var bytes = (0..<count).flatMap { _ in Array((Self.pieces.randomElement(using: &random) ?? "").utf8) }
        // Characters that are cut in two, and what takes a text apart.
        if Int.random(in: 0..<4, using: &random) == 0 {
            let at = Int.random(in: 0...bytes.count, using: &random)
            bytes.insert([0x01, 0x80, 0xE6, 0x7F, 0xED].randomElement(using: &random) ?? 0, at: at)
        }
        return bytes
    }

    private func shown(_ text: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        text.withUnsafeBytes { CleanText.append($0, to: &shown) }
        return shown
    }

    private func matches(_ words: [String], any: Bool, _ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { text in
            let found = words.map { KeywordMatcher($0).matches(text) }
            return any ? found.contains(true) : found.allSatisfy { $0 }
        }
    }

    private func compressed(_ text: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(text.count))
        return Array(output[..<ZSTD_compress(&output, output.count, text, text.count, 3)])
    }

    @Test(
        "a text that shows the words is never passed over, on whatever page it lies", arguments: words, [false, true])
    func random(_ words: [String], _ any: Bool) {
        let sought = SoughtWords(words, any: any)
        let type = MessageType(base: 1)
        var (shows, refused, rarest) = (0, 0, 0)
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let texts = (0..<Int.random(in: 1...9, using: &random)).map { _ in text(&random) }
            let page = [UInt8](repeating: 0, count: 20) + texts.joined(separator: [0, 6, 1])
            let holds = page.withUnsafeBytes { sought.look(through: $0, rarest: &rarest) }
            for text in texts {
                let isShown = matches(words, any: any, shown(text))
                let mayBe = text.withUnsafeBytes { sought.mayBeShown(byStored: $0, type, on: holds) }
                let alone = text.withUnsafeBytes { sought.mayBeShown(by: $0, type) }
                let frame = compressed(text).withUnsafeBytes { sought.mayBeShown(byStored: $0, type, on: holds) }
                #expect(!isShown || mayBe && alone && frame, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
                (shows, refused) = (shows + (isShown ? 1 : 0), refused + (mayBe ? 0 : 1))
            }
        }
        #expect(shows > 0 || words.contains("不在"))
        #expect(refused > 300 || sought.matchers.contains { $0.run == nil })
    }

    @Test("the labels of kinds are all that their messages show, but for voices that were turned into text")
    func labels() {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        for (words, image, voice) in [(["图"], true, false), (["语音"], false, true), (["好"], false, false)] {
            let sought = SoughtWords(words, any: false)
            #expect(sought.label(.image) == image && sought.label(.voice) == voice && sought.label(.text) == nil)
            #expect(sought.mayBeShown(byStored: none, MessageType(base: 3)) == image)
            #expect(sought.mayBeShown(byStored: none, MessageType(base: 34)))
            #expect(sought.mayBeShown(byStored: none, MessageType(base: 49, subtype: 5)))
        }
    }

    @Test("no words are everywhere")
    func empty() {
        var rarest = 0
        let page: [UInt8] = [1, 2, 3]
        for any in [false, true] {
            let sought = SoughtWords([], any: any)
            #expect(sought.isEmpty)
            page.withUnsafeBytes { page in
                #expect(sought.areIn(page) && sought.look(through: page, rarest: &rarest) == .words)
            }
        }
    }
}
