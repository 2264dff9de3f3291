import Testing

@testable import WeFlowSearch

@Suite("Words of a search")
struct SplitTests {
    @Test("A text is split at white space, and quotes keep a word together", arguments: [
        ("", []), ("  \u{3000}\t", []), ("登山", ["登山"]), (" 九点  登山 ", ["九点", "登山"]),
        ("\"单价 99.50\" x", ["单价 99.50", "x"]), ("a \"b c", ["a", "b c"]), ("a\"b c\"d", ["a", "b c", "d"]),
        ("\"\" a", ["a"]),
    ])
    func split(_ text: String, _ words: [String]) {
        #expect(SearchFilter.split(text) == words)
    }
}
