import Synchronization
package import WeFlowPages
import WeFlowSystem

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

    private init(_ tables: ShardTables, _ sources: [Source]) {
        cache = PageCache(tables.snapshot, pages: 128)
        self.sources = sources.sorted { $0.head > $1.head }
    }

    /// Looks at the ends of tables and of their indexes; nil where a sequence is no time, or an index is missing or damaged.
    ///
    /// - Parameters:
    ///   - shards: the shards, and of each the tables, by their places in it.
    ///   - slack: by how many seconds a message may be newer than its sequence says.
    /// - Returns: one order a shard.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package static func open(
        _ shards: [(tables: ShardTables, slots: [Int])], slack: Int64
    ) throws(PageFailure) -> [ShardOrder]? {
        var units: [(shard: Int, slots: ArraySlice<Int>)] = []
        for (shard, content) in shards.enumerated() {
            guard content.slots.allSatisfy({ content.tables.tables[$0].orderRoot > 0 }) else { return nil }
            var rest = content.slots[...]
            while !rest.isEmpty {
                units.append((shard, rest.prefix(Self.atOnce)))
                rest = rest.dropFirst(Self.atOnce)
            }
        }
        let all = units
        let isOver = Atomic(false)
        let found = sideBySide(all.count) { place in
            Result { () throws(PageFailure) -> [End]? in
                // What one of them lacks, all of them lack.
                guard !isOver.load(ordering: .relaxed) else { return nil }
                let unit = all[place]
                let ends = try Self.ends(unit.slots, of: shards[unit.shard].tables, slack: slack)
                if ends == nil { isOver.store(true, ordering: .relaxed) }
                return ends
            }
        }
        var sources: [[Source]] = shards.map { _ in [] }
        for (unit, found) in zip(units, found) {
            guard let some = try found.get() else { return nil }
            sources[unit.shard] += some.map { end in
                let root = shards[unit.shard].tables.tables[end.table].orderRoot
                return Source(table: end.table, root: root, head: end.sequence)
            }
        }
        return zip(shards, sources).map { ShardOrder($0.tables, $1) }
    }

    /// So many tables are looked at by one thread before it takes others.
    private static let atOnce = 256

    /// The highest sequence of a table.
    private struct End: Sendable {
        let table: Int
        let sequence: Int64
    }

    /// The tables that have messages, with the highest sequence of each.
    private static func ends(
        _ slots: ArraySlice<Int>, of tables: ShardTables, slack: Int64
    ) throws(PageFailure) -> [End]? {
        let ends = TreeEnds(tables.snapshot)
        var heads: [Int: Int64] = [:]
        var latest: [Int: Int64] = [:]
        var trees: [TreeEnds.Tree] = []
        for slot in slots {
            let table = tables.tables[slot]
            trees.append(TreeEnds.Tree(slot: slot, part: .rows, page: table.root, isRoot: true))
            trees.append(TreeEnds.Tree(slot: slot, part: .index, page: table.orderRoot, isRoot: true))
        }
        let isRegular = try ends.leaves(of: trees) { tree, page in
            if tree.part == .rows {
                let columns = tables.layouts[tables.tables[tree.slot].layout].columns
                guard page.kind == .tableLeaf else { return false }
                latest[tree.slot] = ends.newest(on: page, columns, slack: slack)
                return latest[tree.slot] != nil
            }
            guard page.kind == .indexLeaf else { return false }
            if page.count == 0 { return tree.isRoot }
            // What is no number sorts before the least time or behind the last, so the ends tell of all that is between.
            if tree.part == .indexStart || tree.isRoot {
                guard ends.sequence(of: 0, on: page) != nil else { return false }
            }
            if tree.part == .indexStart { return true }
            heads[tree.slot] = ends.sequence(of: page.count - 1, on: page)
            return heads[tree.slot] != nil
        }
        guard isRegular else { return nil }
        // An index that lacks rows which were written last would end before them.
        for (slot, newest) in latest {
            guard newest == .min || newest <= heads[slot] ?? .min else { return nil }
        }
        return slots.compactMap { slot in heads[slot].map { End(table: slot, sequence: $0) } }
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
