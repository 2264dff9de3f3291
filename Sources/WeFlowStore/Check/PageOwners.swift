package import WeFlowPages

/// Which table every page of a database belongs to, for the pages that somebody asks about.
package struct PageOwners {
    /// What a page is.
    package enum Owner: Sendable, Equatable {
        /// A page of a table's or index's b-tree, or of a long value in it.
        case object(SchemaObject)
        /// A page that holds nothing at present.
        case free
        /// The page that SQLite never uses, or one of the map that a shrinking database keeps.
        case reserved
    }

    /// Pages that are no pages of the b-tree they belong to.
    package var damage: [PageFailure] { failures.all }
    private var failures = PageFailures()
    private var owners: [UInt32: Owner] = [:]
    private let wanted: Set<UInt32>
    private var claimed: Set<UInt32> = []

    /// Walks all b-trees of a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: what is walked.
    ///   - wanted: the pages whose owners are to be known.
    /// - Throws: `.moved` where the database changed.
    package init(_ snapshot: PageSnapshot, wanted: Set<UInt32>) throws(PageFailure) {
        self.wanted = wanted
        let cache = PageCache(snapshot, pages: 64)
        try reserve(cache)
        // Its damage is found again in the walk over its own pages.
        var schemaDamage: [PageFailure] = []
        let objects = try Schema.objects(in: cache, damage: &schemaDamage)
        for object in [.schema] + objects {
            try walk(object, cache)
        }
        try walkFreeList(cache)
    }

    /// What a page is, nil where nothing that could be read refers to it.
    package subscript(page: UInt32) -> Owner? { owners[page] }

    private mutating func claim(_ page: UInt32, _ owner: Owner) {
        if wanted.contains(page), owners[page] == nil { owners[page] = owner }
    }

    private mutating func walk(_ object: SchemaObject, _ cache: PageCache) throws(PageFailure) {
        // A page belongs to one tree and one value only: one that is met again leads in a circle, or is no part of it.
        var claimed = claimed
        self.claimed = []
        var pages: [UInt32] = []
        func take(_ page: UInt32) -> Bool {
            guard claimed.insert(page).inserted else { return false }
            if wanted.contains(page) { pages.append(page) }
            return true
        }
        let walk = try BTreeWalk(object.root, in: cache, visit: take) { (first, count) throws(PageFailure) in
            var next = first
            for _ in 0..<count {
                guard next != 0, take(next) else { break }
                next = try cache.page(next).bigEndian32(0)
            }
        }
        self.claimed = claimed
        for page in pages { claim(page, .object(object)) }
        failures.add(walk.damage)
    }

    /// The free list: trunk pages, each with the next trunk, a number and that many free pages.
    private mutating func walkFreeList(_ cache: PageCache) throws(PageFailure) {
        let header: (trunk: UInt32, count: UInt32)
        do throws(PageFailure) {
            let first = try cache.page(1)
            header = (first.bigEndian32(32), first.bigEndian32(36))
        } catch {
            if error.reason == .moved { throw error }
            return
        }
        var trunk = header.trunk
        var left = min(header.count, cache.snapshot.heldPages)
        var trunks = PageChain()
        while trunk != 0, left > 0, trunks.enter(trunk) {
            claim(trunk, .free)
            left -= 1
            do throws(PageFailure) {
                let page = try cache.page(trunk)
                let count = min(Int(page.bigEndian32(4)), cache.snapshot.usableSize / 4 - 2, Int(left))
                for index in 0..<count { claim(page.bigEndian32(8 + 4 * index), .free) }
                left -= UInt32(count)
                trunk = page.bigEndian32(0)
            } catch {
                if error.reason == .moved { throw error }
                // The rest of the list hangs on this page.
                return
            }
        }
    }

    /// The page with the lock byte, and those of the pointer map where the database has one.
    private mutating func reserve(_ cache: PageCache) throws(PageFailure) {
        let snapshot = cache.snapshot
        claim(UInt32(0x4000_0000 / snapshot.pageSize) + 1, .reserved)
        guard try cache.page(1).bigEndian32(52) != 0 else { return }
        let stride = UInt32(snapshot.usableSize / 5) + 1
        for page in wanted where page >= 2 && (page - 2) % stride == 0 { claim(page, .reserved) }
    }
}
