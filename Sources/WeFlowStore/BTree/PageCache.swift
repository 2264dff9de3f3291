package import WeFlowPages

/// Plain pages of one snapshot, kept for one thread.
///
/// Four-way associative, so that the few pages of a path through a b-tree do not push each other out. A page that is
/// handed out stays where it is until the next page is asked for.
package final class PageCache {
    /// What is read.
    package let snapshot: PageSnapshot
    private let memory: PageMemory
    private let numbers: UnsafeMutablePointer<UInt32>
    private let victims: UnsafeMutablePointer<UInt8>
    private let sets: Int
    private var planned: [UInt32] = []
    private var plannedNext = 0
    private static let ways = 4
    /// How many planned pages are read at once in the end: two rounds of the widest vector lanes.
    private static let mostAhead = 16
    /// How many of them are read at once next, where it is not known that all will be asked for. It begins small and grows
    /// with every round that goes on with a plan, since who looks for one row goes down and asks for one page of each, and
    /// who walks a table for all of them. A page of 100 messages out of 1,000,000 read 217 pages when each step down made it
    /// grow, and reads 142.
    private var ahead = 2
    private var isSure = true

    /// Makes a cache.
    ///
    /// - Parameters:
    ///   - snapshot: what is read.
    ///   - pages: how many pages are kept, a power of two from 4.
    package init(_ snapshot: PageSnapshot, pages: Int = 64) {
        self.snapshot = snapshot
        sets = max(1, pages / Self.ways)
        let count = sets * Self.ways
        memory = PageMemory(byteCount: count * snapshot.pageSize)
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0, count: count)
        victims = .allocate(capacity: sets)
        victims.initialize(repeating: 0, count: sets)
    }

    deinit {
        numbers.deallocate()
        victims.deallocate()
    }

    /// The page with this number, read where it is not kept, together with those that the plan names next.
    ///
    /// - Returns: `snapshot.pageSize` bytes, valid until the next call while the cache lives: for those who keep it, or
    ///   were handed it.
    func page(_ number: UInt32) throws(PageFailure) -> UnsafeRawPointer {
        if let slot = slot(of: number) { return UnsafeRawPointer(memory.start + slot * snapshot.pageSize) }
        try readPlanned(number)
        if let slot = slot(of: number) { return UnsafeRawPointer(memory.start + slot * snapshot.pageSize) }
        let slot = freeSlot(for: number)
        let target = memory.start + slot * snapshot.pageSize
        try snapshot.read(number, into: target)
        numbers[slot] = number
        return UnsafeRawPointer(target)
    }

    /// Says which pages will be asked for next, in this order. When the first of them is, it is read together with the
    /// following ones: pages that are verified side by side cost a third.
    ///
    /// - Parameters:
    ///   - pages: the pages.
    ///   - isSure: whether all of them will be; not where a walk may end at any of them.
    package func plan(_ pages: [UInt32], isSure: Bool = true) {
        planned = pages
        plannedNext = 0
        self.isSure = isSure
    }

    /// Whether the plan names this page next: who goes on with a plan needs no other, and reads more and more at once. (With
    /// a plan of its own for every step, a walk read two pages at a time, in lanes that were a quarter full: the list of
    /// 2,000 sessions took 7.1 ms and 186 calls of the system, and takes 6.0 and 43.)
    package func goesOn(with number: UInt32) -> Bool { plannedNext < planned.count && planned[plannedNext] == number }

    /// Whether a page is kept.
    package func holds(_ number: UInt32) -> Bool { slot(of: number) != nil }

    @inline(__always)
    private func slot(of number: UInt32) -> Int? {
        let first = (Int(number) & (sets - 1)) * Self.ways
        for slot in first..<(first + Self.ways) where numbers[slot] == number { return slot }
        return nil
    }

    /// Empties the place that comes next in the page's set.
    private func freeSlot(for number: UInt32) -> Int {
        let set = Int(number) & (sets - 1)
        let slot = set * Self.ways + Int(victims[set])
        victims[set] = (victims[set] + 1) & UInt8(Self.ways - 1)
        numbers[slot] = 0
        return slot
    }

    /// Reads the planned pages from `number` on, at most `ahead`; those that fail are left to be asked for.
    private func readPlanned(_ number: UInt32) throws(PageFailure) {
        guard plannedNext < planned.count,
            let found = planned[plannedNext...].prefix(Self.mostAhead).firstIndex(of: number)
        else { return }
        var reads: [PageCipher.StoredPage] = []
        var taken: [Int] = []
        if !isSure, found > 0 { ahead = min(2 * ahead, Self.mostAhead) }
        // A walk comes back to the pages above these: half of the cache is left to them.
        let count = isSure ? Self.mostAhead : min(ahead, max(1, sets * Self.ways / 2))
        for next in planned[found...].prefix(count) where slot(of: next) == nil {
            let slot = freeSlot(for: next)
            // A set that is full of pages of this very read takes no more of them.
            guard !taken.contains(slot) else { continue }
            taken.append(slot)
            reads.append(PageCipher.StoredPage(bytes: memory.start + slot * snapshot.pageSize, number: next))
        }
        plannedNext = min(found + count, planned.count)
        guard reads.count > 1 else { return }
        let failed = try snapshot.read(reads)
        for (place, slot) in taken.enumerated() where !failed.contains(place) { numbers[slot] = reads[place].number }
    }
}
