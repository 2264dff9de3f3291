import Testing

@testable import WeFlowOutput

struct ReadableTextTests {
    @Test(arguments: [
        ("", ""), ("早 👋", "早 👋"), ("one\ntwo\r\nthree", "one\n    two\n    three"), ("a\tb", "a\tb"),
        ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"), ("\u{9B}2J\u{7F}\u{0}", "\u{FFFD}2J\u{FFFD}\u{FFFD}"),
        ("\u{A0}é", "\u{A0}é"), ("“a”…—", "“a”…—"), ("a\u{202E}b\u{2067}c\u{200F}d\u{61C}e\u{2069}", "abcde"),
        ("\u{85}x\u{9F}", "\u{FFFD}x\u{FFFD}"),
        ("שלום 12", "\u{2068}שלום 12\u{2069}"), ("早\nمرحبا\u{200F}!\n早", "早\n    \u{2068}مرحبا!\u{2069}\n    早"),
        ("\u{2069}\u{2069}اب", "\u{2068}اب\u{2069}"), ("𐤀", "\u{2068}𐤀\u{2069}"), ("😀ßÿ", "😀ßÿ"),
    ])
    func nothingInATextRulesTheTerminal(text: String, shown: String) {
        var bytes = OutputBytes()
        bytes.appendReadable(text)
        #expect(String(decoding: bytes.array(), as: UTF8.self) == shown)
    }

    @Test(arguments: [
        ("a\u{1B}[31m\nb", "a\u{FFFD}[31m b"), ("a\u{202E}\u{200E}b\u{61C}", "ab"), ("早 “x”", "早 “x”"),
        ("\u{2028}\u{85}", "  "), ("\u{9B}\u{7F}", "\u{FFFD}\u{FFFD}"), ("שלום\u{200F}", "שלום"),
    ])
    func aNameIsOneLine(text: String, line: String) {
        #expect(text.inOneLine == line)
    }

    @Test func columnsKeepTheirOrderBesideNamesFromRightToLeft() {
        var table = TextTable(columns: [.init(title: "NAME", canShrink: true), .init(title: "ID")])
        table.rows = [["שלום", "1"], ["\u{202E}Tom", "22"], [String(repeating: "ש", count: 30), "333"]]
        let lines = table.text(width: 24, style: .plain).split(separator: "\n").map(String.init)
        // An isolate that is cut would not end: it is made of what is left.
        #expect(lines[1].hasPrefix("\u{2068}שלום\u{2069}   ") && lines[2].hasPrefix("Tom  "))
        #expect(lines[3].hasPrefix("\u{2068}ש") && lines[3].contains("…\u{2069}  333"))
        #expect(Set(lines[1...3].map { $0.prefix { !$0.isNumber }.description.displayWidth }).count == 1)
    }

    @Test func brokenBytesAreReplaced() {
        var bytes = OutputBytes()
        ([0x61, 0xC2, 0x0A, 0xFF] as [UInt8]).withUnsafeBytes { bytes.appendReadable($0) }
        #expect(String(decoding: bytes.array(), as: UTF8.self) == "a\u{FFFD}\n    \u{FFFD}")
    }
}
