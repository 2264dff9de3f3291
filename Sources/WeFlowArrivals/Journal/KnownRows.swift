/// The rows that a journal knows, by their sums: those that were there when it began, and what it found since.
struct KnownRows: Sendable {
    /// In ascending order.
    private let first: [UInt64]
    private var later: Set<UInt64> = []
    /// Whether nothing is missing. Else what is not among them may be known all the same.
    let isWhole: Bool
    /// Whether those that were notices already when the journal began are among them as such.
    let hasNotices: Bool

    /// - Parameters:
    ///   - first: sums in ascending order.
    ///   - isWhole: whether none is missing.
    ///   - hasNotices: whether notices are among them as such.
    init(_ first: [UInt64] = [], isWhole: Bool = true, hasNotices: Bool = true) {
        (self.first, self.isWhole, self.hasNotices) = (first, isWhole, hasNotices)
    }

    /// Takes in a sum.
    mutating func add(_ sum: UInt64) { later.insert(sum) }

    /// Whether a sum is known.
    func contains(_ sum: UInt64) -> Bool {
        if later.contains(sum) { return true }
        var (low, high) = (0, first.count)
        while low < high {
            let middle = (low + high) / 2
            if first[middle] < sum { low = middle + 1 } else { high = middle }
        }
        return low < first.count && first[low] == sum
    }

    /// All of them in ascending order, each once.
    var all: [UInt64] {
        guard !later.isEmpty else { return first }
        var sums: [UInt64] = []
        sums.reserveCapacity(first.count + later.count)
        var rest = first[...]
        for sum in later.sorted() {
            while let next = rest.first, next < sum {
                sums.append(next)
                rest.removeFirst()
            }
            if rest.first != sum { sums.append(sum) }
        }
        return sums + rest
    }
}
