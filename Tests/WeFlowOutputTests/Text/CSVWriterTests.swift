import Testing

@testable import WeFlowOutput

@Suite("Comma-separated values")
struct CSVWriterTests {
    private func written(_ options: CSVWriter.Options = .init(), _ body: (inout CSVWriter) -> Void) -> String {
        var writer = CSVWriter(options, capacity: 1)
        body(&writer)
        return String(decoding: writer.finish().array(), as: UTF8.self)
    }

    private func cell(_ text: String, _ options: CSVWriter.Options = .init()) -> String {
        let row = written(options) {
            $0.text(text)
            $0.integer(0)
            $0.endRow()
        }
        return String(row.dropLast(3))
    }

    /// The same text by way of JSON.
    private func cell(json text: String, _ options: CSVWriter.Options = .init()) -> String {
        var object = JSONWriter()
        object.beginObject()
        object.key("a")
        object.string(text)
        object.key("b")
        object.integer(0)
        object.endObject()
        let bytes = object.finish().array()
        return String(written(options) { row in bytes.withUnsafeBytes { row.row(of: $0, ["a", "b"]) } }.dropLast(3))
    }

    @Test("a row has its cells between commas and ends with CR and LF")
    func rows() {
        let text = written {
            $0.header(["name", "count", "flag", "rate", "none"])
            $0.text("张三")
            $0.integer(-5)
            $0.bool(true)
            $0.double(1.5)
            $0.empty()
            $0.endRow()
        }
        #expect(text == "name,count,flag,rate,none\r\n张三,-5,true,1.5,\r\n")
    }

    @Test("what holds a comma, a quote or the end of a line stands in quotes")
    func quotes() {
        let cases = [
            ("", ""), ("a b", "a b"), (" a ", " a "), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
            ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("a;b", "a;b"),
        ]
        for (text, expected) in cases {
            #expect(cell(text) == expected)
            #expect(cell(json: text) == expected)
        }
        // An escape that needs no quotes has them all the same.
        #expect(cell(json: "a\\b\u{1}\u{85}\u{2028}") == "\"a\\b\u{1}\u{85}\u{2028}\"")
    }

