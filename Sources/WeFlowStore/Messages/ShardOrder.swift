package import WeFlowPages

/// The messages of many tables of one shard along the client's sequence, the highest first, out of the indexes on it: a few
/// bytes for each, and of most tables no more than the end. For one thread.
///
/// It is for readers who want the newest messages alone, and there is one only where the sequence can be taken for a time
/// (<doc:MessageShards#The-sequence-as-a-time>).
package final class ShardOrder {
    /// A message.
    package struct Entry: Sendable {
        /// What it is ordered by.
        package let sequence: Int64
        /// Its table, by its place in the shard.
        package let table: Int
        /// Its row.
        package let rowID: Int64
    }

    /// A table.
    private struct Source {
        let table: Int
        let root: UInt32
        /// Opened when the turn of its first entry comes.
        var cursor: IndexCursor?
        /// Entries that lie ready, the next one last.
        var ready: [(sequence: Int64, rowID: Int64)] = []
        /// The sequence of the next entry.
        var head: Int64
    }

    private let cache: PageCache
    /// A heap by `head`.
    private var sources: [Source] = []
    private var opened = 0
    /// Whether an index is damaged, so that there may be more than it gave.
    package private(set) var isDamaged = false
    /// More tables than these are not read side by side.
    private static let mostOpen = 1024

    /// Looks at the ends of the tables and of their indexes; nil where a sequence is no time, or an index is missing or
    /// damaged.
    ///
    /// - Parameters:
    ///   - slots: the tables, by their places in the shard.
    ///   - tables: the shard.
    ///   - slack: by how many seconds a message may be newer than its sequence says.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package init?(_ slots: [Int], of tables: ShardTables, slack: Int64) throws(PageFailure) {
        cache = PageCache(tables.snapshot, pages: 128)
        let roots = slots.map { tables.tables[$0].orderRoot }
        guard !roots.contains(0) else { return nil }
        let ends = TreeEnds(tables.snapshot, cache)
        var heads = [Int64?](repeating: nil, count: slots.count)
        var deep: [UInt32] = []
        // What is no number sorts before the least time or behind the last, so the ends tell of all that is between.
        let areTimes = try ends.leaves(of: roots, last: true) { place, page in
            guard page.kind == .indexLeaf else { return false }
            if page.count == 0 { return page.number == roots[place] }
            guard let end = ends.sequence(of: page.count - 1, on: page) else { return false }
            heads[place] = end
            if page.number != roots[place] {
                deep.append(roots[place])
                return true
            }
            return ends.sequence(of: 0, on: page) != nil
        }
        guard areTimes else { return nil }
        let areAllTimes = try ends.leaves(of: deep, last: false) { _, page in
            page.kind == .indexLeaf && page.count > 0 && ends.sequence(of: 0, on: page) != nil
        }
        guard areAllTimes else { return nil }
        // What was written last is the newest there is, unless it came late.
        let isNewest = try ends.leaves(of: slots.map { tables.tables[$0].root }, last: true) { place, page in
            let columns = tables.layouts[tables.tables[slots[place]].layout].columns
            guard page.kind == .tableLeaf else { return false }
            for cell in 0..<page.count {
                guard let payload = page.localPayload(cell), let time = Record.int(columns.createTime, of: payload),
                    let sequence = Record.int(columns.sortSeq, of: payload),
                    MessageRow.isTime(sequence), time <= MessageRow.time(of: sequence, slack: slack),
                    // The index would end before it if it lacked rows that were written last.
                    let end = heads[place], sequence <= end
                else { return false }
            }
            return true
        }
        guard isNewest else { return nil }
        for (place, head) in heads.enumerated() {
            guard let head else { continue }
            sources.append(Source(table: slots[place], root: roots[place], head: head))
        }
        sources.sort { $0.head > $1.head }
    }

    /// The sequence of the next message, nil behind the last.
    package var head: Int64? { sources.first?.head }

    /// The next message, nil behind the last, and where the index is damaged.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func next() throws(PageFailure) -> Entry? {
        guard !sources.isEmpty, !isDamaged else { return nil }
        if sources[0].cursor == nil { try refill() }
        guard !isDamaged, let (sequence, rowID) = sources[0].ready.popLast() else { return nil }
        let entry = Entry(sequence: sequence, table: sources[0].table, rowID: rowID)
        if sources[0].ready.isEmpty { try refill() }
        guard let head = sources[0].ready.last?.sequence else {
            sources.swapAt(0, sources.count - 1)
            sources.removeLast()
            sink()
            return entry
        }
        sources[0].head = head
        sink()
        return entry
    }

    /// Reads another page of the first source's index.
    private func refill() throws(PageFailure) {
        if sources[0].cursor == nil {
            opened += 1
            guard opened <= Self.mostOpen else {
                isDamaged = true
                return
            }
            sources[0].cursor = IndexCursor(cache, root: sources[0].root, direction: .backward)
        }
        guard let cursor = sources[0].cursor else { return }
        var before = sources[0].head
        var ready: [(sequence: Int64, rowID: Int64)] = []
        var isInOrder = true
        _ = try cursor.nextIntegers { sequence, rowID in
            isInOrder = isInOrder && sequence <= before
            before = sequence
            ready.append((sequence, rowID))
        }
        if !cursor.damage.isEmpty || !isInOrder { isDamaged = true }
        sources[0].ready = ready.reversed()
    }

    /// Moves the first source down to its place.
    private func sink() {
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < sources.count else { return }
            if child + 1 < sources.count, sources[child + 1].head > sources[child].head { child += 1 }
            guard sources[child].head > sources[place].head else { return }
            sources.swapAt(place, child)
            place = child
        }
    }
}

