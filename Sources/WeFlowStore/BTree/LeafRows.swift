import WeFlowPages

/// Many rows of one table at a time, found through the table's leaf map. For one thread.
///
/// The leaves of a batch are verified side by side and stay until the next batch; those that it needs as well are kept.
final class LeafRows {
    /// The row that `load` took in.
    let record: Record

    private let snapshot: PageSnapshot
    private let map: LeafMap
    private let tally: LeafTally?
    private var memory: PageMemory
    private var leaves: UnsafeMutablePointer<Leaf>
    private var capacity = 0
    private var used = 0
    /// The slot of each leaf by its place in the map, -1 where it has none.
    private var slots: [Int32]
    private var batch = 0
    private var rows: [Row] = []
    private var place = 0

    /// Where a leaf lies, and what is known of it.
    private struct Leaf {
        /// Nil where it could not be read.
        var page: BTreePage?
        /// In the map; -1 where there is none.
        var place: Int
        /// The last batch that needed it.
        var batch: Int
        /// The row id of the first cell; ids mostly follow each other without a gap.
        var first: Int64
    }

    /// A planned row, and the slot of its leaf.
    private struct Row {
        let id: Int64
        let slot: Int
    }

    /// Makes a reader of `snapshot` for the table that `map` describes.
    init(_ cache: PageCache, _ map: LeafMap, tally: LeafTally?, defaults: RowDefaults?) {
        snapshot = cache.snapshot
        self.map = map
        self.tally = tally
        slots = Array(repeating: -1, count: map.count)
        record = Record(cache, defaults: defaults)
        memory = PageMemory(byteCount: 0)
        leaves = .allocate(capacity: 0)
    }

    deinit {
        leaves.deallocate()
    }

    /// Bytes that are kept for leaves.
    var keptSize: Int { capacity * snapshot.pageSize }

