import Testing
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowTools

struct BudgetTests {
    private func item(_ text: String, _ number: Int = 0) -> JSONValue {
        ["serverId": .string("\(number)"), "content": .string(text), "parsedContent": .string(text)]
    }

    @Test(arguments: [200, 400, 1000, 5000]) func aBodyIsNeverLongerThanItMayBe(most: Int) {
        let envelope: JSONValue = ["success": true, "count": .integer(100), "hasMore": true, "messages": []]
        for length in [0, 5, 60, 300, 9000] {
            var budget = Budget(most: most, envelope: envelope, cursor: 30)
            for number in 0..<100 where !budget.add(item(String(repeating: "文\"", count: length / 2), number)) { break }
            let body = envelope.page(
                "messages", budget.items, isCut: budget.isFull, next: String(repeating: "c", count: 30))
            #expect(body.size <= most || most < 400, "\(most) \(length): \(body.size)")
            #expect(!budget.items.isEmpty)
        }
    }

    @Test func oneThatIsTooLongIsCutAndSaysSo() {
        let long: JSONValue = [
            "serverId": "12345678901234567890", "content": .string(String(repeating: "長い\u{1F600}", count: 4000)),
            "detail": ["url": .string(String(repeating: "u", count: 3000))], "localType": .number("1"),
        ]
        for most in [80, 150, 500, 4000] {
            let cut = long.shortened(to: most)
            #expect(cut["shortened"] == true && cut["serverId"] == "12345678901234567890")
            #expect(cut.size <= most || most == 80, "\(most): \(cut.size)")
        }
        let cut = long.shortened(to: 4000)
        #expect(cut["content"]?.text?.hasSuffix("…") == true && cut["detail"] != nil)
    }

    @Test func whatNoToolShowsIsTakenOutAtEveryDepth() {
        let value: JSONValue = [
            "path": "/x", "media": ["exportPath": "/x", "count": .number("0")],
            "messages": [["rawContent": "r", "mediaLocalPath": "/x", "content": "c", "before": [["rawContent": "r"]]]],
        ]
        #expect(
            value.withoutPrivateMembers == [
                "media": ["count": .number("0")], "messages": [["content": "c", "before": [[:]]]],
            ])
    }
}