extension MessageRow {
    /// Whether a sequence can be a time in milliseconds: from 2001 to 2286.
    static func isTime(_ sequence: Int64) -> Bool { (1_000_000_000_000..<10_000_000_000_000).contains(sequence) }

    /// The latest second that a message with this sequence, or a lower one, can have.
    package static func time(of sequence: Int64, slack: Int64) -> Int64 { sequence / 1000 + slack }
}

/// The first or last leaves of many b-trees, read side by side.
private struct TreeEnds: ~Copyable {
    private let snapshot: PageSnapshot
    private let memory: PageMemory
    private let record: Record

    init(_ snapshot: PageSnapshot, _ cache: PageCache) {
        self.snapshot = snapshot
        record = Record(cache)
        memory = PageMemory(byteCount: ShardRows.pagesAtOnce * snapshot.pageSize)
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

    /// Reads the leaves.
    ///
    /// - Parameters:
    ///   - roots: where the b-trees begin.
    ///   - last: whether the last leaf of each is wanted.
    ///   - body: takes the place of a root and the leaf; false ends the reading.
    /// - Returns: false where `body` ended it, and where a page cannot be read.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func leaves(of roots: [UInt32], last: Bool, _ body: (Int, BTreePage) -> Bool) throws(PageFailure) -> Bool {
        var level = Array(roots.enumerated())
        for _ in 0..<BTreePath.deepest where !level.isEmpty {
            var below: [(offset: Int, element: UInt32)] = []
            var rest = level[...]
            while !rest.isEmpty {
                let some = rest.prefix(ShardRows.pagesAtOnce)
                rest = rest.dropFirst(ShardRows.pagesAtOnce)
                let pages = some.enumerated().map { place, page in
                    PageCipher.StoredPage(bytes: memory.start + place * snapshot.pageSize, number: page.element)
                }
                guard try snapshot.read(pages).isEmpty else { return false }
                for (place, end) in some.enumerated() {
                    do throws(PageFailure) {
                        let bytes = memory.start + place * snapshot.pageSize
                        let page = try BTreePage(end.element, at: bytes, of: snapshot)
                        if page.isLeaf {
                            guard body(end.offset, page) else { return false }
                        } else {
                            below.append((end.offset, try page.child(last ? page.count : 0)))
                        }
                    } catch {
                        return false
                    }
                }
            }
            level = below
        }
        return level.isEmpty
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
