import TestSupport
import Testing

@testable import WeFlowModel

extension String {
    /// Runs `body` with the bytes of the string.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Array(utf8).withUnsafeBytes(body)
    }
}

/// Expects what a message shows, and its ChatLab number.
func check(_ type: Int64, _ body: String, _ text: String, _ number: Int, content: String? = nil) {
    body.withBytes { bytes in
        let decoded = MessageContent.decode(localType: type, body: bytes, names: MessageContentTests.names)
        #expect(decoded.displayText(of: bytes) == text, "\(body)")
        #expect(decoded.content(of: bytes) == content ?? text, "\(body)")
        #expect(decoded.chatLabType.rawValue == number, "\(body)")
    }
}

/// Damages bytes the ways that files are damaged: flips, cuts, repeats, splices, inserted markup.
struct Mutator {
    private var random: SeededGenerator
    private static let pieces: [[UInt8]] = [
        "<", ">", "</", "/>", "<![CDATA[", "]]>", "<!--", "-->", "&", "&#", "&#x110000;", "&lt;", "<?xml", "\"", "'",
        "=",
        "<msg>", "</msg>", "<appmsg>", "<type>", "57", "\u{0}", "\u{85}", "<a b=\"", "\n", "${", "}", "$", "😀",
        "<!DOCTYPE [",
    ].map { Array($0.utf8) }

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// `bytes` with one to eight changes.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let end = Int.random(in: at...bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(at..<end)
            case 3: bytes.removeSubrange(at...)
            case 4 where end - at < 4096: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 5: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
            default:
                bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
            }
        }
        return bytes
    }

    mutating func number(in range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
}
