import WeFlowPages

extension MessageTable {
    /// Leaves of the index that are looked at for the rows of the table's last leaf.
    private static let mostLeaves = 4

    /// Whether the index on the sequence lacks rows that were written last, so that it is of an earlier state than the
    /// table (<doc:MessageShards#The-order-of-messages>). What else it may lack is not looked for.
    ///
    /// - Parameters:
    ///   - cache: pages of the table's database.
    ///   - root: where the index begins.
    /// - Returns: false where pages are damaged, too: that is noticed where they are needed.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func lacksLatestRows(_ cache: PageCache, index root: UInt32) throws(PageFailure) -> Bool {
        let latest: [(sequence: Int64, rowID: Int64)]
        do throws(PageFailure) {
            latest = try latestRows(cache)
        } catch {
            if error.reason == .moved { throw error }
            return false
        }
        guard !latest.isEmpty else { return false }
        let cursor = IndexCursor(cache, root: root, direction: .backward)
        var named: Set<Int64> = []
        var lowest = Int64.max
        for _ in 0..<Self.mostLeaves where named.count < latest.count {
            let hasMore = try cursor.nextIntegers { sequence, rowID in
                lowest = sequence
                named.insert(rowID)
            }
            guard hasMore else {
                lowest = .min
                break
            }
        }
        for row in latest where !named.contains(row.rowID) {
            if row.sequence > lowest { return cursor.damage.isEmpty }
            // It was written late and lies farther back.
            let place = IndexCursor(cache, root: root, direction: .forward)
            try place.rewind { ($0.int(0), $0.int(1)) < (row.sequence, row.rowID) }
            let isNamed = try place.next() && place.record.int(0) == row.sequence && place.record.int(1) == row.rowID
            if !isNamed { return place.damage.isEmpty }
        }
        return false
    }

    /// The rows of the table's last leaf that have a sequence.
    private func latestRows(_ cache: PageCache) throws(PageFailure) -> [(sequence: Int64, rowID: Int64)] {
        var number = schema.root
        for _ in 0..<BTreePath.deepest {
            let page = try BTreePage(number, in: cache)
            guard page.isLeaf else {
                number = try page.child(page.count)
                continue
            }
            guard page.kind == .tableLeaf else { return [] }
            var rows: [(sequence: Int64, rowID: Int64)] = []
            for cell in 0..<page.count {
                let (rowID, payload) = try page.row(cell)
                if let sequence = Record.int(columns.sortSeq, of: payload.local), sequence != 0 {
                    rows.append((sequence, rowID))
                }
            }
            return rows
        }
        return []
    }
}
