import Testing
import WeFlowPages

@testable import WeFlowParameters

@Suite("Parameters")
struct ParametersTests {
    private func http(_ query: String, body: String? = nil) throws -> Parameters {
        try Parameters(
            query: QueryString(query), body: try body.map { try JSONValue(parsing: Array($0.utf8)) })
    }

    private static let limit = Parameter.number("limit", in: 1...10_000, default: 100, "")
    private static let number = Parameter.number("v", in: 0...100, default: 7, "")
    private static let flag = Parameter.flag("v", "")
    private static let flagOn = Parameter.flag("v", default: true, "")
    private static let media = Parameter.flag("media", aliases: ["meiti"], "")
    private static let list = Parameter.list("u", "")

    private func text(_ name: String, aliases: [ParameterDeclaration.Alias] = []) -> Parameter<String?> {
        .text(name, aliases: aliases, "")
    }

    private func complaint(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch let error as WeFlowError {
            #expect(error.kind == .usage)
            return error.sentence
        } catch {
            return "\(error)"
        }
    }

    @Test("the query string wins over the body, an empty or null value is absent")
    func precedence() throws {
        let parameters = try http(
            "limit=5&start=&talker=a", body: #"{"limit": 7, "start": "20260101", "talker": "b", "end": null, "x": 1}"#)
        #expect(try parameters[Self.limit] == 5)
        #expect(try parameters[text("talker")] == "a")
        #expect(try parameters[text("start")] == "20260101")
        #expect(try parameters[text("end")] == nil)
        #expect(try parameters[text("x")] == "1")
        #expect(parameters.contains(text("talker")))
        #expect(!parameters.contains(text("end", aliases: ["absent"])))
    }

    @Test("a name twice in one query string is an error, even where the values agree")
    func duplicates() {
        #expect(complaint { _ = try http("limit=5&limit=5") } == "limit stands twice in the query string; give it once")
        #expect(complaint { _ = try http("a=&a=1") } != nil)
    }

    @Test("a name and its alias may both be given where they agree")
    func aliases() throws {
        #expect(try http("media=1&meiti=TRUE")[Self.media])
        #expect(try http("meiti=1")[Self.media])
        #expect(try !http("media=0", body: #"{"meiti": true}"#)[Self.media])
        #expect(
            complaint { _ = try http("media=1&meiti=0")[Self.media] }
                == "media and meiti disagree; give one of them")
        #expect(complaint { _ = try http("chatroomId=a&talker=b")[text("chatroomId", aliases: ["talker"])] } != nil)
    }

    @Test("escapes are decoded as forms write them")
    func escapes() throws {
        let parameters = try http("keyword=%E4%BD%A0+%e5%a5%BD%2B&flag&=nameless&a%3Db=c=d")
        #expect(try parameters[text("keyword")] == "你 好+")
        #expect(try parameters[text("flag")] == nil)
        #expect(try parameters[text("a=b")] == "c=d")
        for broken in ["k=%", "k=%4", "k=%zz", "k=%ff", "k=%ed%a0%80", "%ff=1"] {
            #expect(complaint { _ = try http(broken) } != nil, "\(broken)")
        }
    }

    @Test("a token can be looked up in a query string that is refused later")
    func tolerantLookUp() {
        #expect(QueryString("a=%&a=1&access_token=t%2Bt")["access_token"] == "t+t")
    }

    @Test(
        "whole numbers are clamped, other texts are errors",
        arguments: [
            ("50", 50), ("50.0", 50), ("050", 50), ("-3", 1), ("0", 1), ("-0", 1), ("10001", 10_000),
            ("999999999999999999999999999", 10_000), ("-999999999999999999999999999", 1), ("1.5", nil), ("1e3", nil),
            ("20abc", nil), ("abc", nil), ("5.", nil), (".0", nil), ("+5", nil), ("1,000", nil), ("0x10", nil),
            ("５０", nil), ("-", nil), ("--5", nil), (" 5", nil), ("50.00a", nil), ("1.0.0", nil),
        ] as [(String, Int?)])
    func wholeNumbers(text: String, expected: Int?) throws {
        let parameters = Parameters(commandLine: ["limit": text])
        if let expected {
            #expect(try parameters[Self.limit] == expected)
        } else {
            let sentence = complaint { _ = try parameters[Self.limit] }
            #expect(sentence == "--limit is not a whole number; give one from 1 up")
        }
    }

