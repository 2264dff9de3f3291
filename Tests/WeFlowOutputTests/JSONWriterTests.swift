import TestSupport
import Testing
import WeFlowModel

@testable import WeFlowOutput

@Suite("JSON writer")
struct JSONWriterTests {
    private func written(
        _ style: JSONWriter.Style = .compact, _ body: (inout JSONWriter) -> Void
    ) -> String {
        var writer = JSONWriter(style: style, capacity: 1)
        body(&writer)
        return String(decoding: writer.finish().array(), as: UTF8.self)
    }

    private func string(_ bytes: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(utf8: bytes)
        return writer.finish().array()
    }

    private func document(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("success")
        writer.bool(true)
        writer.key("text")
        writer.string("你/好\"")
        writer.key("numbers")
        writer.beginArray()
        writer.integer(Int64.min)
        writer.integer(UInt64.max)
        writer.integer(0)
        writer.quoted(UInt64.max)
        writer.double(116.397128)
        writer.double(-5)
        writer.double(.nan)
        writer.null()
        writer.endArray()
        writer.key("empty")
        writer.beginObject()
        writer.endObject()
        writer.key("none")
        writer.beginArray()
        writer.endArray()
        writer.key(text: "a\nb")
        writer.beginArray()
        writer.beginObject()
        writer.key("x")
        writer.string(literal: "y")
        writer.endObject()
        writer.bool(false)
        writer.endArray()
        writer.endObject()
    }

    @Test("compact has no blank")
    func compact() {
        #expect(
            written { document(&$0) } == #"{"success":true,"text":"你/好\"","numbers":[-9223372036854775808,"#
                + #"18446744073709551615,0,"18446744073709551615",116.397128,-5.0,null,null],"empty":{},"none":[],"#
                + #""a\nb":[{"x":"y"},false]}"#)
    }

