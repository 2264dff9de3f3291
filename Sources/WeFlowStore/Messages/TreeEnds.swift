import WeFlowPages

/// The first and last leaves of many b-trees, read side by side. For one thread.
///
/// The client makes the indexes of a table right behind it, so both begin on pages that are next to each other: read
/// together, the ends of 5,000 tables take two thirds of the calls that they take one kind after the other.
struct TreeEnds: ~Copyable {
    /// Which leaf is wanted.
    enum Part {
        /// The last one of a table.
        case rows
        /// The last one of an index, and where it has several the first as well.
        case index
        /// The first one of an index.
        case indexStart
    }

    /// A page on the way from a root to a leaf.
    struct Tree {
        /// Whose it is.
        let slot: Int
        /// Where it leads.
        let part: Part
        let page: UInt32
        let isRoot: Bool
    }

    private let snapshot: PageSnapshot
    private let memory: PageMemory
    private let record: Record

    init(_ snapshot: PageSnapshot) {
        self.snapshot = snapshot
        record = Record(PageCache(snapshot, pages: 4))
        memory = PageMemory(byteCount: ShardRows.pagesAtOnce * snapshot.pageSize)
    }

    /// Reads the leaves.
    ///
    /// - Parameters:
    ///   - trees: where the b-trees begin.
    ///   - body: takes a leaf and which one it is; false ends the reading.
    /// - Returns: false where `body` ended it, and where a page cannot be read.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func leaves(of trees: [Tree], _ body: (Tree, BTreePage) -> Bool) throws(PageFailure) -> Bool {
        var level = trees
        for _ in 0..<BTreePath.deepest where !level.isEmpty {
            var below: [Tree] = []
            var rest = level[...]
            while !rest.isEmpty {
                let some = rest.prefix(ShardRows.pagesAtOnce)
                rest = rest.dropFirst(ShardRows.pagesAtOnce)
                guard try read(some, &below, body) else { return false }
            }
            level = below
        }
        return level.isEmpty
    }

    private func read(
        _ trees: ArraySlice<Tree>, _ below: inout [Tree], _ body: (Tree, BTreePage) -> Bool
    ) throws(PageFailure) -> Bool {
        let pages = trees.enumerated().map { place, tree in
            PageCipher.StoredPage(bytes: memory.start + place * snapshot.pageSize, number: tree.page)
        }
        guard try snapshot.read(pages).isEmpty else { return false }
        for (tree, stored) in zip(trees, pages) {
            do throws(PageFailure) {
                let page = try BTreePage(tree.page, at: stored.bytes, of: snapshot)
                guard !page.isLeaf else {
                    guard body(tree, page) else { return false }
                    continue
                }
                let (first, last) = (try page.child(0), try page.child(page.count))
                func enter(_ part: Part, _ child: UInt32) {
                    below.append(Tree(slot: tree.slot, part: part, page: child, isRoot: false))
                }
                enter(tree.part, tree.part == .indexStart ? first : last)
                if tree.part == .index, tree.isRoot { enter(.indexStart, first) }
            } catch {
                return false
            }
        }
        return true
    }

    /// The sequence of an entry on a leaf of an index, nil where it is no time.
    func sequence(of cell: Int, on page: BTreePage) -> Int64? {
        do throws(PageFailure) {
            try record.load(page.payload(cell), page: page.number)
        } catch {
            return nil
        }
        guard case .integer(let sequence) = record.value(0), MessageRow.isTime(sequence) else { return nil }
        return sequence
    }

    /// The highest sequence on a table's leaf, the least of all on an empty one; nil where a row is newer than its sequence:
    /// what was written last is the newest there is, unless it came late.
    func newest(on page: BTreePage, _ columns: MessageColumns, slack: Int64) -> Int64? {
        var newest = Int64.min
        for cell in 0..<page.count {
            guard let payload = page.localPayload(cell), let time = Record.int(columns.createTime, of: payload),
                let sequence = Record.int(columns.sortSeq, of: payload),
                MessageRow.isTime(sequence), time <= MessageRow.time(of: sequence, slack: slack)
            else { return nil }
            newest = max(newest, sequence)
        }
        return newest
    }
}

extension BTreePage {
    /// What lies on a table's leaf of a cell's payload; nil where it cannot be told.
    fileprivate func localPayload(_ cell: Int) -> UnsafeRawBufferPointer? {
        do throws(PageFailure) {
            return try row(cell).payload.local
        } catch {
            return nil
        }
    }
}
