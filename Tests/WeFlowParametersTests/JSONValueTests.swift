import TestSupport
import Testing

@testable import WeFlowParameters

@Suite("JSON values")
struct JSONValueTests {
    private func parse(_ text: String, limits: JSONValue.Limits = .init()) throws(JSONValue.Failure) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test("values of every kind are read, numbers as their text")
    func values() throws {
        let value = try parse(
            #" {"s":"a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00","n":-1.50e+3,"t":true,"f":false,"z":null,"#
                + #""l":[1,"2",[]],"o":{},"":0} "#)
        #expect(value["s"] == .string("a\"\\/\u{8}\u{c}\n\r\té😀"))
        #expect(value["n"] == .number("-1.50e+3"))
        #expect(value["t"] == .bool(true))
        #expect(value["f"] == .bool(false))
        #expect(value["z"] == .null)
        #expect(value["l"] == .array([.number("1"), .string("2"), .array([])]))
        #expect(value["o"] == .object([]))
        #expect(value[""] == .number("0"))
        #expect(value["absent"] == nil)
        #expect(try parse("3") == .number("3"))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}",
            "{\"a\":1 \"b\":2}", "{\"a\":1}x", "tru", "nul", "True", "01", "-", "1.", ".5", "1e", "1e+", "+1", "NaN",
            "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"",
            "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"a\nb\"", "\"\u{0}\"", "{\"a\":1,\"a\":2}", "// c\n1",
            "\u{FEFF}1",
        ])
    func faults(text: String) {
        #expect(throws: JSONValue.Failure.self) { try parse(text) }
    }

    @Test(
        "broken UTF-8 in a string is refused", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE4, 0xBD]])
    func brokenText(bytes: [UInt8]) {
        #expect(throws: JSONValue.Failure.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test("the place of a fault is told by line and byte")
    func places() {
        #expect(throws: JSONValue.Failure(line: 3, column: 8, reason: "no value starts like this")) {
            try parse("{\n  \"a\": 1,\n  \"b\": x\n}")
        }
    }

    @Test("limits hold for bytes, depth and number of values")
    func limits() throws {
        let tight = JSONValue.Limits(bytes: 40, depth: 3, values: 5)
        #expect(throws: Never.self) { try parse("[[[1]]]", limits: tight) }
        #expect(throws: JSONValue.Failure.self) { try parse("[[[[1]]]]", limits: tight) }
        #expect(throws: JSONValue.Failure.self) { try parse("[1,2,3,4,5]", limits: tight) }
        #expect(throws: JSONValue.Failure.self) { try parse(String(repeating: " ", count: 41) + "1", limits: tight) }
        #expect(throws: JSONValue.Failure.self) { try parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONValue.Failure.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test("any bytes give a value or a failure", arguments: 0..<20)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[]:,"\u0dD8e+-.truefalsn 12"#.utf8) + [0x00, 0x0A, 0x80, 0xC3, 0xE4, 0xFF]
        var values = 0
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            values += 1
            #expect(value == (try? JSONValue(parsing: [0x20] + bytes + [0x0A])))
        }
        #expect(values > 0)
    }

    @Test("a document cut or changed anywhere gives a value or a failure")
    func mutations() throws {
        let whole = Array(#"{"talker":"你好\u4f60\ud83d\ude00","limit":50.0,"media":true,"list":[1,{"a":null}]}"#.utf8)
        for end in 0..<whole.count {
            #expect(throws: JSONValue.Failure.self) { try JSONValue(parsing: Array(whole[..<end])) }
        }
        for place in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = whole
                changed[place] = byte
                _ = try? JSONValue(parsing: changed)
            }
        }
    }
}
