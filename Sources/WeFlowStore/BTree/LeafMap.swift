package import WeFlowPages

/// Which leaf of a table holds which rows, read from the pages above the leaves: twelve bytes for each leaf.
///
/// Whoever reads most rows of a table finds their leaves here without walking down to each.
package struct LeafMap: Sendable {
    /// The highest row id that each leaf can hold, in order.
    private let last: [Int64]
    private let pages: [UInt32]

    /// Reads the pages above the leaves; nil where one of them is damaged, of which a cursor then says which.
    ///
    /// - Parameters:
    ///   - snapshot: what is read.
    ///   - root: where the table's b-tree begins.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package init?(_ snapshot: PageSnapshot, root: UInt32) throws(PageFailure) {
        let cache = PageCache(snapshot, pages: 32)
        defer { withExtendedLifetime(cache) {} }
        var (last, pages): ([Int64], [UInt32]) = ([.max], [root])
        do throws(PageFailure) {
            for _ in 0..<BTreePath.deepest {
                // All leaves lie equally deep.
                let first = try BTreePage(pages[0], in: cache)
                if first.isLeaf {
                    (self.last, self.pages) = (last, pages)
                    return
                }
                cache.plan(pages)
                var (lowerLast, lowerPages): ([Int64], [UInt32]) = ([], [])
                // Pages of one level hold about as many: lists that grow would lie in memory twice.
                let expected = min(pages.count * (first.count + 8), Int(snapshot.heldPages))
                lowerLast.reserveCapacity(expected)
                lowerPages.reserveCapacity(expected)
                for (bound, number) in zip(last, pages) {
                    let page = try BTreePage(number, in: cache)
                    guard page.kind == .tableInterior, lowerPages.count <= Int(snapshot.pageCount) else { return nil }
                    for cell in 0..<page.count {
                        let id = try page.rowID(cell)
                        guard lowerLast.last.map({ $0 < id }) ?? true, id <= bound else { return nil }
                        lowerLast.append(id)
                        lowerPages.append(try page.child(cell))
                    }
                    lowerLast.append(bound)
                    lowerPages.append(try page.child(page.count))
                }
                (last, pages) = (lowerLast, lowerPages)
            }
        } catch {
            if error.reason == .moved { throw error }
        }
        return nil
    }

    /// The leaf that holds a row, where the row exists.
    func page(at place: Int) -> UInt32 { pages[place] }

    /// Whether a row can lie on the leaf at a place.
    @inline(__always)
    func admits(_ id: Int64, at place: Int) -> Bool { id <= last[place] && (place == 0 || id > last[place - 1]) }

    /// The place of the leaf that holds a row, where the row exists.
    ///
    /// - Parameters:
    ///   - id: the row.
    ///   - near: the place of another row's leaf, at which the search begins.
    /// - Returns: a place below `count`.
    @inline(__always)
    func place(of id: Int64, near: Int) -> Int {
        last.withUnsafeBufferPointer { last in
            if id <= last[near] {
                if near == 0 || last[near - 1] < id { return near }
            } else if id <= last[near + 1] {
                return near + 1
            }
            var (low, high) = (0, last.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if last[middle] < id { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// How many leaves there are.
    package var count: Int { pages.count }
}