    @Test(
        "JSON types are interchangeable",
        arguments: [
            (#"{"v": 50}"#, 50), (#"{"v": "50"}"#, 50), (#"{"v": 50.0}"#, 50), (#"{"v": null}"#, 7),
            (#"{"v": ""}"#, 7), (#"{}"#, 7), (#"{"v": true}"#, nil), (#"{"v": [1]}"#, nil), (#"{"v": {}}"#, nil),
            (#"{"v": 1e1}"#, nil), (#"{"v": 5.5}"#, nil),
        ] as [(String, Int?)])
    func jsonNumbers(body: String, expected: Int?) throws {
        let parameters = try http("", body: body)
        if let expected {
            #expect(try parameters[Self.number] == expected)
        } else {
            #expect(complaint { _ = try parameters[Self.number] }?.hasPrefix("v ") == true)
        }
    }

    @Test("a JSON number that is whole serves as its digits, however it is written")
    func digitsOfNumbers() throws {
        let items = Parameter.list("v", "Kinds or numbers.", .numbers)
        let text = Parameter.text("w", "Any text.")
        for (json, expected) in [
            ("3", ["3"]), ("3.0", ["3"]), ("3.000", ["3"]), ("-7.0", ["-7"]), ("1e+16", ["10000000000000000"]),
            ("[1.0, \"x\", 2E2]", ["1", "x", "200"]), ("1.5", ["1.5"]), ("1.5e0", ["1.5e0"]), ("1e99", ["1e99"]),
            ("\"4.0\"", ["4.0"]),
        ] {
            #expect(try http("", body: "{\"v\": \(json)}")[items] == expected, "\(json)")
        }
        #expect(try http("", body: #"{"w": 3.0}"#)[text] == "3.0")
    }

    @Test("a comma and a blank are that whatever mark follows them")
    func combiningMarks() throws {
        let items = Parameter.list("v", "Things.")
        let given = try http("v=a%2C%CC%81b%2C%20%CC%81")[items]
        #expect(given == ["a", "\u{301}b", "\u{301}"])
        #expect(" \u{301}".trimmingBlanks == "\u{301}")
    }

    @Test("switches take four words each, in any case, and JSON booleans")
    func switches() throws {
        for word in ["1", "true", "YES", "On", "tRuE"] { #expect(try http("v=\(word)")[Self.flag]) }
        for word in ["0", "false", "NO", "Off"] { #expect(try !http("v=\(word)")[Self.flagOn]) }
        #expect(try http("", body: #"{"v": true}"#)[Self.flag])
        #expect(try http("", body: #"{"v": 1}"#)[Self.flag])
        #expect(try http("")[Self.flagOn])
        for word in ["2", "y", "t", "enabled", "1.0", "truee"] {
            #expect(complaint { _ = try http("v=\(word)")[Self.flag] } != nil, "\(word)")
        }
    }

    @Test("lists are split at commas, or come as a JSON list")
    func lists() throws {
        #expect(try http("u=a,%20b,,c+")[Self.list] == ["a", "b", "c"])
        #expect(try http("u=,")[Self.list].isEmpty)
        #expect(try http("")[Self.list].isEmpty)
        #expect(try http("", body: #"{"u": ["a", "b,c"]}"#)[Self.list] == ["a", "b,c"])
        #expect(complaint { _ = try http("", body: #"{"u": {"a": 1}}"#)[Self.list] } != nil)
        #expect(complaint { _ = try http("", body: #"{"u": [["a"]]}"#)[Self.list] } != nil)
    }

    @Test("a body that is no object is refused")
    func bodies() {
        for body in ["[]", "1", "null", #""talker""#] {
            #expect(complaint { _ = try http("", body: body) } == "the request body must be a JSON object")
        }
    }

    @Test("a limit is clamped over HTTP; the command line takes any, 0 for all, and none below")
    func limits() throws {
        let limit = Parameter.limit(most: 200, default: 20)
        for (text, wanted, clamped) in [
            ("0", nil, 1), ("0.0", nil, 1), ("1", 1, 1), ("200", 200, 200), ("100000", 100_000, 200),
            ("99999999999999999999", Parameters.all, 200), ("", 20, 20),
        ] as [(String, Int?, Int)] {
            #expect(try Parameters(commandLine: ["limit": text])[limit] == wanted)
            #expect(try http("limit=\(text)")[limit] == clamped)
        }
        #expect(try http("limit=-5")[limit] == 1)
        #expect(
            complaint { _ = try Parameters(commandLine: ["limit": "-5"])[limit] }
                == "--limit is negative; give how many, or 0 for all of them")
        #expect(
            complaint { _ = try Parameters(commandLine: ["limit": "x"])[limit] }
                == "--limit is not a whole number; give one from 0 up")
    }

    @Test("a number that is not clamped must lie in its range")
    func exactNumbers() throws {
        let port = Parameter.exactNumber("port", in: 0...65_535, "")
        #expect(try Parameters(commandLine: ["port": "0"])[port] == 0)
        #expect(try Parameters()[port] == nil)
        for text in ["65536", "-1"] {
            #expect(
                complaint { _ = try Parameters(commandLine: ["port": text])[port] }
                    == "--port must lie between 0 and 65535")
        }
    }
}
