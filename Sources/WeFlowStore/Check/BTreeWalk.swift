package import WeFlowPages

/// Walks every page of a b-tree, to count what is in it or to learn which pages belong to it.
///
/// A page that cannot be read is noted in `damage`, and the walk goes on beside it.
package struct BTreeWalk {
    /// Rows of a table, or entries of an index, on the pages that could be read.
    package private(set) var count: UInt64 = 0
    /// Pages that could not be read, each once.
    package var damage: [PageFailure] { path.damage }
    private var path: BTreePath

    /// Walks the b-tree that begins at page `root`, but not the long values that go on elsewhere.
    ///
    /// - Parameters:
    ///   - root: its first page.
    ///   - cache: the pages.
    ///   - visit: takes the number of every page of the tree before it is read, and says whether to read it.
    /// - Throws: `.moved` where the database changed.
    package init(_ root: UInt32, in cache: PageCache, visit: (UInt32) -> Bool) throws(PageFailure) {
        try self.init(root, in: cache, followsValues: false, visit: visit) { _, _ in }
    }

    /// Walks the b-tree that begins at page `root`.
    ///
    /// - Parameters:
    ///   - root: its first page.
    ///   - cache: the pages.
    ///   - visit: takes the number of every page of the tree before it is read, and says whether to read it.
    ///   - overflow: takes the first page of a value that goes on elsewhere, and how many pages it takes there.
    /// - Throws: `.moved` where the database changed.
    package init(
        _ root: UInt32, in cache: PageCache, visit: (UInt32) -> Bool,
        overflow: (_ first: UInt32, _ pages: Int) throws(PageFailure) -> Void
    ) throws(PageFailure) {
        try self.init(root, in: cache, followsValues: true, visit: visit, overflow: overflow)
    }

    private init(
        _ root: UInt32, in cache: PageCache, followsValues: Bool, visit: (UInt32) -> Bool,
        overflow: (_ first: UInt32, _ pages: Int) throws(PageFailure) -> Void
    ) throws(PageFailure) {
        path = BTreePath(snapshot: cache.snapshot)
        guard visit(root) else { return }
        path.begin(root)
        while let step = path.last {
            guard let page = try path.note({ () throws(PageFailure) in try BTreePage(step.page, in: cache) }) else {
                path.leave()
                continue
            }
            if step.next == 0 {
                // The entries on the way to the leaves of an index are entries too; those of a table are only signs.
                if page.kind != .tableInterior {
                    count += UInt64(page.count)
                    if followsValues { try follow(page, cache, overflow) }
                }
            }
            guard !page.isLeaf, step.next <= page.count else {
                path.leave()
                continue
            }
            path.advance(by: 1)
            if let child = try path.note({ () throws(PageFailure) in try page.child(step.next) }), visit(child) {
                try path.enter(child)
            }
        }
    }

    private mutating func follow(
        _ page: BTreePage, _ cache: PageCache, _ overflow: (UInt32, Int) throws(PageFailure) -> Void
    ) throws(PageFailure) {
        let room = cache.snapshot.usableSize - 4
        // Following a chain reads other pages, after which this one may be gone from the cache.
        var chains: [(first: UInt32, pages: Int)] = []
        for index in 0..<page.count {
            guard let payload = try path.note({ () throws(PageFailure) in try page.payload(index) }),
                payload.overflow != 0
            else { continue }
            chains.append((payload.overflow, (payload.total - payload.local.count + room - 1) / room))
        }
        for chain in chains {
            try path.note { () throws(PageFailure) in try overflow(chain.first, chain.pages) }
        }
    }
}
