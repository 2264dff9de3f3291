package import WeFlowPages

/// Rows of many tables of one shard, read as they lie: page by page, those of several tables side by side, or one by one.
/// For one thread.
///
/// A table costs no more than its pages: there is no cursor, no cache and no buffer that is one table's own.
package final class ShardRows {
    /// A page of a table's tree that is still to be read, and which rows may lie on it or below it.
    package struct Place: Sendable {
        /// The table, by its place in the shard.
        package let table: Int32
        let depth: Int32
        let page: UInt32
        /// Row ids lie above the one and up to the other.
        let after: Int64
        let last: Int64
    }

    /// How many pages are read at once.
    package static let pagesAtOnce = 64

    /// What is read.
    package let tables: ShardTables
    private let cache: PageCache
    private let record: Record
    private let senders: SenderNames
    private let memory: PageMemory
    /// How deep the trees are of which single rows were asked for.
    private var levels: [Int: Int] = [:]
    /// Whether the rest of a long row is read; without it, its last texts are missing.
    package var readsLongRows: Bool {
        get { record.readsOverflow }
        set { record.readsOverflow = newValue }
    }
    /// What is asked of rows before they are taken in.
    package var asked = Asked.nothing
    /// Where the first columns of a row lie.
    private let front: UnsafeMutablePointer<RowFront.Place>

    /// What is asked of a row before it is taken in.
    package enum Asked: Sendable {
        case nothing
        /// When it was sent, what it is, and by whom.
        case numbers
        /// That, and its text.
        case text
    }

    /// Makes a reader.
    package init(_ tables: ShardTables) {
        self.tables = tables
        cache = PageCache(tables.snapshot, pages: 64)
        record = Record(cache)
        senders = SenderNames(tables.names?.schema, column: tables.names?.column ?? -1, in: tables.snapshot)
        memory = PageMemory(byteCount: Self.pagesAtOnce * tables.snapshot.pageSize)
        front = .allocate(capacity: max(1, tables.layouts.map(\.columns.front).max() ?? 1))
    }

    deinit { front.deallocate() }

    /// Where the trees of some tables begin.
    package static func roots(_ slots: some Sequence<Int>, of tables: ShardTables) -> [Place] {
        slots.map { slot in
            Place(table: Int32(slot), depth: 0, page: tables.tables[slot].root, after: .min, last: .max)
        }
    }

    /// What a row says of itself before it is taken in: as far as its first page tells, which it nearly always does.
    package struct Head {
        fileprivate let front: RowFront
        fileprivate let (time, sender): (Int, Int)
        /// The column `local_type`; nil where it takes more to tell.
        package let localType: Int64?
        /// The column `message_content` as stored, where that is the row's text; nil where it takes more to tell, or was
        /// not asked for.
        package let content: UnsafeRawBufferPointer?

        /// Unix seconds; nil where it takes more to tell.
        package var createTime: Int64? { front.int(time) }
        /// Row id in the shard's `Name2Id`; nil where it takes more to tell.
        package var senderID: Int64? { front.int(sender) }
    }

    /// Reads up to ``pagesAtOnce`` pages of trees, and hands on the rows on those that are leaves.
    ///
    /// - Parameters:
    ///   - places: the pages.
    ///   - below: takes the pages below those that are no leaves, in the order of their rows.
    ///   - page: takes the bytes of each leaf before its rows.
    ///   - admits: whether a row is wanted, as far as its head tells; not asked where ``asked`` is nothing.
    ///   - body: takes each row, its table's place in the shard, and its id.
    ///   - failed: takes each page that cannot be read, and each that holds a row that cannot be taken in.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock; what `body` throws.
    package func read(
        _ places: ArraySlice<Place>, below: (Place) -> Void, page: (UnsafeRawBufferPointer) -> Void,
        where admits: (Int, Head) -> Bool,
        _ body: (borrowing MessageRow, Int, Int64) throws -> Void, failed: (PageFailure) -> Void
    ) throws {
        let size = tables.snapshot.pageSize
        var reads: [PageCipher.StoredPage] = []
        reads.reserveCapacity(places.count)
        for (index, place) in places.enumerated() {
            reads.append(PageCipher.StoredPage(bytes: memory.start + index * size, number: place.page))
        }
        let damaged: [Int]
        do throws(PageFailure) {
            damaged = try tables.snapshot.read(reads)
        } catch {
            throw error.error
        }
        for (index, place) in places.enumerated() {
            if !damaged.isEmpty, damaged.contains(index) {
                failed(failure(of: place.page))
                continue
            }
            let leaf: BTreePage
            do throws(PageFailure) {
                leaf = try BTreePage(place.page, at: memory.start + index * size, of: tables.snapshot)
                guard leaf.kind == .tableLeaf else {
                    guard leaf.kind == .tableInterior else { throw self.damaged(place.page) }
                    try enter(leaf, place, below)
                    continue
                }
            } catch {
                failed(error)
                continue
            }
            page(UnsafeRawBufferPointer(start: leaf.base, count: tables.snapshot.usableSize))
            try hand(on: leaf, place, where: admits, body, failed: failed)
        }
    }

    private func damaged(_ page: UInt32) -> PageFailure {
        PageFailure(.damaged, database: tables.snapshot.database, page: page)
    }

    /// Names the pages below an interior page, where all of them can lie there.
    private func enter(_ page: BTreePage, _ place: Place, _ below: (Place) -> Void) throws(PageFailure) {
        guard place.depth < BTreePath.deepest else { throw damaged(place.page) }
        var children: [Place] = []
        children.reserveCapacity(page.count + 1)
        var after = place.after
        for cell in 0...page.count {
            let last = cell < page.count ? try page.rowID(cell) : place.last
            guard last > after || cell == page.count && last >= after, last <= place.last else {
                throw damaged(place.page)
            }
            let child = try page.child(cell)
            children.append(
                Place(table: place.table, depth: place.depth + 1, page: child, after: after, last: last))
            after = last
        }
        for child in children { below(child) }
    }

    /// Hands on the rows of a leaf.
    private func hand(
        on page: BTreePage, _ place: Place, where admits: (Int, Head) -> Bool,
        _ body: (borrowing MessageRow, Int, Int64) throws -> Void, failed: (PageFailure) -> Void
    ) throws {
        let table = Int(place.table)
        let layout = tables.layouts[tables.tables[table].layout]
        record.defaults = layout.defaults
        record.needed = layout.columns.numbers
        let (asked, room, columns) = (asked, front, layout.columns)
        let most = asked == .text ? columns.front : columns.numbers
        let (time, sender, type) = (columns.createTime, columns.senderID, columns.localType)
        let (content, compressed) = (columns.content, columns.compressed)
        var before = place.after
        for cell in 0..<page.count {
            let id: Int64
            do throws(PageFailure) {
                let row = try page.row(cell)
                // A leaf that the tree names twice, or one of another time, would give rows twice.
                guard row.id > before || cell == 0 && row.id == .min, row.id <= place.last else {
                    throw damaged(place.page)
                }
                before = row.id
                if asked != .nothing {
                    let front = RowFront(row.payload.local, most: most, in: room)
                    let hasText = asked == .text && row.payload.overflow == 0
                    let head = Head(
                        front: front, time: time, sender: sender, localType: front.int(type),
                        content: hasText ? front.bytes(content, without: compressed) : nil)
                    guard admits(table, head) else { continue }
                }
                try record.load(row.payload, page: page.number)
                id = row.id
            } catch {
                if error.reason == .moved { throw error.error }
                failed(error)
                continue
            }
            try body(MessageRow(record, id: id, layout.columns), table, id)
        }
    }

    /// Why a page cannot be read.
    private func failure(of number: UInt32) -> PageFailure {
        let room = UnsafeMutableRawPointer.allocate(byteCount: tables.snapshot.pageSize, alignment: 16)
        defer { room.deallocate() }
        do throws(PageFailure) {
            try tables.snapshot.read(number, into: room)
            return damaged(number)
        } catch {
            return error
        }
    }

    // MARK: Single rows

    /// Says which rows are asked for next, so that their pages are verified side by side.
    ///
    /// Only pages above the leaves are read; what cannot be read is left for ``withRow(_:of:_:)`` to say.
    package func plan(_ rows: some Sequence<(table: Int, id: Int64)>) {
        var leaves: [UInt32] = []
        for row in rows {
            do throws(PageFailure) {
                var number = tables.tables[row.table].root
                for _ in 1..<(try levels(of: row.table)) {
                    let page = try BTreePage(number, in: cache)
                    guard page.kind == .tableInterior else { break }
                    number = try page.child(page.firstIndex(notBelow: row.id))
                }
                if leaves.last != number { leaves.append(number) }
            } catch {
                continue
            }
        }
        cache.plan(leaves)
    }

    /// Pages from the root of a table to a leaf, both counted: all leaves lie equally deep.
    private func levels(of table: Int) throws(PageFailure) -> Int {
        if let known = levels[table] { return known }
        var number = tables.tables[table].root
        for level in 1...BTreePath.deepest {
            let page = try BTreePage(number, in: cache)
            guard page.kind == .tableInterior else {
                levels[table] = level
                return level
            }
            number = try page.child(0)
        }
        throw damaged(number)
    }

    /// Lends a row of a table.
    ///
    /// - Parameters:
    ///   - id: the row.
    ///   - table: the table, by its place in the shard.
    ///   - body: takes the row.
    /// - Throws: the page that cannot be read, or lacks the row; what `body` throws.
    package func withRow(_ id: Int64, of table: Int, _ body: (borrowing MessageRow) throws -> Void) throws {
        let layout = tables.layouts[tables.tables[table].layout]
        record.defaults = layout.defaults
        try seek(id, from: tables.tables[table].root)
        try body(MessageRow(record, id: id, layout.columns))
    }

    private func seek(_ id: Int64, from root: UInt32) throws(PageFailure) {
        var number = root
        for _ in 0..<BTreePath.deepest {
            let page = try BTreePage(number, in: cache)
            guard page.kind == .tableLeaf || page.kind == .tableInterior else { throw damaged(number) }
            let index = try page.firstIndex(notBelow: id)
            guard page.isLeaf else {
                number = try page.child(index)
                continue
            }
            guard index < page.count, let payload = try page.payload(index, of: id) else {
                throw PageFailure(.rowMissing, database: tables.snapshot.database, page: number)
            }
            try record.load(payload, page: number)
            return
        }
        throw damaged(number)
    }

    /// The username behind a sender id, valid as long as the reader; nil where the shard does not know it.
    ///
    /// - Throws: the page that could not be read, once for each id.
    package func senderName(_ id: Int64) throws(PageFailure) -> UnsafeRawBufferPointer? { try senders.name(of: id) }
}
