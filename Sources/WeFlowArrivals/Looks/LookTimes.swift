/// The times by which a look judges.
struct LookTimes: Sendable {
    /// When the journal began, Unix seconds.
    let createdAt: Int64
    /// When something was found last.
    let before: Int64
    /// Now.
    let now: Int64

    /// A message may be taken back for two minutes, and the server's clock is another.
    static let revocable: Int64 = 150
    /// What cannot be told from what was there before is given from so long before the journal on.
    static let doubtful: Int64 = 30 * 86_400

    /// Rows from this time on may have been turned into notices since the look before this one.
    var turnable: Int64 { before.saturating(minus: Self.revocable + 60) }
    /// A notice with an earlier time was there when the journal began.
    var noticeable: Int64 { createdAt.saturating(minus: Self.revocable) }
}

extension Int64 {
    /// The difference, the nearest number where that is out of range: what a store says is anything.
    func saturating(minus other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
