package import WeFlowPages

/// Walks the entries of an index in its order, or against it.
///
/// A page that cannot be read is noted in `damage`; its entries are then missing from the walk.
package final class IndexCursor {
    /// The way through the index.
    package enum Direction: Sendable {
        case forward, backward
    }

    /// The entry the cursor stands on: the indexed columns, then the row id.
    package let record: Record
    /// Pages that could not be read so far, each once.
    package var damage: [PageFailure] { path.damage }

    private let cache: PageCache
    private let root: UInt32
    private let direction: Direction
    private var path: BTreePath

    /// Makes a cursor before the first entry, in its direction, of the index whose b-tree begins at page `root`.
    package init(_ cache: PageCache, root: UInt32, direction: Direction) {
        self.cache = cache
        self.root = root
        self.direction = direction
        record = Record(cache)
        path = BTreePath(snapshot: cache.snapshot)
        path.begin(root)
    }

    /// Goes on to the next entry and takes it in.
    ///
    /// - Returns: false behind the last entry.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func next() throws(PageFailure) -> Bool {
        while let step = path.last {
            guard let page = try path.note({ () throws(PageFailure) in try index(step.page) }) else {
                path.leave()
                continue
            }
            // On an interior page children and cells take turns: even numbers are children, odd ones cells.
            let size = page.isLeaf ? page.count : 2 * page.count + 1
            guard step.next < size else {
                path.leave()
                continue
            }
            path.advance(by: 1)
            let place = direction == .forward ? step.next : size - 1 - step.next
            if page.isLeaf || place & 1 == 1 {
                let cell = page.isLeaf ? place : place / 2
                let entry: Void? = try path.note { () throws(PageFailure) in
                    try record.load(page.payload(cell), page: page.number)
                }
                if entry != nil { return true }
            } else if let child = try path.note({ () throws(PageFailure) in try page.child(place / 2) }) {
                if !cache.holds(child), !cache.goesOn(with: child) {
                    let children = page.children(from: place / 2, direction: direction == .forward ? 1 : -1)
                    cache.plan(children, isSure: false)
                }
                try path.enter(child)
            }
        }
        return false
    }

    /// Goes on to the next entry of an index on one integer column, and on to the last one of its page.
    ///
    /// - Parameter body: takes of each entry the indexed value, 0 for NULL, and the row id.
    /// - Returns: false behind the last entry.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func nextIntegers(_ body: (Int64, Int64) -> Void) throws(PageFailure) -> Bool {
        guard try next() else { return false }
        body(record.int(0), record.int(1))
        try restOfLeaf(body)
        return true
    }

    /// Goes on to the last entry of the leaf that the cursor stands on, in an index on one integer column; to one before
    /// it where an entry is not to be had at once.
    ///
    /// - Parameter body: takes of each entry the indexed value, 0 for NULL, and the row id.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func restOfLeaf(_ body: (Int64, Int64) -> Void) throws(PageFailure) {
        guard let step = path.last, let page = try path.note({ () throws(PageFailure) in try index(step.page) }),
            page.isLeaf
        else { return }
        var taken = 0
        while step.next + taken < page.count {
            let place = step.next + taken
            guard let entry = page.integers(direction == .forward ? place : page.count - 1 - place) else { break }
            body(entry.value, entry.rowID)
            taken += 1
        }
        path.advance(by: taken)
    }

    /// What is left of a leaf: how many entries, and of the last two the indexed values.
    package struct LeafRest: Equatable {
        /// How many entries follow on the leaf, two or more.
        package let count: Int
        /// The value of the last but one.
        package let beforeLast: Int64
        /// The value of the last one.
        package let last: Int64
        /// The row id of the last one.
        package let lastRow: Int64
    }

    /// Looks at what follows on the leaf that the cursor stands on, in an index on one integer column; `record` is then
    /// its last entry.
    ///
    /// - Returns: nil where fewer than two entries follow, or one of the last two cannot be read.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func leafRest() throws(PageFailure) -> LeafRest? {
        guard let step = path.last, let page = try path.note({ () throws(PageFailure) in try index(step.page) }),
            page.isLeaf, step.next + 2 <= page.count
        else { return nil }
        let (last, beforeLast) = direction == .forward ? (page.count - 1, page.count - 2) : (0, 1)
        do throws(PageFailure) {
            try record.load(page.payload(beforeLast), page: page.number)
            let value = record.int(0)
            try record.load(page.payload(last), page: page.number)
            return LeafRest(
                count: page.count - step.next, beforeLast: value, last: record.int(0), lastRow: record.int(1))
        } catch {
            if error.reason == .moved { throw error }
            return nil
        }
    }

    /// Passes over what follows on the leaf that the cursor stands on.
    package func pass(_ rest: LeafRest) {
        path.advance(by: rest.count)
    }

    /// Goes to the place before the first entry that is not below what is sought; for cursors that go forward.
    ///
    /// - Parameter isBelow: whether an entry sorts before what is sought.
    /// - Throws: `.moved`; a page that cannot be read is noted, and what lies behind it is walked.
    package func rewind(toFirstNot isBelow: (Record) -> Bool) throws(PageFailure) {
        try split(isBelow)
    }

    /// Goes to the place behind an entry, in the cursor's direction, in an index on one integer column.
    ///
    /// - Throws: `.moved`; a page that cannot be read is noted, and what lies behind it is walked.
    func rewind(behind entry: IndexMap.Entry) throws(PageFailure) {
        let isForward = direction == .forward
        try split { record in
            let here = IndexMap.Entry(value: record.int(0), rowID: record.int(1))
            return isForward ? here <= entry : here < entry
        }
    }

    /// Goes to the place between the entries that are below something and those that are not.
    private func split(_ isBelow: (Record) -> Bool) throws(PageFailure) {
        path.begin(root)
        while let step = path.last {
            guard let page = try path.note({ () throws(PageFailure) in try index(step.page) }) else { return }
            var low = 0
            var high = page.count
            while low < high {
                let middle = (low + high) / 2
                let below = try path.note { () throws(PageFailure) in
                    try record.load(page.payload(middle), page: page.number)
                    return isBelow(record)
                }
                if below == true { low = middle + 1 } else { high = middle }
            }
            guard !page.isLeaf else {
                path.advance(by: direction == .forward ? low : page.count - low)
                return
            }
            // What follows the child: the cell behind it, or on the way back the one before it.
            path.advance(by: direction == .forward ? 2 * low + 1 : 2 * (page.count - low) + 1)
            guard let child = try path.note({ () throws(PageFailure) in try page.child(low) }) else { return }
            try path.enter(child)
        }
    }

    /// A page that must belong to an index.
    private func index(_ number: UInt32) throws(PageFailure) -> BTreePage {
        let page = try BTreePage(number, in: cache)
        guard page.kind == .indexLeaf || page.kind == .indexInterior else {
            throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
        }
        return page
    }
}
