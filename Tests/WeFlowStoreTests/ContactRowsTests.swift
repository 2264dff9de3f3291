import Testing

@testable import WeFlowStore

@Suite("Texts of contacts")
struct ContactRowsTests {
    @Test("what is well-formed UTF-8 is known, however it lies")
    func wellFormed() {
        for text in ["", "a", "wxid_abcdefgh", "é", "家人群", "😀", "\u{7FF}\u{800}\u{FFFF}\u{10FFFF}\u{D7FF}\u{E000}"] {
            for before in 0..<9 {
                let bytes = Array((String(repeating: "x", count: before) + text + "yyyyyyyyy").utf8)
                #expect(bytes.withUnsafeBytes { TextTraits($0).isUTF8 })
            }
        }
    }

    @Test(
        "what is not is told",
        arguments: [
            [0x80], [0xC1, 0x80], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0x80], [0xE5, 0xAE], [0xE5, 0xAE, 0x41],
            [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80], [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF],
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) {
        for before in 0..<9 {
            let padded = [UInt8](repeating: 0x78, count: before) + bytes
            #expect(!padded.withUnsafeBytes { TextTraits($0).isUTF8 })
            #expect(!(padded + [0x79]).withUnsafeBytes { TextTraits($0).isUTF8 })
        }
    }

    @Test("what JSON escapes makes a text not plain", arguments: ["\"", "\\", "\n", "\u{1}", "\u{85}", "\u{2028}"])
    func escaped(character: String) {
        for before in 0..<70 {
            let front = String(repeating: "群", count: before)
            #expect(Array(front.utf8).withUnsafeBytes { TextTraits($0).isPlain })
            #expect(!Array((front + character + "y").utf8).withUnsafeBytes { TextTraits($0).isPlain })
        }
    }
}
