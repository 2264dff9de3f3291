import Testing
import WeFlowPages

@testable import WeFlowQuery

@Suite("Parameters")
struct ParametersTests {
    private func http(_ query: String, body: String? = nil) throws -> Parameters {
        try Parameters(
            query: QueryString(query), body: try body.map { try JSONValue(parsing: Array($0.utf8)) })
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
        #expect(try parameters.int("limit", default: 1, in: 1...10) == 5)
        #expect(try parameters.string("talker") == "a")
        #expect(try parameters.string("start") == "20260101")
        #expect(try parameters.string("end") == nil)
        #expect(try parameters.string("x") == "1")
        #expect(parameters.contains("talker"))
        #expect(!parameters.contains("end", "absent"))
    }

    @Test("a name twice in one query string is an error, even where the values agree")
    func duplicates() {
        #expect(complaint { _ = try http("limit=5&limit=5") } == "limit stands twice in the query string; give it once")
        #expect(complaint { _ = try http("a=&a=1") } != nil)
    }

    @Test("a name and its alias may both be given where they agree")
    func aliases() throws {
        #expect(try http("media=1&meiti=TRUE").bool("media", "meiti"))
        #expect(try http("meiti=1").bool("media", "meiti"))
        #expect(try !http("media=0", body: #"{"meiti": true}"#).bool("media", "meiti"))
        #expect(
            complaint { _ = try http("media=1&meiti=0").bool("media", "meiti") }
                == "media and meiti disagree; give one of them")
        #expect(complaint { _ = try http("chatroomId=a&talker=b").string("chatroomId", "talker") } != nil)
    }

    @Test("escapes are decoded as forms write them")
    func escapes() throws {
        let parameters = try http("keyword=%E4%BD%A0+%e5%a5%BD%2B&flag&=nameless&a%3Db=c=d")
        #expect(try parameters.string("keyword") == "你 好+")
        #expect(try parameters.string("flag") == nil)
        #expect(try parameters.string("a=b") == "c=d")
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
            #expect(try parameters.int("limit", default: 100, in: 1...10_000) == expected)
        } else {
            let sentence = complaint { _ = try parameters.int("limit", default: 100, in: 1...10_000) }
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
            #expect(try parameters.int("v", default: 7, in: 0...100) == expected)
        } else {
            #expect(complaint { _ = try parameters.int("v", default: 7, in: 0...100) }?.hasPrefix("v ") == true)
        }
    }

    @Test("switches take four words each, in any case, and JSON booleans")
    func switches() throws {
        for word in ["1", "true", "YES", "On", "tRuE"] { #expect(try http("v=\(word)").bool("v")) }
        for word in ["0", "false", "NO", "Off"] { #expect(try !http("v=\(word)").bool("v", default: true)) }
        #expect(try http("", body: #"{"v": true}"#).bool("v"))
        #expect(try http("", body: #"{"v": 1}"#).bool("v"))
        #expect(try http("").bool("v", default: true))
        for word in ["2", "y", "t", "enabled", "1.0", "truee"] {
            #expect(complaint { _ = try http("v=\(word)").bool("v") } != nil, "\(word)")
        }
    }

    @Test("lists are split at commas, or come as a JSON list")
    func lists() throws {
        #expect(try http("u=a,%20b,,c+").list("u") == ["a", "b", "c"])
        #expect(try http("u=,").list("u").isEmpty)
        #expect(try http("").list("u").isEmpty)
        #expect(try http("", body: #"{"u": ["a", "b,c"]}"#).list("u") == ["a", "b,c"])
        #expect(complaint { _ = try http("", body: #"{"u": {"a": 1}}"#).list("u") } != nil)
        #expect(complaint { _ = try http("", body: #"{"u": [["a"]]}"#).list("u") } != nil)
    }

    @Test("a body that is no object is refused")
    func bodies() {
        for body in ["[]", "1", "null", #""talker""#] {
            #expect(complaint { _ = try http("", body: body) } == "the request body must be a JSON object")
        }
    }

    @Test("the command line names options, the API parameters")
    func labels() throws {
        #expect(Parameters(commandLine: [:]).label("includeMessageCounts") == "--include-message-counts")
        #expect(Parameters(commandLine: [:]).label("chatroomId") == "--chatroom-id")
        #expect(try http("").label("includeMessageCounts") == "includeMessageCounts")
    }
}
