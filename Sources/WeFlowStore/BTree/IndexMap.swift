import Synchronization
import WeFlowPages
import WeFlowSystem

/// The leaves of an index on one integer column, and the entries between them, read from the pages above the leaves:
/// twenty bytes for each leaf.
///
/// Whoever asks for no order reads leaves here as they lie in the file, side by side, on two threads. Counting the members
/// of 1,000,000 messages took 118 ms of processor time by a walk from entry to entry, and takes 27.
struct IndexMap: Sendable {
    /// An entry that stands above the leaves.
    struct Entry: Sendable, Equatable, Comparable {
        /// The indexed value, 0 for NULL.
        let value: Int64
        /// The row.
        let rowID: Int64

        static func < (a: Entry, b: Entry) -> Bool { (a.value, a.rowID) < (b.value, b.rowID) }
    }

    /// The leaves in the order of their entries.
    let leaves: [UInt32]
    /// The entry behind each leaf but the last.
    let between: [Entry]
    private let snapshot: PageSnapshot

    /// How many leaves are read at once.
    private static let atOnce = 32

    /// What a thread has in the end.
    private enum Drained<Found: Sendable>: Sendable {
        /// Nil where a leaf cannot be read.
        case found(Found?)
        case moved(PageFailure)

        func get() throws(PageFailure) -> Found? {
            switch self {
            case .found(let found): return found
            case .moved(let failure): throw failure
            }
        }
    }

    /// Reads the pages above the leaves; nil where one of them is damaged, or holds an entry of another kind.
    ///
    /// - Parameters:
    ///   - snapshot: what is read.
    ///   - root: where the index's b-tree begins.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    init?(_ snapshot: PageSnapshot, root: UInt32) throws(PageFailure) {
        let cache = PageCache(snapshot, pages: 32)
        defer { withExtendedLifetime(cache) {} }
        let record = Record(cache)
        var (pages, entries): ([UInt32], [Entry]) = ([root], [])
        do throws(PageFailure) {
            for _ in 0..<BTreePath.deepest {
                // All leaves lie equally deep.
                let first = try BTreePage(pages[0], in: cache)
                guard first.kind == .indexInterior else {
                    guard first.kind == .indexLeaf, Set(pages).count == pages.count else { return nil }
                    (leaves, between, self.snapshot) = (pages, entries, snapshot)
                    return
                }
                cache.plan(pages)
                var (lowerPages, lowerEntries): ([UInt32], [Entry]) = ([], [])
                for (place, number) in pages.enumerated() {
                    let page = try BTreePage(number, in: cache)
                    guard page.kind == .indexInterior, lowerPages.count <= Int(snapshot.heldPages) else { return nil }
                    for cell in 0..<page.count {
                        lowerPages.append(try page.child(cell))
                        guard let entry = try Self.entry(cell, of: page, record),
                            lowerEntries.last.map({ $0 < entry }) ?? true
                        else { return nil }
                        lowerEntries.append(entry)
                    }
                    lowerPages.append(try page.child(page.count))
                    guard place < entries.count else { continue }
                    guard lowerEntries.last.map({ $0 < entries[place] }) ?? true else { return nil }
                    lowerEntries.append(entries[place])
                }
                (pages, entries) = (lowerPages, lowerEntries)
            }
        } catch {
            if error.reason == .moved { throw error }
        }
        return nil
    }

    /// An entry of a page above the leaves; nil where it is none of an integer and a row id.
    private static func entry(_ cell: Int, of page: BTreePage, _ record: Record) throws(PageFailure) -> Entry? {
        try record.load(page.payload(cell), page: page.number)
        guard record.columnCount == 2, case .integer(let rowID) = record.value(1) else { return nil }
        switch record.value(0) {
        case .integer(let value): return Entry(value: value, rowID: rowID)
        case .null: return Entry(value: 0, rowID: rowID)
        case .real, .text, .blob: return nil
        }
    }

    /// Reads leaves in no order, on two threads.
    ///
    /// - Parameters:
    ///   - places: which of `leaves`, each once.
    ///   - start: what each thread begins with.
    ///   - body: takes a leaf, its place and what its thread has so far; false ends the reading.
    /// - Returns: what each thread has in the end; nil where a leaf cannot be read, lies out of its order, or `body` said so.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    func read<Found: Sendable>(
        _ places: some Sequence<Int>, from start: Found,
        _ body: @Sendable (BTreePage, Int, inout Found) -> Bool
    ) throws(PageFailure) -> [Found]? {
        let order = places.sorted { leaves[$0] < leaves[$1] }
        let next = Atomic(0)
        @Sendable func drain() -> Drained<Found> {
            var found = start
            let room = min(Self.atOnce, order.count) * snapshot.pageSize
            let memory = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
            defer { memory.deallocate() }
            do throws(PageFailure) {
                while true {
                    let first = next.add(Self.atOnce, ordering: .relaxed).oldValue
                    guard first < order.count else { return .found(found) }
                    let some = order[first..<min(first + Self.atOnce, order.count)]
                    guard try read(some, into: memory, &found, body) else { return .found(nil) }
                }
            } catch {
                return .moved(error)
            }
        }
        guard order.count > Self.atOnce else { return try drain().get().map { [$0] } }
        let (one, other) = sideBySide({ drain() }, { drain() })
        guard let one = try one.get(), let other = try other.get() else { return nil }
        return [one, other]
    }

    /// Reads some leaves at once; false where one of them cannot be read.
    private func read<Found>(
        _ places: ArraySlice<Int>, into memory: UnsafeMutableRawPointer, _ found: inout Found,
        _ body: (BTreePage, Int, inout Found) -> Bool
    ) throws(PageFailure) -> Bool {
        let size = snapshot.pageSize
        do throws(PageFailure) {
            let reads = places.enumerated().map { index, place in
                PageCipher.StoredPage(bytes: memory + index * size, number: leaves[place])
            }
            guard try snapshot.read(reads).isEmpty else { return false }
            for (index, place) in places.enumerated() {
                let page = try BTreePage(leaves[place], at: memory + index * size, of: snapshot)
                guard page.kind == .indexLeaf, holds(page, place), body(page, place, &found) else { return false }
            }
        } catch {
            if error.reason == .moved { throw error }
            return false
        }
        return true
    }

    /// Whether the ends of a leaf lie between the entries on both sides of it: one of another time need not.
    private func holds(_ page: BTreePage, _ place: Int) -> Bool {
        guard page.count > 0 else { return leaves.count == 1 }
        guard let first = page.lastIntegers(0), let last = page.lastIntegers(page.count - 1) else { return false }
        let isBehind = place == 0 || between[place - 1] < Entry(value: first.value, rowID: first.rowID)
        let isBefore = place == between.count || Entry(value: last.value, rowID: last.rowID) < between[place]
        return isBehind && isBefore
    }
}
