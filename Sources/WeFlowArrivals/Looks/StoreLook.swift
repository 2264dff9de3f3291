import WeFlowPages
import WeFlowStore

/// What a look needs of a shard: a database, or a model of one.
protocol ArrivalSource: AnyObject {
    /// Its number among the shards.
    var number: UInt32 { get }
    /// Tells it from another file.
    var file: UInt64 { get }
    /// Grows whenever a table comes or goes.
    var cookie: UInt32 { get }

    /// The counters of its message tables.
    ///
    /// - Parameters:
    ///   - known: tables that `sqlite_sequence` did not have when the cookie was this one, nil where that is not known.
    ///   - uncounted: takes the tables that `sqlite_sequence` does not have.
    /// - Returns: the counters.
    /// - Throws: why they cannot be read.
    func counters(
        _ known: [TableHash]?, uncounted: inout [TableHash]
    ) throws(WeFlowError) -> [TableHash: TableCounter]
    /// Looks tables up in one go; gives those that are there.
    func open(_ hashes: [TableHash]) throws(WeFlowError) -> Set<TableHash>
    /// Which of these tables' sessions are known.
    func named(_ hashes: some Sequence<TableHash>) -> Set<TableHash>
    /// Walks the rows behind an id while the body says so; returns whether all of them could be read.
    func rows(
        of hash: TableHash, after id: Int64, _ body: (ArrivedRow) -> Bool
    ) throws(WeFlowError) -> Bool
}

/// One look at all shards: which tables have to be looked at, and what is then known of all of them.
struct StoreLook {
    let state: ArrivalState
    let sums: RowSums
    let times: LookTimes
    /// Sessions whose row changed since the last look.
    let changed: Set<TableHash>
    /// Those, and the ones that changed so short a time ago that their messages may have come later.
    let suspects: Set<TableHash>
    /// What was found.
    private(set) var pass: ArrivalPass
    private var found: [(row: ArrivedRow, entry: ArrivalEntry)] = []
    /// Sessions that turned out only now to have rows that went away.
    private var newlyChecked: Set<TableHash> = []
    private var checksAllNow = false
    /// Sessions of which something was taken for new without a comparison, each with its shard.
    private var unchecked: Set<TableKey> = []
    /// What an earlier attempt found out: sessions whose rows have to be compared, nil for all.
    private let checked: Set<TableHash>?

    /// - Parameters:
    ///   - state: what is known.
    ///   - changed: sessions whose row changed since the last look.
    ///   - suspects: those and the ones before them.
    ///   - numbers: of the shards that are there.
    ///   - now: Unix seconds.
    ///   - attempt: a look at the same store that found out too late that rows had to be compared.
    init(
        _ state: ArrivalState, changed: Set<TableHash>, suspects: Set<TableHash>,
        shards numbers: Set<UInt32>, now: Int64, after attempt: StoreLook? = nil
    ) {
        self.state = state
        // A shard that is away may come back with another number, and with less in it.
        let away = state.shards.values.filter { !$0.isChecked && !numbers.contains($0.number) }
        let isAll = attempt?.checksAllNow ?? false || !away.isEmpty || state.shards.values.contains(where: \.isChecked)
        checked = isAll ? nil : attempt.map { $0.newlyChecked.union($0.checked ?? []) } ?? []
        sums = RowSums(seed: state.journal)
        times = LookTimes(createdAt: state.createdAt, before: state.seenAt, now: now)
        (self.changed, self.suspects) = (changed, suspects)
        pass = ArrivalPass(seenAt: now)
        pass.shards = away.map { mark in
            var mark = mark
            mark.isChecked = true
            return mark
        }
    }