    @Test("pretty has a line for each value, indented by two")
    func pretty() {
        #expect(
            written(.pretty) { document(&$0) } == #"""
                {
                  "success": true,
                  "text": "你/好\"",
                  "numbers": [
                    -9223372036854775808,
                    18446744073709551615,
                    0,
                    "18446744073709551615",
                    116.397128,
                    -5.0,
                    null,
                    null
                  ],
                  "empty": {},
                  "none": [],
                  "a\nb": [
                    {
                      "x": "y"
                    },
                    false
                  ]
                }
                """#)
    }

    @Test("values at the top follow each other, as lines")
    func lines() {
        let lines = written { writer in
            for number in 1...2 {
                writer.beginObject()
                writer.key("n")
                writer.integer(number)
                writer.endObject()
                writer.endLine()
            }
        }
        #expect(lines == "{\"n\":1}\n{\"n\":2}\n")
    }

    @Test("items written apart and joined are the same bytes", arguments: [JSONWriter.Style.compact, .pretty])
    func fragments(style: JSONWriter.Style) {
        func item(_ number: Int, _ writer: inout JSONWriter) {
            writer.beginObject()
            writer.key("n")
            writer.integer(number)
            writer.endObject()
        }
        let whole = written(style) { writer in
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            for number in 0..<5 { item(number, &writer) }
            writer.endArray()
            writer.endObject()
        }
        let joined = written(style) { writer in
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            for range in [0..<2, 2..<2, 2..<4] {
                var part = JSONWriter(style: style, depth: writer.depth)
                for number in range { item(number, &part) }
                writer.fragment(part.finish())
            }
            item(4, &writer)
            writer.endArray()
            writer.endObject()
        }
        #expect(joined == whole)
    }

    @Test("a document may be flushed anywhere")
    func flushing() {
        var pieces: [UInt8] = []
        var writer = JSONWriter()
        writer.beginArray()
        for number in 0..<300 {
            writer.integer(number)
            if number % 7 == 0 {
                pieces += writer.bytes.array()
                writer.removeBytes()
            }
        }
        writer.endArray()
        pieces += writer.finish().array()
        #expect(
            String(decoding: pieces, as: UTF8.self) == "[" + (0..<300).map(String.init).joined(separator: ",") + "]")
    }

    @Test(
        "what must be escaped is, at any place of a block",
        arguments: [
            ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("\u{0}", #"\u0000"#), ("\u{8}", #"\b"#), ("\t", #"\t"#),
            ("\n", #"\n"#), ("\u{B}", #"\u000b"#), ("\u{C}", #"\f"#), ("\r", #"\r"#), ("\u{1F}", #"\u001f"#),
            ("~", "~"), ("\u{7F}", #"\u007f"#), ("\u{80}", #"\u0080"#), ("\u{84}", #"\u0084"#), ("\u{85}", #"\u0085"#),
            ("\u{86}", #"\u0086"#), ("\u{8D}", #"\u008d"#), ("\u{9B}", #"\u009b"#), ("\u{9F}", #"\u009f"#),
            ("\u{A0}", "\u{A0}"), ("\u{C5}", "\u{C5}"), ("\u{2027}", "\u{2027}"), ("\u{2028}", #"\u2028"#),
            ("\u{2029}", #"\u2029"#), ("\u{202A}", "\u{202A}"), ("情", "情"), ("入", "入"), ("😀", "😀"),
            ("\u{10FFFF}", "\u{10FFFF}"), ("\u{D7FF}", "\u{D7FF}"), ("\u{E000}", "\u{E000}"), ("\u{800}", "\u{800}"),
            ("\u{FFFF}", "\u{FFFF}"), ("\u{10000}", "\u{10000}"), ("\u{FEFF}", "\u{FEFF}"),
        ])
    func escapes(text: String, escaped: String) {
        for filler in ["a", "好", "é", "😀", "a好"] {
            for before in 0..<35 {
                for after in [0, 1, 17, 40] {
                    let head = String(repeating: filler, count: before)
                    let tail = String(repeating: filler, count: after)
                    let expected = Array("\"\(head)\(escaped)\(tail)\"".utf8)
                    #expect(string(Array("\(head)\(text)\(tail)".utf8)) == expected)
                }
            }
        }
    }

    @Test(
        "what is no UTF-8 is replaced, once for each maximal subpart",
        arguments: [
            ([0x80], 1), ([0xBF, 0x80], 2), ([0xC0, 0x80], 2), ([0xC1, 0xBF], 2), ([0xC2], 1), ([0xE4, 0xBD], 1),
            ([0xE4], 1), ([0xE0, 0x80, 0x80], 3), ([0xE0, 0x9F, 0xBF], 3), ([0xED, 0xA0, 0x80], 3),
            ([0xED, 0xBF, 0xBF], 3), ([0xF0, 0x8F, 0xBF, 0xBF], 4), ([0xF0, 0x90, 0x80], 1), ([0xF0, 0x90], 1),
            ([0xF4, 0x90, 0x80, 0x80], 4), ([0xF5, 0x80], 2), ([0xFF, 0xFE], 2), ([0xE4, 0xBD, 0xE4, 0xBD], 2),
            ([0xF1, 0x80, 0x80, 0xE1], 2),
        ] as [([UInt8], Int)])
    func replacement(bytes: [UInt8], count: Int) {
        for filler in ["", "a", "好好好好好好好", "aaaaaaaaaaaaaaaaaa"] {
            let replaced = String(repeating: "\u{FFFD}", count: count)
            #expect(
                string(Array(filler.utf8) + bytes + Array(filler.utf8))
                    == Array("\"\(filler)\(replaced)\(filler)\"".utf8))
        }
    }

    @Test("any bytes come out as a plain reading gives them", arguments: 0..<8)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            Array("plain ASCII text of some length".utf8), Array("今天的会议改到三点，别忘了。".utf8), Array("é¿ñ".utf8),
            Array("😀👍🏽".utf8), [0x22], [0x5C], [0x0A], [0xE4], [0xBD], [0xF0, 0x9F], [0xC2], [0x85], [0xE2, 0x80],
            [0xA8], [0xED, 0xA0, 0x80], [0xFF], [0x00], [0x7F], Array("\u{2028}".utf8), Array("“引”…".utf8),
        ]
        for _ in 0..<3000 {
            var bytes = (0..<Int.random(in: 0..<12, using: &random)).flatMap { _ -> [UInt8] in
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                return Array(piece.prefix(Int.random(in: 1...piece.count, using: &random)))
            }
            if bytes.count > 2, Bool.random(using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            #expect(string(bytes) == plainly(bytes), "\(bytes)")
        }
    }

    /// The same by the standard library's own decoder and one switch.
    private func plainly(_ bytes: [UInt8]) -> [UInt8] {
        var text = "\""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x22: text += #"\""#
            case 0x5C: text += #"\\"#
            case 0x08: text += #"\b"#
            case 0x09: text += #"\t"#
            case 0x0A: text += #"\n"#
            case 0x0C: text += #"\f"#
            case 0x0D: text += #"\r"#
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let hex = String(scalar.value, radix: 16)
                text += #"\u"# + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return Array((text + "\"").utf8)
    }

    @Test("no control character reaches a terminal, in a text, a key or a copy of a text")
    func controls() {
        for value in Array(0x00..<0x20) + Array(0x7F..<0xA0) as [UInt32] {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(scalar)[2J好"
            let bytes = Array(text.utf8)
            var writer = JSONWriter()
            writer.beginObject()
            writer.key(text: text)
            writer.string(text)
            writer.key("copy")
            let place = bytes.withUnsafeBytes { writer.string(utf8: $0, TextMarks(of: $0)) }
            writer.key("again")
            Array("你".utf8).withUnsafeBytes { writer.string($0, thenCopyOf: place) }
            writer.endObject()
            let json = String(decoding: writer.finish().array(), as: UTF8.self)
            #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0 ~= $0.value) }, "U+\(value)")
            #expect(json.split(separator: "[2J好").count == 5)
        }
    }

    @Test("numbers of any width are written in decimal")
    func numbers() {
        var values: [UInt64] = [0, .max]
        var power: UInt64 = 1
        for _ in 0..<19 {
            values += [power - 1, power, power + 1]
            power &*= 10
        }
        for value in values {
            #expect(written { $0.integer(value) } == String(value))
            #expect(
                written { $0.integer(Int64(truncatingIfNeeded: value)) } == String(Int64(truncatingIfNeeded: value)))
        }
        #expect(written { $0.integer(Int8.min) } == "-128")
    }
}
