package import WeFlowModel
import WeFlowStore

/// Which messages of a chat are meant.
package struct MessageFilter: Sendable {
    /// First second, nil without a bound.
    package var start: Int64?
    /// Last second, nil without a bound.
    package var end: Int64?
    /// What the displayed text must hold.
    package var keyword: KeywordMatcher?

    /// Puts a filter together; every message passes one without bounds.
    package init(start: Int64? = nil, end: Int64? = nil, keyword: KeywordMatcher? = nil) {
        (self.start, self.end, self.keyword) = (start, end, keyword)
    }

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