    /// Looks at a shard.
    ///
    /// - Parameters:
    ///   - source: the shard.
    ///   - isNew: whether its content is another than at the last look.
    ///   - rows: gives the rows that are known.
    /// - Returns: whether everything in it could be looked at.
    /// - Throws: why it could not be read; nothing of it is then in the pass.
    mutating func look(
        at source: some ArrivalSource, isNew: Bool, _ rows: TableLook.Known
    ) throws(WeFlowError) -> Bool {
        var (part, new) = (ArrivalPass(seenAt: pass.seenAt), [(row: ArrivedRow, entry: ArrivalEntry)]())
        let number = source.number
        let before = state.shards[number]
        var counters: [TableHash: TableCounter] = [:]
        var wanted = isNew ? suspects : changed
        // A session that changed a while ago has nothing new in a shard that is as it was.
        wanted = wanted.filter { state.counters[TableKey(shard: number, hash: $0)] != nil }
        var grown: Set<TableHash> = []
        if isNew {
            var uncounted: [TableHash] = []
            let isSame = before?.cookie == source.cookie && before?.file == source.file
            counters = try source.counters(isSame ? before?.uncounted : nil, uncounted: &uncounted)
            var mark = ArrivalPass.ShardMark(
                number: number, file: source.file, cookie: source.cookie, uncounted: uncounted,
                isChecked: before?.isChecked ?? false)
            // Another file, or an earlier state of this one: nothing about it is sure.
            if let before, before.file != source.file || source.cookie < before.cookie {
                wanted.formUnion(known(in: counters, of: number))
                mark.isChecked = true
                checksAllNow = true
            }
            if mark != before { part.shards.append(mark) }
            for (hash, counter) in counters {
                let old = state.counters[TableKey(shard: number, hash: hash)]
                if old == nil || old?.sequence != counter.last || old?.slot != counter.slot { grown.insert(hash) }
            }
            for (place, counter) in state.counters
            where place.shard == number && counters[place.hash] == nil && !counter.isGone {
                part.counters.append(ArrivalPass.Counter(place: place, counter: .gone))
                newlyChecked.insert(place.hash)
            }
        }
        var isDoubted = false
        if let before { isDoubted = isNew && (before.file != source.file || source.cookie < before.cookie) }
        var isComplete = true
        var done: Set<TableHash> = []
        var next = wanted.union(grown)
        let named = source.named(grown)
        while !next.isEmpty {
            let tables = try source.open(Array(next))
            done.formUnion(next)
            var wentBack = false
            for hash in tables.sorted() {
                // Without its session a message cannot be handed out; the next look may know it.
                guard !grown.contains(hash) || named.contains(hash) else {
                    isComplete = false
                    continue
                }
                let outcome = try look(at: source, hash, counters[hash], isDoubted, rows)
                wentBack = wentBack || outcome.wentBack
                new += outcome.entries
                part.known += outcome.known
                let place = TableKey(shard: number, hash: hash)
                if outcome.counter.isChecked, state.counters[place]?.isChecked != true { newlyChecked.insert(hash) }
                if outcome.isUnchecked { unchecked.insert(place) }
                if outcome.counter != state.counters[place] {
                    part.counters.append(ArrivalPass.Counter(place: place, counter: outcome.counter))
                }
            }
            // Where one table went back, the others may have too, whatever their counters say.
            isDoubted = isDoubted || wentBack
            if wentBack, isNew, let mark = part.shards.last ?? before, !mark.isChecked {
                // Nor whether what is added to them was there before.
                var checked = mark
                checked.isChecked = true
                part.shards = [checked]
                checksAllNow = true
            }
            next = wentBack && isNew ? known(in: counters, of: number).subtracting(done) : []
        }
        if isComplete, isNew, state.unseen.contains(number) { part.seen.append(number) }
        pass.counters += part.counters
        pass.shards += part.shards
        pass.known += part.known
        pass.seen += part.seen
        found += new
        return isComplete
    }

    /// Tables of a shard that are known and still there.
    private func known(in counters: [TableHash: TableCounter], of number: UInt32) -> Set<TableHash> {
        Set(counters.keys.filter { state.counters[TableKey(shard: number, hash: $0)] != nil })
    }

    /// Whether rows of a session are compared with those that are known.
    private func isComparing(_ hash: TableHash) -> Bool {
        checked?.contains(hash) ?? true || newlyChecked.contains(hash) || checksAllNow || state.isChecked(hash)
    }

    /// Whether something was taken for new that has to be compared with what is known after all.
    var isToBeRepeated: Bool {
        unchecked.contains { place in
            checksAllNow && checked != nil
                || newlyChecked.contains(place.hash) && checked?.contains(place.hash) == false
        }
    }

    private func look(
        at source: some ArrivalSource, _ hash: TableHash, _ sequence: TableCounter?, _ isDoubted: Bool,
        _ known: TableLook.Known
    ) throws(WeFlowError) -> TableLook.Outcome {
        let place = TableKey(shard: source.number, hash: hash)
        let look = TableLook(
            place: place, old: state.counters[place], sequence: sequence, isSuspect: suspects.contains(hash),
            isElsewhere: state.shards.keys.contains {
                state.counters[TableKey(shard: $0, hash: hash)] != nil
            },
            isChecked: (checked?.contains(hash) ?? true) || state.isChecked(hash),
            isDoubted: isDoubted, isUnseen: state.unseen.contains(place.shard), times: times, sums: sums,
            missed: state.missed)
        return try look.run(
            rows: { id, body throws(WeFlowError) in try source.rows(of: hash, after: id, body) }, known: known)
    }

    /// Puts what was found into the order in which it is handed out.
    ///
    /// - Returns: what the look found.
    mutating func end() -> ArrivalPass {
        found.sort { a, b in
            (a.row.createTime, a.row.sortSeq, a.row.localID, a.entry.place)
                < (b.row.createTime, b.row.sortSeq, b.row.localID, b.entry.place)
        }
        // What lies in two shards at once since one of them was replaced came once.
        var given: [UInt64: UInt32] = [:]
        pass.entries = found.map(\.entry).filter { entry in
            guard let shard = given.updateValue(entry.place.shard, forKey: entry.sum) else { return true }
            return shard == entry.place.shard && !isComparing(entry.place.hash)
        }
        return pass
    }
}
