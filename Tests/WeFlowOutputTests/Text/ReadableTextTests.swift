import Testing

@testable import WeFlowOutput

struct ReadableTextTests {
    @Test(arguments: [
        ("", ""), ("早 👋", "早 👋"), ("one\ntwo\r\nthree", "one\n    two\n    three"), ("a\tb", "a\tb"),
        ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"), ("\u{9B}2J\u{7F}\u{0}", "\u{FFFD}2J\u{FFFD}\u{FFFD}"),
        ("\u{A0}é", "\u{A0}é"),
    ])
    func nothingInATextRulesTheTerminal(text: String, shown: String) {
        var bytes = OutputBytes()
        bytes.appendReadable(text)
        #expect(String(decoding: bytes.array(), as: UTF8.self) == shown)
    }

    @Test func brokenBytesAreReplaced() {
        var bytes = OutputBytes()
        ([0x61, 0xC2, 0x0A, 0xFF] as [UInt8]).withUnsafeBytes { bytes.appendReadable($0) }
        #expect(String(decoding: bytes.array(), as: UTF8.self) == "a\u{FFFD}\n    \u{FFFD}")
    }
}
