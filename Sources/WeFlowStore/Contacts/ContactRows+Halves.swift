import WeFlowPages
import WeFlowSystem

/// Reads contacts in two halves side by side: 5,000 of them are the longest that a list of chats or of people waits for.
/// Of the 40 million instructions that the list of 2,000 chats took one after another, 13 moved to another core.
extension ContactRows {
    /// A table of fewer leaves is read as it comes.
    private static let fewestLeaves = 64
    /// How many leaves are read at once.
    private static let leavesAtOnce = 32

    /// The rows of a table, in its order.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - columns: where its columns stand.
    ///   - snapshot: what is read.
    /// - Returns: nil where the table is small, and where anything of it cannot be read, which a cursor then says.
    static func inHalves(of table: TableSchema, _ columns: Columns, in snapshot: PageSnapshot) -> ContactRows? {
        guard let map = try? LeafMap(snapshot, root: table.root), map.count >= fewestLeaves else { return nil }
        @Sendable func read(_ leaves: Range<Int>) -> ContactRows? {
            let cache = PageCache(snapshot, pages: 4)
            let leafRows = LeafRows(cache, map, tally: nil, defaults: table.defaults)
            var (rows, isWhole) = (ContactRows(), true)
            rows.reserve(leaves.count * snapshot.pageSize)
            for start in stride(from: leaves.lowerBound, to: leaves.upperBound, by: leavesAtOnce) {
                let some = start..<Swift.min(start + leavesAtOnce, leaves.upperBound)
                do {
                    try leafRows.scan(some, where: { _ in true }) { _ in
                        rows.append(leafRows.record, columns)
                    } failed: { _ in
                        isWhole = false
                    }
                } catch {
                    // The database moved, which whoever reads it again is told.
                    return nil
                }
                guard isWhole else { return nil }
            }
            return rows
        }
        let half = map.count / 2
        let (second, first) = sideBySide({ read(half..<map.count) }, { read(0..<half) })
        guard var rows = first, let second else { return nil }
        rows.append(second)
        return rows
    }
}