    /// Says which rows come next, and reads their leaves.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    func plan(_ ids: [Int64]) throws(PageFailure) {
        batch += 1
        rows.removeAll(keepingCapacity: true)
        rows.reserveCapacity(ids.count)
        // Which leaves are needed is known first, so that room can be made for those that are not there yet.
        var needed: [Int] = []
        var seen = (place: -1, slot: 0)
        for id in ids {
            place = map.place(of: id, near: place)
            if place != seen.place {
                let slot = Int(slots[place])
                if slot >= 0 {
                    seen = (place, slot)
                    if slot < capacity { leaves[slot].batch = batch }
                } else {
                    // Slots behind the last one stand for leaves that are still to be read, in this order.
                    seen = (place, capacity + needed.count)
                    slots[place] = Int32(seen.slot)
                    needed.append(place)
                }
            }
            rows.append(Row(id: id, slot: seen.slot))
        }
        guard !needed.isEmpty else { return }
        let given = try read(needed)
        for place in rows.indices where rows[place].slot >= given.first {
            rows[place] = Row(id: rows[place].id, slot: given.slots[rows[place].slot - given.first])
        }
    }

    /// Reads leaves into slots that the batch does not need.
    ///
    /// - Parameter needed: their places in the map.
    /// - Returns: the number that stood for the first of them so far, and the slots that they have now.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    private func read(_ needed: [Int]) throws(PageFailure) -> (first: Int, slots: [Int]) {
        let first = capacity
        var free: [Int] = []
        for slot in 0..<used where leaves[slot].batch != batch && free.count < needed.count { free.append(slot) }
        if free.count < needed.count {
            grow(to: used + needed.count - free.count)
            while free.count < needed.count {
                leaves[used] = Leaf(page: nil, place: -1, batch: batch, first: 0)
                free.append(used)
                used += 1
            }
        }
        var reads: [PageCipher.StoredPage] = []
        reads.reserveCapacity(needed.count)
        for (place, slot) in zip(needed, free) {
            if leaves[slot].place >= 0 { slots[leaves[slot].place] = -1 }
            leaves[slot] = Leaf(page: nil, place: -1, batch: batch, first: 0)
            slots[place] = -1
            reads.append(
                PageCipher.StoredPage(bytes: memory.start + slot * snapshot.pageSize, number: map.page(at: place)))
        }
        let failed = try snapshot.read(reads)
        var counts: [(place: Int, rows: Int)] = []
        counts.reserveCapacity(needed.count)
        for (index, slot) in free.enumerated() {
            let place = needed[index]
            // A leaf that is damaged has no view; its rows are looked for the slow way, which says why.
            guard !failed.contains(index),
                let page = try? BTreePage(
                    map.page(at: place), at: memory.start + slot * snapshot.pageSize, of: snapshot),
                page.kind == .tableLeaf
            else { continue }
            let firstRow = page.count > 0 ? try page.rowID(0) : 0
            leaves[slot] = Leaf(page: page, place: place, batch: batch, first: firstRow)
            slots[place] = Int32(slot)
            counts.append((place, page.count))
        }
        tally?.add(counts)
        return (first, free)
    }

    /// Takes in the rows of some leaves, one after another.
    ///
    /// - Parameters:
    ///   - places: the leaves' places in the map.
    ///   - admits: whether a row is wanted, as far as its payload says on the page.
    ///   - body: called for each row, which `record` then holds.
    ///   - failed: takes each page that cannot be read, and each that holds a row that cannot be taken in.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock; what `body` throws.
    func scan(
        _ places: Range<Int>, where admits: (UnsafeRawBufferPointer) -> Bool, _ body: (Int64) throws -> Void,
        failed: (PageFailure) -> Void
    ) throws {
        batch += 1
        rows.removeAll(keepingCapacity: true)
        for place in places { slots[place] = -1 }
        let given: [Int]
        do throws(PageFailure) {
            given = try read(Array(places)).slots
        } catch {
            throw error.error
        }
        for (place, slot) in zip(places, given) {
            let number = map.page(at: place)
            guard let page = leaves[slot].page else {
                if let failure = failure(of: number) { failed(failure) }
                continue
            }
            var before: Int64?
            for cell in 0..<page.count {
                let id: Int64
                do throws(PageFailure) {
                    let row = try page.row(cell)
                    // A leaf that the tree names twice, or one of another time, would give rows twice.
                    guard map.admits(row.id, at: place), before.map({ $0 < row.id }) ?? true else {
                        throw PageFailure(.damaged, database: snapshot.database, page: number)
                    }
                    before = row.id
                    guard admits(row.payload.local) else { continue }
                    try record.load(row.payload, page: number)
                    id = row.id
                } catch {
                    if error.reason == .moved { throw error.error }
                    failed(error)
                    continue
                }
                try body(id)
            }
        }
    }

    /// Why a page is no leaf that can be read.
    private func failure(of number: UInt32) -> PageFailure? {
        let room = UnsafeMutableRawPointer.allocate(byteCount: snapshot.pageSize, alignment: 16)
        defer { room.deallocate() }
        do throws(PageFailure) {
            try snapshot.read(number, into: room)
            let page = try BTreePage(number, at: room, of: snapshot)
            return page.kind == .tableLeaf
                ? nil : PageFailure(.damaged, database: snapshot.database, page: number)
        } catch {
            return error
        }
    }

    private func grow(to count: Int) {
        guard count > capacity else { return }
        let larger = max(count, capacity * 2, 32)
        let (size, moved) = (snapshot.pageSize, UnsafeMutablePointer<Leaf>.allocate(capacity: larger))
        let pages = PageMemory(byteCount: larger * size)
        pages.start.copyMemory(from: memory.start, byteCount: used * size)
        for slot in 0..<used {
            var leaf = leaves[slot]
            leaf.page?.base = UnsafeRawPointer(pages.start + slot * size)
            (moved + slot).initialize(to: leaf)
        }
        leaves.deallocate()
        memory = pages
        (leaves, capacity) = (moved, larger)
    }

    /// Takes a planned row in.
    ///
    /// - Parameter place: the row's place in the plan.
    /// - Returns: the row's id; nil where its leaf cannot be read or does not hold it, which a cursor must look into.
    /// - Throws: `.damaged` where a cell of the leaf leads nowhere.
    func load(_ place: Int) throws(PageFailure) -> Int64? {
        let row = rows[place]
        let leaf = leaves + row.slot
        guard let page = leaf.pointee.page else { return nil }
        let guess = row.id &- leaf.pointee.first
        if 0..<Int64(page.count) ~= guess,
            let payload = try page.payload(Int(truncatingIfNeeded: guess), of: row.id)
        {
            try record.load(payload, page: page.number)
            return row.id
        }
        let cell = try page.firstIndex(notBelow: row.id)
        guard cell < page.count, let payload = try page.payload(cell, of: row.id) else { return nil }
        try record.load(payload, page: page.number)
        return row.id
    }
}
