/// The last rows of a walk.
struct Window {
    private var rows: [(id: Int64, sum: UInt64)] = []
    private var start: Int64

    /// - Parameter start: the row id behind which the walk begins.
    init(_ start: Int64) { self.start = start }

    mutating func add(_ id: Int64, _ sum: UInt64) {
        rows.append((id, sum))
        guard rows.count > 1024 else { return }
        start = rows[511].id
        rows.removeFirst(512)
    }

    /// The row id behind which the last rows are, at most so many, and their sum.
    func end(_ count: Int) -> (start: Int64, sum: UInt64) {
        let last = rows.suffix(count)
        let start = rows.count > last.count ? rows[rows.count - last.count - 1].id : self.start
        return (start, last.reduce(0) { $0 &+ $1.sum })
    }
}
