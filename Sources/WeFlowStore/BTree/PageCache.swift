package import WeFlowPages

/// Plain pages of one snapshot, kept for one thread.
///
/// Four-way associative, so that the few pages of a path through a b-tree do not push each other out. A page that is
/// handed out stays where it is until the next page is asked for.
package final class PageCache {
    /// What is read.
    package let snapshot: PageSnapshot
    private let memory: UnsafeMutableRawPointer
    private let numbers: UnsafeMutablePointer<UInt32>
    private let victims: UnsafeMutablePointer<UInt8>
    private let sets: Int
    private static let ways = 4

    /// Makes a cache.
    ///
    /// - Parameters:
    ///   - snapshot: what is read.
    ///   - pages: how many pages are kept, a power of two from 4.
    package init(_ snapshot: PageSnapshot, pages: Int = 64) {
        self.snapshot = snapshot
        sets = max(1, pages / Self.ways)
        let count = sets * Self.ways
        memory = .allocate(byteCount: count * snapshot.pageSize, alignment: 64)
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0, count: count)
        victims = .allocate(capacity: sets)
        victims.initialize(repeating: 0, count: sets)
    }

    deinit {
        memory.deallocate()
        numbers.deallocate()
        victims.deallocate()
    }

    /// The page with this number, read where it is not kept.
    ///
    /// - Returns: `snapshot.pageSize` bytes, valid until the next call.
    package func page(_ number: UInt32) throws(PageFailure) -> UnsafeRawPointer {
        let set = Int(number) & (sets - 1)
        let first = set * Self.ways
        for slot in first..<(first + Self.ways) where numbers[slot] == number {
            return UnsafeRawPointer(memory + slot * snapshot.pageSize)
        }
        let slot = first + Int(victims[set])
        victims[set] = (victims[set] + 1) & UInt8(Self.ways - 1)
        numbers[slot] = 0
        let target = memory + slot * snapshot.pageSize
        try snapshot.read(number, into: target)
        numbers[slot] = number
        return UnsafeRawPointer(target)
    }
}
