package import WeFlowPages

/// Walks the rows of a table's b-tree by row id, or finds single rows.
///
/// A page that cannot be read costs the rows on it and no other: it is noted in `damage`, and the walk goes on behind it.
package final class TableCursor {
    /// The row the cursor stands on.
    package let record: Record
    /// The row id of the row the cursor stands on.
    package private(set) var rowID: Int64 = 0
    /// Pages that could not be read so far, each once.
    package var damage: [PageFailure] { path.damage }

    private let cache: PageCache
    private let root: UInt32
    private var path: BTreePath
    private var levels: Int?
    /// The leaf that the row which was sought last lies on, where there is such a row.
    private var sought: UInt32 = 0

    /// Whether every row will be asked for: then the leaves are read side by side from the first on.
    package var walksAll = false

    /// The row id of the last row of the walk; nil before the first.
    private var last: Int64?

    /// Makes a cursor before the first row of a table.
    package convenience init(_ cache: PageCache, of table: TableSchema) {
        self.init(cache, root: table.root, defaults: table.defaults)
    }

    /// Makes a cursor before the first row of the table whose b-tree begins at page `root`, for whoever asks for no
    /// column that may be younger than a row.
    package convenience init(_ cache: PageCache, root: UInt32) { self.init(cache, root: root, defaults: nil) }

    private init(_ cache: PageCache, root: UInt32, defaults: RowDefaults?) {
        self.cache = cache
        self.root = root
        record = Record(cache, defaults: defaults)
        path = BTreePath(snapshot: cache.snapshot)
        path.begin(root)
    }

    /// Goes on to the next row and takes it in.
    ///
    /// - Returns: false behind the last row.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func next() throws(PageFailure) -> Bool {
        while let step = path.last {
            guard let page = try path.note({ () throws(PageFailure) in try table(step.page) }),
                step.next < page.count + (page.isLeaf ? 0 : 1)
            else {
                path.leave()
                continue
            }
            path.advance(by: 1)
            if page.isLeaf {
                let row: Void? = try path.note { () throws(PageFailure) in try takeNext(step.next, of: page) }
                if row != nil { return true }
            } else if let child = try path.note({ () throws(PageFailure) in try page.child(step.next) }) {
                if !cache.holds(child), !cache.goesOn(with: child) {
                    cache.plan(page.children(from: step.next, direction: 1), isSure: walksAll)
                }
                try path.enter(child)
            }
        }
        return false
    }

    /// Goes on to the last row of the page that the cursor stands on.
    ///
    /// - Parameter body: takes each row; the record is valid during the call.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func restOfPage(_ body: (Int64, Record) -> Void) throws(PageFailure) {
        guard let step = path.last, let page = try path.note({ () throws(PageFailure) in try table(step.page) }),
            page.isLeaf, step.next < page.count
        else { return }
        path.advance(by: page.count - step.next)
        for cell in step.next..<page.count {
            let row: Void? = try path.note { () throws(PageFailure) in try takeNext(cell, of: page) }
            if row != nil { body(rowID, record) }
        }
    }

    /// Tells the cache which leaves hold these rows, so that they are read side by side when their turn comes.
    ///
    /// Only pages above the leaves are read; what cannot be read is left for `seek` to say.
    package func plan(_ ids: some Sequence<Int64>) {
        var leaves: [UInt32] = []
        do throws(PageFailure) {
            if levels == nil { levels = try height() }
            guard let levels, levels > 1 else { return }
            for id in ids {
                var number = root
                for _ in 1..<levels {
                    let page = try table(number)
                    guard !page.isLeaf else { return }
                    number = try page.child(page.firstIndex(notBelow: id))
                }
                if number != leaves.last { leaves.append(number) }
            }
        } catch {
            return
        }
        cache.plan(leaves)
    }

    /// Pages from the root to a leaf, both counted; all leaves of a b-tree lie equally deep.
    private func height() throws(PageFailure) -> Int {
        var number = root
        for level in 1...BTreePath.deepest {
            let page = try table(number)
            if page.isLeaf { return level }
            number = try page.child(0)
        }
        throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
    }

    /// Goes to the place before the first row whose id is above `id`.
    ///
    /// - Throws: `.moved`; a page that cannot be read is noted, and what lies behind it is walked.
    package func rewind(after id: Int64) throws(PageFailure) {
        path.begin(root)
        last = id
        while let step = path.last {
            guard let page = try path.note({ () throws(PageFailure) in try table(step.page) }),
                let index = try path.note({ () throws(PageFailure) in try page.firstIndex(notBelow: id) })
            else { return }
            if page.isLeaf {
                let found = index < page.count ? try path.note { () throws(PageFailure) in try page.rowID(index) } : nil
                path.advance(by: found == id ? index + 1 : index)
                return
            }
            path.advance(by: index + 1)
            guard let child = try path.note({ () throws(PageFailure) in try page.child(index) }) else { return }
            try path.enter(child)
        }
    }

    /// Finds a row and takes it in.
    ///
    /// - Returns: false where there is no such row.
    /// - Throws: why the pages on the way could not be read; they are not noted in `damage`.
    package func seek(_ id: Int64) throws(PageFailure) -> Bool {
        var number = root
        for _ in 0..<BTreePath.deepest {
            let page = try table(number)
            let index = try page.firstIndex(notBelow: id)
            if page.isLeaf {
                sought = number
                guard index < page.count, try page.rowID(index) == id else { return false }
                try take(index, of: page)
                return true
            }
            number = try page.child(index)
        }
        throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
    }

    /// Takes in a row that an index names.
    ///
    /// - Throws: `.rowMissing` where there is no such row; why the pages on the way could not be read. Neither is noted in
    ///   `damage`.
    package func load(_ id: Int64) throws(PageFailure) {
        guard try !seek(id) else { return }
        throw PageFailure(.rowMissing, database: cache.snapshot.database, page: sought)
    }

    /// The row id of the last row, nil where there is none.
    ///
    /// - Throws: why the pages on the way could not be read; they are not noted in `damage`.
    package func lastRowID() throws(PageFailure) -> Int64? {
        var number = root
        for _ in 0..<BTreePath.deepest {
            let page = try table(number)
            if page.isLeaf { return page.count > 0 ? try page.rowID(page.count - 1) : nil }
            number = try page.child(page.count)
        }
        throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
    }

    /// Takes in the next row of the walk. Ids only grow: a page that the tree names twice, or one of another time, would
    /// give rows twice.
    private func takeNext(_ index: Int, of page: BTreePage) throws(PageFailure) {
        let id = try page.rowID(index)
        if let last, id <= last { throw PageFailure(.damaged, database: cache.snapshot.database, page: page.number) }
        try take(index, of: page)
        last = id
    }

    private func take(_ index: Int, of page: BTreePage) throws(PageFailure) {
        rowID = try page.rowID(index)
        try record.load(page.payload(index), page: page.number)
    }

    /// A page that must belong to a table.
    private func table(_ number: UInt32) throws(PageFailure) -> BTreePage {
        let page = try BTreePage(number, in: cache)
        guard page.kind == .tableLeaf || page.kind == .tableInterior else {
            throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
        }
        return page
    }
}

extension BTreePage {
    /// The children of an interior page from `index` on, in either direction; fewer where the page is damaged.
    func children(from index: Int, direction: Int) -> [UInt32] {
        var children: [UInt32] = []
        var index = index
        while index >= 0, index <= count, children.count < 64, let child = try? child(index) {
            children.append(child)
            index += direction
        }
        return children
    }

    /// The first cell of a table page whose row id is not below `id`; the number of cells where there is none.
    func firstIndex(notBelow id: Int64) throws(PageFailure) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if try rowID(middle) < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
