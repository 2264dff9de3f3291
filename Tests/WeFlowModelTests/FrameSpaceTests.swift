import CZstd
import TestSupport
import Testing

@testable import WeFlowModel

@Suite("Frames that are decompressed without libzstd")
struct FrameSpaceTests {
    /// A frame of `text`.
    private static func frame(
        _ text: [UInt8], level: Int32 = 3, _ settings: [(ZSTD_cParameter, Int32)] = []
    ) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        for (parameter, value) in settings { ZSTD_CCtx_setParameter(context, parameter, value) }
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(text.count))
        let written = ZSTD_compress2(context, &frame, frame.count, text, text.count)
        return Array(frame[..<written])
    }

    /// What libzstd makes of a frame in one go; nil where it is damaged.
    private static func reference(_ frame: [UInt8]) -> [UInt8]? {
        var text = [UInt8](repeating: 0, count: FrameSpace.room)
        let written = ZSTD_decompress(&text, text.count, frame, frame.count)
        return ZSTD_isError(written) == 0 ? Array(text[..<written]) : nil
    }

    /// What is made of a frame here; nil where libzstd has to be asked.
    private static func taken(_ frame: [UInt8], _ space: inout FrameSpace, room: Int = FrameSpace.room) -> [UInt8]? {
        // Memory of exactly these sizes, so that a sanitizer sees what goes beyond.
        let source = UnsafeMutableRawBufferPointer.allocate(byteCount: frame.count, alignment: 1)
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
        defer {
            source.deallocate()
            target.deallocate()
        }
        source.copyBytes(from: frame)
        return space.decompress(UnsafeRawBufferPointer(source), to: target).map { Array(target[..<$0]) }
    }

    private static let text = Array(
        String(repeating: "<msg><appmsg appid=\"\"><title>周末去爬山吗</title><type>5</type></appmsg></msg>\n", count: 9)
            .utf8)

    @Test("a frame of one block and a known size is taken")
    func usual() {
        var space = FrameSpace()
        for level in [-5, 1, 3, 9, 19] as [Int32] {
            #expect(Self.taken(Self.frame(Self.text, level: level), &space) == Self.text, "level \(level)")
        }
    }

    @Test("frames of other forms are left to libzstd")
    func others() {
        var space = FrameSpace()
        let long = Array(repeatElement(Self.text, count: 200).joined())
        let others: [(String, [UInt8])] = [
            ("a checksum", Self.frame(Self.text, [(ZSTD_c_checksumFlag, 1)])),
            ("an unknown size", Self.frame(Self.text, [(ZSTD_c_contentSizeFlag, 0)])),
            ("two frames", Self.frame(Self.text) + Self.frame(Self.text)),
            ("something behind it", Self.frame(Self.text) + [0]),
            ("a long text", Self.frame(long)),
            ("nothing in it", Self.frame([])),
            ("a text that does not compress", Self.frame(Array(0...99))),
            ("no frame", Self.text), ("nothing", []),
        ]
        for (name, frame) in others { #expect(Self.taken(frame, &space) == nil, "\(name)") }
    }

    @Test("too little room is none")
    func room() {
        var space = FrameSpace()
        let frame = Self.frame(Self.text)
        let enough = Self.text.count + FrameSpace.room - 65_536
        #expect(Self.taken(frame, &space, room: enough) == Self.text)
        for room in [0, Self.text.count, enough - 1] { #expect(Self.taken(frame, &space, room: room) == nil) }
    }

    /// A text with as many bytes to choose from, and as many repetitions, as it comes.
    private static func randomText(_ generator: inout SeededGenerator) -> [UInt8] {
        let size = Int.random(in: 1...(generator.next() % 4 == 0 ? 20_000 : 1_500), using: &generator)
        let letters = Int.random(in: 1...200, using: &generator)
        let share = Int.random(in: 0...9, using: &generator)
        var text: [UInt8] = []
        while text.count < size {
            if text.count > 4, Int.random(in: 0...9, using: &generator) < share {
                let from = Int.random(in: 0..<text.count, using: &generator)
                for place in 0..<Int.random(in: 3...60, using: &generator) { text.append(text[from + place]) }
            } else {
                let letter = Int.random(in: 0...letters, using: &generator)
                text.append(UInt8(letter * Int.random(in: 0...letters, using: &generator) / letters))
            }
        }
        return text
    }

    @Test("whatever a frame holds and however it is damaged, the text is that of libzstd")
    func random() {
        var generator = SeededGenerator(seed: 24)
        var space = FrameSpace()
        var (whole, damaged) = (0, 0)
        for _ in 0..<400 {
            let text = Self.randomText(&generator)
            let frame = Self.frame(text, level: Int32.random(in: -3...12, using: &generator))
            if let own = Self.taken(frame, &space) {
                #expect(own == text)
                whole += 1
            }
            for round in 0..<40 {
                let other = generator.damaged(frame, from: round % 5, keepsLength: round % 4 != 0)
                guard let own = Self.taken(other, &space) else { continue }
                #expect(own == Self.reference(other))
                damaged += 1
            }
        }
        // Most frames are of the usual form, and some damage leaves it whole.
        #expect(whole > 200)
        #expect(damaged > 400)
    }

    @Test("a decoder gives the same text whichever way a frame is decompressed")
    func decoder() {
        let decoder = ContentDecoder()
        for frame in [
            Self.frame(Self.text), Self.frame(Self.text, [(ZSTD_c_checksumFlag, 1)]), Self.frame(Self.text),
            Self.frame(Self.text, [(ZSTD_c_contentSizeFlag, 0)]),
        ] {
            frame.withUnsafeBytes { frame in
                decoder.withText(of: frame) { text in #expect(text.map { Array($0) } == .success(Self.text)) }
            }
        }
    }
}
