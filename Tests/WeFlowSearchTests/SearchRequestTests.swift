import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowSearch

@Suite("What a search asks for")
struct SearchRequestTests {
    private func http(_ query: String) throws -> SearchRequest {
        try SearchRequest(Parameters(query: QueryString(query)))
    }

    @Test(
        "A text is split at white space, and quotes keep a word together",
        arguments: [
            ("", []), ("  \u{3000}\t", []), ("登山", ["登山"]), (" 九点  登山 ", ["九点", "登山"]),
            ("\"单价 99.50\" x", ["单价 99.50", "x"]), ("a \"b c", ["a", "b c"]), ("a\"b c\"d", ["a", "b c", "d"]),
            ("\"\" a", ["a"]),
        ])
    func split(_ text: String, _ words: [String]) {
        #expect(SearchFilter.split(text) == words)
    }

    @Test(
        "What chooses nothing is refused",
        arguments: [
            "", "q=", "q=%20", "q=%22%20%22", "any=1", "exclude=a", "sessionType=group", "mentions=0", "limit=5",
        ])
    func nothing(_ query: String) throws {
        #expect(throws: WeFlowError.self) { try http(query) }
    }

    @Test(
        "What chooses is taken", arguments: ["q=a", "from=me", "type=file", "start=1", "end=1", "mentions=1", "in=a"])
    func something(_ query: String) throws {
        _ = try http(query)
    }

    @Test(
        "Wrong values are named",
        arguments: [
            ("q=a&type=flie", "type knows no flie"), ("q=a&sessionType=x", "sessionType knows no x"),
            ("q=%00", "q holds the control character U+0000"), ("q=a%C2%81", "q holds the control character U+0081"),
            ("q=a&cursor=x", "cursor is not one"), ("q=a&order=up", "order must be"),
            ("q=a&format=text", "format must be"),
        ])
    func wrong(_ query: String, _ beginning: String) {
        #expect { try http(query) } throws: { error in
            (error as? WeFlowError)?.kind == .usage && (error as? WeFlowError)?.sentence.hasPrefix(beginning) == true
        }
    }

    @Test("A word that is too long is refused, one of the longest is not")
    func long() throws {
        _ = try http("q=" + String(repeating: "a", count: 4096))
        #expect(throws: WeFlowError.self) { try http("q=" + String(repeating: "a", count: 4097)) }
    }

    @Test("The blanks of an argument belong to its word, and an argument of blanks is none")
    func arguments() throws {
        var parameters = Parameters(commandLine: [:])
        parameters.set("q", to: .array([.string(" a b "), .string("  "), .string("--")]))
        #expect(try SearchRequest(parameters).filter.words == [" a b ", "--"])
    }

    @Test("A cursor is good for its own search alone, whatever its limit")
    func cursor() throws {
        let filter = try http("q=a%20b&type=file,text").filter
        let search = SearchCursor.fingerprint(of: filter, order: .newestFirst)
        let text = SearchCursor(
            createTime: -5, sortSeq: .max, rowID: .min, shard: 1 << 32, session: "wxid_张", search: search
        ).text
        let read = try #require(try http("q=a%20%20b&type=text,file&limit=3&context=4&detail=1&cursor=\(text)").cursor)
        #expect(read.createTime == -5 && read.sortSeq == .max && read.rowID == .min)
        #expect(read.shard == 1 << 32 && read.session == "wxid_张")
        for other in ["q=a", "q=a%20b", "q=b%20a&type=text,file", "q=a%20b&type=text,file&order=asc"] {
            #expect(throws: WeFlowError.self) { try http("\(other)&cursor=\(text)") }
        }
    }

    @Test("No changed cursor is taken")
    func changedCursors() throws {
        let search = SearchCursor.fingerprint(of: try http("q=a").filter, order: .newestFirst)
        let text = SearchCursor(createTime: 1, sortSeq: 2, rowID: 3, shard: 4, session: "s", search: search).text
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            var bytes = Array(text.utf8)
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[at] = bytes[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            case 1: bytes.remove(at: at)
            default: bytes.insert(UInt8(ascii: "z"), at: at)
            }
            let changed = String(decoding: bytes, as: UTF8.self)
            guard changed != text else { continue }
            #expect(throws: WeFlowError.self) { try http("q=a&cursor=\(changed)") }
        }
    }

    @Test("Statistics take one key or two")
    func keys() throws {
        func by(_ text: String) throws -> [StatsRequest.Key] {
            try StatsRequest(Parameters(query: QueryString("by=\(text)"))).by
        }
        #expect(try by("") == [.session])
        #expect(try by("Month,sender") == [.month, .sender])
        for wrong in ["days", "day,day", "day,week,month"] { #expect(throws: WeFlowError.self) { try by(wrong) } }
    }
}
