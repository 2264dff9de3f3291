import CZstd
import TestSupport
import Testing

@testable import WeFlowModel

@Suite("What can be shown, from what is stored")
struct StoredRunsTests {
    @Test(
        "of a word that part is looked for which only the stored text can bring in",
        arguments: [
            ("kubernetes", "kubernetes"), ("早上下雨", "早上下雨"), ("早上好", "早上"), ("[链接]", nil), ("链接地址", "地址"),
            ("[链接] 好 hello", "hello"),
            ("a&bcd", "bcd"), ("小林: 你在吗", "你在吗"), (" ", nil), ("\u{FFFD}x", "x"), ("3 < 4", "3"), ("", nil),
        ] as [(String, String?)])
    func needles(_ word: String, _ needle: String?) {
        #expect(StoredRuns.needle(of: word) == needle)
    }

    @Test(
        "markup that is plain shows what it holds, side by side",
        arguments: [
            ("<title>早上</title>", true), ("<title><![CDATA[早上]]></title>", true), ("<title>a&amp;b</title>", true),
            ("<url>https://e.example.com/?a=1&amp;b=2#rd</url>", true), ("<title>a&#x767B;b</title>", false),
            ("<title>a&amp;#65;b</title>", false), ("<title>a<b/>c</title>", false),
            ("<title>a<b>x</b>c</title>", false),
            ("<title>a<b>x</b> c</title>", true), ("<title>a<!-- -->c</title>", false),
            ("<title>a</zz>c</title>", false),
            ("<title><![CDATA[a]]><![CDATA[c]]></title>", false), ("<title>a<![CDATA[c]]></title>", false),
            ("<title><![CDATA[a]]>c</title>", false), ("<title>a<?x?>c</title>", false), ("<title>${a}</title>", false),
            ("<title>a\u{1}c</title>", false), ("<textAnnouncement>a</textAnnouncement>", false),
            ("<RecordItem>&lt;a&gt;</RecordItem><type>87</type>", false), ("<recorditem>&lt;a&gt;</recorditem>", true),
        ])
    func plain(_ inside: String, _ isPlain: Bool) {
        for text in [
            "<?xml version=\"1.0\"?>\n<msg>\n <appmsg a=\"\">\(inside)</appmsg></msg>", "<msg><appmsg>\(inside)",
        ] {
            text.withBytes { #expect(StoredRuns.areAll(in: $0, MessageType(base: 49, subtype: 5)) == isPlain) }
        }
    }

    @Test(
        "what does not begin as it should may hold a document within a document",
        arguments: [
            "&lt;msg&gt;&lt;appmsg&gt;", "<![CDATA[<msg><appmsg>]]>", "<msg><content>&lt;appmsg&gt;</content></msg>",
            "<appmsg><title>a</title></appmsg>", "a & b", "<msg><appmsgs><title>a</title></appmsgs></msg>",
        ])
    func unusual(_ text: String) {
        text.withBytes { #expect(!StoredRuns.areAll(in: $0, MessageType(base: 49, subtype: 5))) }
    }

    /// Pieces that put texts together, or bring in what is not stored.
    private static let pieces: [[UInt8]] = [
        "早上好", "hello", "<b/>", "<b>", "</b>", "</title>", "<title>", "<Leo>", "]]><![CDATA[", "&#26089;",
        "&amp;#26089;",
        "&lt;b/&gt;", "${wxid_a}", "87", "<content>", "announcement", "recorditem", "<x", ">",
        "<?xml version=\"1.0\"?>",
    ].map { Array($0.utf8) }

    @Test("what is shown but not stored side by side is never taken for impossible, whatever the damage")
    func random() {
        var impossible = 0
        for seed in 0..<30_000 as Range<UInt64> {
            var mutator = Mutator(seed: seed)
            let (localType, sample) = Sample.all[mutator.number(in: 0..<Sample.all.count)]
            var bytes = Array(sample.utf8)
            for _ in 0..<mutator.number(in: 0..<4) {
                let at = mutator.number(in: 0..<bytes.count + 1)
                bytes.insert(contentsOf: Self.pieces[mutator.number(in: 0..<Self.pieces.count)], at: at)
            }
            if seed % 3 == 0 { bytes = mutator.mutate(bytes) }
            bytes.withUnsafeBytes { raw in
                guard StoredRuns.areAll(in: raw, MessageType(localType: localType)) else { return }
                let content = MessageDecoder(readsRecords: false).decode(
                    localType: localType, body: raw, names: MessageContentTests.names)
                let shown = Array(content.displayText(of: raw).unicodeScalars)
                guard !shown.isEmpty else { return }
                for _ in 0..<4 {
                    let at = mutator.number(in: 0..<shown.count)
                    let end = min(shown.count, at + mutator.number(in: 1..<7))
                    let word = String(String.UnicodeScalarView(shown[at..<end]))
                    guard let needle = StoredRuns.needle(of: word) else { continue }
                    impossible += 1
                    #expect(
                        KeywordMatcher(needle).matches(raw),
                        "seed \(seed): \(word) in \(String(decoding: raw, as: UTF8.self))")
                }
            }
        }
        #expect(impossible > 10_000)
    }

    private func compressed(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let written = ZSTD_compress(&output, output.count, bytes, bytes.count, level)
        return Array(output[..<written])
    }

    @Test("the bytes of a compressed text are those that its frame tells", arguments: [1, 3, 19] as [Int32])
    func frames(_ level: Int32) {
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let kinds = [1, 2, 7, 40, 130, 256].randomElement(using: &random) ?? 1
            let length = [0, 1, 9, 80, 400, 3000, 200_000].randomElement(using: &random) ?? 0
            // From texts of noise to those that repeat themselves.
            let piece = (0..<max(1, length / 7)).map { _ in UInt8(Int.random(in: 0..<kinds, using: &random)) }
            let text = (0..<length).map { piece[$0 % (seed % 2 == 0 ? piece.count : max(1, piece.count / 3))] }
            let frame = compressed(text, level: level)
            frame.withUnsafeBytes { frame in
                let bytes = FrameBytes(of: frame)
                #expect(bytes != nil, "seed \(seed)")
                guard let bytes else { return }
                let missing = Set(text).filter { !bytes.set.contains($0) }
                #expect(missing.isEmpty, "seed \(seed)")
                // No more than that, as far as one code serves all of it.
                if length < 100_000 {
                    #expect((0...255).count { bytes.set.contains($0) } == Set(text).count, "seed \(seed)")
                }
                for cut in [0, 5, frame.count / 2, frame.count - 1] {
                    #expect(
                        FrameBytes(of: UnsafeRawBufferPointer(rebasing: frame[..<cut])) == nil, "seed \(seed), \(cut)")
                }
            }
            // Damage ends it or tells something, and reads nothing beyond the frame.
            let damaged = random.damaged(frame, from: 4)
            _ = damaged.withUnsafeBytes { FrameBytes(of: $0)?.set.contains(0) }
        }
    }

    @Test("a frame that lacks a needed byte is left early, and told of as one that was read to its end")
    func early() {
        var early = 0
        for seed in 0..<600 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            // Letters of ASCII, and a few characters beyond: a code for the first alone, or for all of them.
            let others = Array("早上好链接明天🚄é#&Ж").map { String($0) }.shuffled(using: &random).prefix(Int(seed % 6))
            // Some frames have several blocks.
            let length = seed % 40 == 0 ? 400_000 : Int.random(in: 20...900, using: &random)
            let text = (0..<length).map { _ in
                let letter = String(Unicode.Scalar(UInt8.random(in: 0x21...0x7A, using: &random)))
                return Int.random(in: 0..<20, using: &random) == 0 ? others.randomElement(using: &random) ?? "" : letter
            }
            let frame = compressed(Array(text.joined().utf8), level: 3)
            let needed = ByteSet((["早上", "🚄", "链", "a", "Ж明"].randomElement(using: &random) ?? "").utf8)
            frame.withUnsafeBytes { frame in
                let (whole, some) = (FrameBytes(of: frame), FrameBytes(of: frame, needed: needed))
                guard let whole, let some else {
                    Issue.record("seed \(seed)")
                    return
                }
                #expect(needed.isSubset(of: some.set) == needed.isSubset(of: whole.set), "seed \(seed)")
                #expect(some.set.bits.0 == whole.set.bits.0 && some.set.bits.1 == whole.set.bits.1, "seed \(seed)")
                #expect(some.set.isSubset(of: whole.set), "seed \(seed)")
                if some.set != whole.set { early += 1 }
                for cut in [frame.count / 2, frame.count - 1] {
                    let part = UnsafeRawBufferPointer(rebasing: frame[..<cut])
                    #expect(FrameBytes(of: part, needed: needed) == nil, "seed \(seed), \(cut)")
                }
            }
        }
        #expect(early > 20)
    }

    @Test("what bytes cannot tell is left open")
    func told() {
        func told(_ text: String, _ type: MessageType) -> Bool? {
            compressed(Array(text.utf8), level: 3).withUnsafeBytes { frame in
                FrameBytes(of: frame).map { StoredRuns.areAll(from: $0, type) }
            }
        }
        let link = MessageType(base: 49, subtype: 5)
        #expect(told("<msg><title>早</title></msg>", link) == true)
        #expect(told("<msg><title>a&amp;b</title></msg>", link) == true)
        #expect(told("<msg><title>&#26089;</title></msg>", link) == false)
        #expect(told("<msg><title>${wxid}</title></msg>", link) == false)
        #expect(told("<msg>早</msg>", MessageType(base: 10000)) == false)
        #expect(told("&#26089;", MessageType(base: 1)) == true)
        #expect(StoredRuns.bytes(of: "hello早é") == ByteSet("早".utf8))
    }
}
