internal import WeFlowQuery
internal import WeFlowStore

/// Where a hit is, and what it is ordered by: 32 bytes, of however many hits.
struct SearchPlace: Sendable, Comparable {
    /// Unix seconds.
    let createTime: Int64
    /// What messages of one time are ordered by.
    let sortSeq: Int64
    /// The row.
    let rowID: Int64
    /// The table, which orders what is equal otherwise: by chat, then by shard.
    let table: Int32

    init(_ passed: SearchWorker.Passed) {
        (createTime, sortSeq, rowID) = (passed.createTime, passed.sortSeq, passed.rowID)
        table = passed.table
    }

    /// By time, sequence, row, chat and shard.
    static func < (a: SearchPlace, b: SearchPlace) -> Bool {
        if a.createTime != b.createTime { return a.createTime < b.createTime }
        if a.sortSeq != b.sortSeq { return a.sortSeq < b.sortSeq }
        if a.rowID != b.rowID { return a.rowID < b.rowID }
        return a.table < b.table
    }

    /// The row.
    var row: RowPlace { RowPlace(table: table, rowID: rowID) }
}

/// The best places that were found so far, as many as a page needs.
struct BestPlaces {
    private let most: Int
    private let newestFirst: Bool
    private(set) var places: [SearchPlace] = []
    /// How many may lie here before the best are picked out.
    private var room: Int

    init(_ most: Int, newestFirst: Bool) {
        (self.most, self.newestFirst) = (most, newestFirst)
        room = most > 1 << 40 ? .max : most + max(most, 4096)
    }

    /// Takes places in, and narrows the bound once there are enough.
    mutating func add(_ found: [SearchPlace], _ bound: SearchBound) {
        places += found
        guard places.count > room || places.count >= most && !found.isEmpty && most <= 4096 else { return }
        pick()
        guard places.count >= most, let last = places.last else { return }
        bound.narrow(upTo: last.createTime, newestFirst: newestFirst)
    }

    /// Puts the places in order, and drops those that are not needed.
    mutating func pick() {
        if newestFirst { places.sort { $1 < $0 } } else { places.sort() }
        if places.count > most { places.removeLast(places.count - most) }
    }
}

extension SearchStore {
    /// A cursor behind a place.
    func cursor(_ place: SearchPlace, search: UInt64) -> SearchCursor {
        let table = tables[Int(place.table)]
        return SearchCursor(
            createTime: place.createTime, sortSeq: place.sortSeq, rowID: place.rowID,
            shard: number(of: shards[Int(table.shard)].shard), session: sessions[Int(table.session)].id, search: search)
    }

    private func number(of shard: Shard) -> UInt64 {
        UInt64(shard.family.rawValue) << 32 | UInt64(truncatingIfNeeded: shard.number)
    }

    /// What lies behind a cursor.
    func behind(_ cursor: SearchCursor, newestFirst: Bool) -> @Sendable (SearchPlace) -> Bool {
        // How many tables come before that of the cursor, and whether it is there at all.
        let session = cursor.session.utf8
        var rank: Int32 = 0
        var isThere = false
        for table in tables {
            let id = sessions[Int(table.session)].id.utf8
            let shard = number(of: shards[Int(table.shard)].shard)
            guard id.lexicographicallyPrecedes(session) || id.elementsEqual(session) && shard < cursor.shard else {
                isThere = id.elementsEqual(session) && shard == cursor.shard
                break
            }
            rank += 1
        }
        let (end, isExact) = (rank, isThere)
        return { place in
            let key = (place.createTime, place.sortSeq, place.rowID)
            let bound = (cursor.createTime, cursor.sortSeq, cursor.rowID)
            if key != bound { return newestFirst ? key < bound : key > bound }
            return newestFirst ? place.table < end : place.table > end || place.table == end && !isExact
        }
    }
}