    @Test("a terminal is shown nothing that it would obey, and no writer gives what is no UTF-8")
    func controls() {
        func rows(_ options: CSVWriter.Options, _ bytes: [UInt8]) -> String {
            var writer = CSVWriter(options)
            bytes.withUnsafeBytes { writer.text(utf8: $0) }
            writer.endRow()
            return String(decoding: writer.finish().array(), as: UTF8.self)
        }
        let text = "a\0\u{1B}[31m\u{7F}\u{9B}\tb,\nc"
        #expect(rows(.init(isShown: true), Array(text.utf8)) == "\"a\u{FFFD}\u{FFFD}[31m\u{FFFD}\u{FFFD}\tb,\nc\"\r\n")
        #expect(rows(.init(), Array(text.utf8)) == "\"\(text)\"\r\n")
        #expect(rows(.init(isRaw: true, isShown: true), Array(text.utf8)) == "\"\(text)\"\r\n")
        for isShown in [true, false] {
            #expect(
                rows(.init(isShown: isShown), [0x3D, 0xFF, 0x41, 0xED, 0xA0, 0x80])
                    == "'=\u{FFFD}A\u{FFFD}\u{FFFD}\u{FFFD}\r\n")
        }
        var writer = CSVWriter(.init(isShown: true))
        var json = JSONWriter()
        json.string(text)
        json.bytes.withBytes { writer.json($0) }
        writer.endRow()
        #expect(
            String(decoding: writer.finish().array(), as: UTF8.self) == rows(.init(isShown: true), Array(text.utf8)))
    }

    @Test("what a spreadsheet would run is guarded, unless it is asked for as it is")
    func formulas() {
        let cases = [
            ("=1+1", "'=1+1"), ("+86 138", "'+86 138"), ("-", "'-"), ("@a", "'@a"), ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""), ("=\"a\",b", "\"'=\"\"a\"\",b\""), ("a=1", "a=1"), (" =1", " =1"), ("'=1", "'=1"),
            ("＝1", "＝1"), ("\n=1", "\"\n=1\""),
        ]
        for (text, expected) in cases {
            #expect(cell(text) == expected)
            // By way of JSON a tab brings quotes along.
            #expect(cell(json: text) == (text == "\tx" ? "\"'\tx\"" : expected))
            let raw = expected.replacing(
                expected.hasPrefix("\"'") ? "\"'" : "'", with: expected.hasPrefix("\"") ? "\"" : "")
            guard text != "'=1" else { continue }
            #expect(cell(text, .init(isRaw: true)) == raw)
            #expect(cell(json: text, .init(isRaw: true)) == (text == "\tx" ? "\"\tx\"" : raw))
        }
        #expect(
            written {
                $0.integer(-1)
                $0.double(-0.5)
                $0.endRow()
            } == "-1,-0.5\r\n")
    }

    @Test("the mark stands in front once")
    func mark() {
        #expect(
            written(.init(hasMark: true)) {
                $0.header(["a"])
                $0.text("b")
                $0.endRow()
            } == "\u{FEFF}a\r\nb\r\n")
    }

    @Test("a row of one empty cell is no empty line")
    func oneEmptyCell() {
        #expect(
            written {
                $0.header(["a"])
                $0.text("")
                $0.endRow()
                $0.empty()
                $0.endRow()
            } == "a\r\n\"\"\r\n\"\"\r\n")
        #expect(
            written(.init(hasMark: true)) {
                $0.header([""])
                $0.removeBytes()
                $0.empty()
                $0.endRow()
            } == "\"\"\r\n")
    }

    @Test("an object becomes a row: members that it lacks are empty, nested ones are JSON")
    func objects() {
        let cases = [
            (#"{"a":"x","b":1,"c":true,"d":null}"#, "x,1,true,"),
            (#"{}"#, ",,,"),
            (#"{"b":-1}"#, ",-1,,"),
            (#"{"d":"=1"}"#, ",,,'=1"),
            (
                #"{"a":["=1","}"],"c":{"x":[1,{"y":"\"]"}]}}"#,
                "\"[\"\"=1\"\",\"\"}\"\"]\",,\"{\"\"x\"\":[1,{\"\"y\"\":\"\"\\\"\"]\"\"}]}\","
            ),
            (#"{"other":[1,"a,b"],"b":"2,3"}"#, ",\"2,3\",,"),
            (#"{"a":[],"c":{},"d":""}"#, "[],,{},"),
            (#"{"a":1.5e3,"d":false}"#, "1.5e3,,,false"),
        ]
        for (object, expected) in cases {
            let bytes = Array(object.utf8)
            let row = written { row in bytes.withUnsafeBytes { row.row(of: $0, ["a", "b", "c", "d"]) } }
            #expect(row == expected + "\r\n")
        }
    }

    @Test("any beginning of an object ends in a row of as many cells")
    func cutObjects() {
        let object = Array(#"{"a":"x\"\u001b,","b":[{"c":"]"}],"c":-5,"d":"\\"}"#.utf8)
        for length in 0...object.count {
            let row = written { row in
                object.prefix(length).withUnsafeBytes { row.row(of: $0, ["a", "b", "c", "d"]) }
            }
            #expect(row.hasSuffix("\r\n"))
        }
    }

    @Test("rows that were written apart are joined")
    func fragments() {
        var part = CSVWriter()
        part.text("b")
        part.endRow()
        let rows = part.finish()
        var whole = CSVWriter()
        whole.header(["a"])
        whole.fragment(rows)
        whole.text("")
        whole.endRow()
        #expect(String(decoding: whole.finish().array(), as: UTF8.self) == "a\r\nb\r\n\"\"\r\n")
    }
}
