import WeFlowModel
import WeFlowStore

/// Which messages of a chat are meant.
struct MessageFilter: Sendable {
    /// First second, nil without a bound.
    var start: Int64?
    /// Last second, nil without a bound.
    var end: Int64?
    /// What the displayed text must hold.
    var keyword: KeywordMatcher?

    /// Whether every message passes, so that rows need not be read to be counted.
    var isOpen: Bool { start == nil && end == nil && keyword == nil }

    /// The seconds that pass, nil where there is no bound; of a filter that is not empty.
    var times: ClosedRange<Int64>? {
        guard start != nil || end != nil else { return nil }
        let first = start ?? .min
        return first...max(first, end ?? .max)
    }

    /// Whether no message can pass.
    var isEmpty: Bool {
        guard let start, let end else { return false }
        return start > end
    }

    /// Whether a message of this time passes.
    @inline(__always)
    func admits(_ createTime: Int64) -> Bool {
        if let start, createTime < start { return false }
        if let end, createTime > end { return false }
        return true
    }
}
