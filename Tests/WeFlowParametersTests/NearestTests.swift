import Testing

@testable import WeFlowParameters

struct NearestTests {
    @Test(
        arguments: [
            ("jsn", "json"), ("JSONN", "json"), ("chatlab-json", "chatlab-jsonl"), ("txet", "text"), ("tabel", "table"),
            ("xml", nil), ("", nil), ("j", nil), ("completely different", nil), ("chat", nil),
        ] as [(String, String?)])
    func aSlipIsTold(given: String, meant: String?) {
        #expect(
            Nearest.word(to: given, among: ["json", "jsonl", "chatlab", "chatlab-jsonl", "text", "table"]) == meant)
    }

    @Test(arguments: [("ab", "ab", 0), ("ab", "ba", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("a", "b", 1)])
    func slipsAreCounted(first: String, second: String, count: Int) {
        #expect(Nearest.distance(Array(first), Array(second)) == count)
    }
}
