import TestSupport
import Testing

@testable import WeFlowTools

struct LineSplitterTests {
    private func lines(_ pieces: [[UInt8]], most: Int = 100) -> [LineSplitter.Line] {
        var splitter = LineSplitter(most: most)
        var lines: [LineSplitter.Line] = []
        for piece in pieces { piece.withUnsafeBytes { lines += splitter.add($0) } }
        if let last = splitter.end() { lines.append(last) }
        return lines
    }

    @Test func linesAreTheSameHoweverTheyArrive() {
        let text = Array("one\n\ntwo\r\n\u{E9}\nthe end".utf8)
        let whole = lines([text])
        #expect(whole.count == 5 && whole[1] == .whole([]) && whole[4] == .whole(Array("the end".utf8)))
        for size in 1...text.count {
            let pieces = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
            #expect(lines(pieces) == whole)
        }
    }

    @Test func aLineThatIsTooLongIsSaidOnceAndForgotten() {
        let long = [UInt8](repeating: 0x61, count: 5000)
        #expect(lines([long, long, [0x0A], Array("next\n".utf8)]) == [.tooLong, .whole(Array("next".utf8))])
        #expect(lines([long]) == [.tooLong])
        #expect(lines([Array("a".utf8) + [0x0A]], most: 1) == [.whole([0x61])])
    }
}
