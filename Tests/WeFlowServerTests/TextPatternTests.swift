import Testing
import WeFlowArrivals
import WeFlowCollections
import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowSearch

@testable import WeFlowServer

/// What the document says of a text is what the request takes.
@Suite struct TextPatternTests {
    private static let cursor = "^(\(ArrivalCursor.pattern))?$"

    private func fits(_ text: String, _ pattern: String) throws -> Bool {
        // A scalar at a time, as the document's regular expressions mean it.
        try Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text) != nil
    }

    private func isTaken(_ body: () throws(WeFlowError) -> Void) -> Bool {
        switch Result(catching: body) {
        case .success: return true
        case .failure(let error):
            #expect(error.kind == .usage)
            return false
        }
    }

    @Test(arguments: [
        "https://shmmsns.qpic.cn/mmsns/a/0?token=b&idx=1", "HTTP://A.QPIC.CN", "http://a.qq.com:80/",
        "http://a.qq.com:/",
        "http://a.qq.com:0080/x", "https://a.b.weixin.qq.com:443", "https://a.qlogo.cn?x", "https://a.qlogo.cn#x y",
        "https://a.qlogo.cn#xy", "https://a_b-c.qpic.cn/[x]", "00", "", "http://", "ftp://a.qq.com/", "https://qq.com/",
        "https://aqq.com/", "https://example.com/", "https://a.qq.com.example.com/", "https://127.0.0.1/",
        "https://[::1]/", "http://a.qq.com:443/", "https://a.qq.com:80/", "https://a.qq.com:000443/",
        "https://u@a.qq.com/",
        "https://a..qq.com/", "https://a.qq.com/\\", "https://a.qq.com/ b", "https://ü.qq.com/", "https:/a.qq.com/",
        "https://.qq.com/", "https://a.qq.com/\u{7F}", "https://\(String(repeating: "a", count: 63)).qq.com",
        "https://\(String(repeating: "a", count: 64)).qq.com",
    ])
    func addressesOfTheMediaNetwork(text: String) throws {
        let isTaken = isTaken { () throws(WeFlowError) in
            let request = try MomentsMediaRequest(Parameters(query: QueryString("url=\(Self.escaped(text))")))
            _ = try MediaHosts.wechat.admit(request.url)
        }
        #expect(try fits(text, TextPattern.mediaURL) == isTaken)
    }

    @Test(arguments: [
        "0", "1", "none", "NONE", "18446744073709551615", "18446744073709551616", "18446744073709551609",
        "18446744073709550999", "09999999999999999999", "20000000000000000000", "19999999999999999999",
        "18446744073709551620", "100000000000000000000", "-1", "x", "1 ", "1.0", "", "nonesuch",
    ])
    func keysOfMoments(text: String) throws {
        let address = Self.escaped("https://a.qpic.cn/0")
        let isTaken = isTaken { () throws(WeFlowError) in
            _ = try MomentsMediaRequest(Parameters(query: QueryString("url=\(address)&key=\(Self.escaped(text))")))
        }
        #expect(try fits(text, TextPattern.momentKey) == isTaken)
    }

    @Test func cursorsThatAnAnswerGives() throws {
        #expect(try fits("", Self.cursor))
        for text in ["c1", "c1.", "c2.AAAA", "c1.AA+A", "false", " ", "c1." + String(repeating: "A", count: 65)] {
            #expect(try !fits(text, Self.cursor))
            #expect(
                !isTaken { () throws(WeFlowError) in
                    _ = try NewMessagesRequest(Parameters(query: QueryString("cursor=\(Self.escaped(text))")))
                })
        }
    }

    @Test func aCursorThatNoAnswerGaveIsNotFound() async throws {
        let text = "c1." + String(repeating: "A", count: 66)
        #expect(try fits(text, Self.cursor))
        try await RunningServer.run { server in
            let answer = try await server.send("GET", "/api/v1/messages/new?cursor=\(text)")
            #expect(answer.status == 404)
        }
    }

    /// A number in the body that the document admits is a time; of those with eight digits only few would be.
    @Test(arguments: [1, -1, -17_055_015, 9_999_999, 100_000_000, 1_760_000_000, 1_760_000_000_000])
    func timesAsNumbers(time: Int) throws {
        let kinds = CommonParameters.start.declaration.inBody.schema.json["anyOf"]
        guard case .array(let kinds)? = kinds else { throw WeFlowError(.usage, "the schema has no kinds") }
        #expect(kinds.contains { $0["maximum"] == .number("9999999") })
        #expect(kinds.contains { $0["minimum"] == .number("100000000") })
        #expect(!kinds.contains { $0 == Schema.integer.json })
        let body = try JSONValue(parsing: Array(#"{"since": \#(time)}"#.utf8))
        let request = try NewMessagesRequest(Parameters(query: QueryString(""), body: body))
        // 0 is no bound.
        #expect(
            request.beginning
                == (time == 0 ? .unread : .since(time > 10_000_000_000 ? Int64(time / 1000) : Int64(time))))
    }

    @Test(
        arguments: [
            "", "a", "a\tb\r\n", "\u{B}a\u{85}", "\"a\u{C}\u{85}b\"", "\u{A0}a", "\u{1}", "a\u{7F}", "\u{84}b",
            "\u{86}", "\u{9F}\u{9F}", "\u{1C}", "\u{0}",
        ])
    func wordsOfASearch(text: String) throws {
        let body = JSONValue.object([.init(name: "q", value: .string(text))])
        let isTaken: Bool
        do {
            _ = try SearchFilter(Parameters(query: QueryString(""), body: body))
            isTaken = true
        } catch {
            #expect(error.sentence.contains("control character"))
            isTaken = false
        }
        #expect(try isTaken == fits(text, TextPattern.shown))
    }

    @Test(arguments: [0, 7, Int.max])
    func numbersThatAreTextsOrItems(number: Int) throws {
        let body = try JSONValue(parsing: Array(#"{"talker": "a", "maxFile": \#(number), "type": [\#(number)]}"#.utf8))
        let parameters = try Parameters(query: QueryString(""), body: body)
        #expect(try MediaSelection(parameters).largestFile == Int64(number))
        #expect(throws: Never.self) { try FavoritesRequest(parameters) }
        for declaration in MessagesRequest.parameters + FavoritesRequest.parameters where declaration.takesNumbers {
            #expect("\(declaration.inBody.schema.json)".contains("\(Int64.max)"))
        }
    }

    @Test(arguments: ["/", "/a", "/a b/ü\n", "/\u{1F3FB}", "/\u{301}a", "", "a", "./a", "~", "false", "/a\u{0}b"])
    func foldersOfAnExport(text: String) async throws {
        let fitting = try fits(text, TextPattern.absolutePath)
        // A day before all posts: nothing is written.
        let body = #"{"outputDir": "\#(text.map { Self.inJSON($0) }.joined())", "end": "19700101"}"#
        try await MomentsEndpointTests.with(MomentsFixture()) { server in
            let answer = try await server.post("/api/v1/sns/export", body)
            #expect(answer.status == (fitting ? 200 : 400), "\(answer.text)")
        }
    }

    private static func inJSON(_ character: Character) -> String {
        character.unicodeScalars.map { scalar in
            guard scalar.value < 0x20 else { return String(scalar) }
            return "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
