import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// Where a list goes on, as a text that a model hands back: the list's mark and a few numbers.
struct ListCursor: Equatable {
    private static let head = "w1"

    /// What the numbers mean is the tool's business.
    let numbers: [Int64]

    /// Puts a cursor together.
    init(_ numbers: [Int64]) { self.numbers = numbers }

    /// Reads the cursor of a call; nil where it has none.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - counts: how many numbers it may have.
    /// - Throws: `.usage` where it is none, or one of another list.
    init?(of call: ToolCall, counts: Set<Int>) throws(WeFlowError) {
        guard let text = try call.values[Tool.cursor] else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.dropFirst(2).compactMap { Int64($0, radix: 36) }
        guard parts.count > 2, parts[0] == Self.head, parts[1] == call.mark, numbers.count == parts.count - 2,
            counts.contains(numbers.count)
        else {
            throw WeFlowError(
                .usage,
                "cursor is none of an answer to the same arguments; leave it out to begin anew, or change nothing else")
        }
        self.numbers = numbers
    }

    /// A number that says how many: never negative, and small enough for any sum.
    func count(_ place: Int) -> Int { Int(min(max(0, numbers[place]), Int64(Parameters.all))) }

    /// The text.
    func text(_ call: ToolCall) -> String {
        ([Self.head, call.mark] + numbers.map { String($0, radix: 36) }).joined(separator: ".")
    }
}
