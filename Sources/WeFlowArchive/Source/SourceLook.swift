import WeFlowModel
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// One look at the source by its own counters (<doc:ArchiveFiles#What-is-new>): which tables have to be read, and how far
/// all of them will then be known.
struct SourceLook {
    /// What has to be read of a table.
    enum Part: Hashable, Sendable {
        /// All of it: it is new, or another than it was.
        case whole
        /// The rows behind this one, and notices among the last ones before it.
        case after(Int64)
        /// Notices among the rows behind this one.
        case notices(after: Int64)
    }

    /// What will be known.
    private(set) var state: SourceState
    /// What has to be read, by session and shard.
    private(set) var parts: [TableHash: [UInt32: Part]] = [:]
    /// All tables that are there, by session.
    private(set) var present: [TableHash: Set<UInt32>] = [:]
    /// Shards in which something was written.
    private(set) var written: Set<UInt32> = []
    /// What could not be read.
    private(set) var losses: [WeFlowError] = []

    /// How many of the last rows say that a table went on.
    private static let window: Int64 = 64
    /// How many rows before the last known one are looked through for messages that were turned into notices.
    private static let reach: Int64 = 3000

    /// Looks at all shards.
    ///
    /// - Parameters:
    ///   - account: the source.
    ///   - before: how far it was read.
    ///   - readsAll: whether every table has to be read.
    ///   - now: Unix seconds.
    /// - Throws: `.unavailable` where there is no shard, or none can be read.
    init(
        _ account: Account, since before: SourceState, readsAll: Bool, now: Int64
    ) throws(WeFlowError) {
        state = before
        state.time = now
        let shards = account.messageShards()
        guard !shards.isEmpty else { throw account.withoutShards }
        let stamps = shards.map { FileStamp.of(databases: [$0.database.name], in: account, now: now) }
        let toOpen = shards.indices.filter { place in
            let known = before.shards[Self.number(of: shards[place])]
            return readsAll || known == nil || stamps[place] == 0 || known?.stamp != stamps[place]
        }
        if !toOpen.isEmpty {
            account.keys.prepare(toOpen.compactMap { shards[$0].database.storedFirstPage() })
        }
        let changed = toOpen.isEmpty ? [] : try sessions(account)
        for place in shards.indices where !toOpen.contains(place) {
            let number = Self.number(of: shards[place])
            for table in before.tables.keys where table.shard == number {
                present[table.hash, default: []].insert(number)
            }
        }
        for place in toOpen {
            do throws(WeFlowError) {
                try WeFlowError.retrying { () throws(WeFlowError) in
                    var attempt = self
                    try attempt.look(
                        at: shards[place], place, account, before, changed, readsAll: readsAll, stamp: stamps[place])
                    self = attempt
                }
            } catch {
                if error.isTransient { throw error }
                losses.append(error)
            }
        }
        if losses.count == shards.count, let first = losses.first { throw first }
        // Where nobody knows what a shard holds, it is looked at the next time.
        let numbers = Set(shards.map(Self.number))
        for number in state.shards.keys where !numbers.contains(number) { state.shards[number] = nil }
        for table in state.tables.keys where !numbers.contains(table.shard) { state.tables[table] = nil }
    }

    /// The shard's number: the family in the highest bit.
    static func number(of shard: Shard) -> UInt32 {
        UInt32(truncatingIfNeeded: shard.number) | (shard.family == .bizMessage ? 1 << 31 : 0)
    }

    /// Takes in the session list; gives the sessions whose rows changed.
    private mutating func sessions(_ account: Account) throws(WeFlowError) -> Set<TableHash> {
        // Without it only rows that were added are found.
        guard account.hasDatabase(SessionTables.database) else { return [] }
        var changed: Set<TableHash> = []
        do throws(WeFlowError) {
            let marks = try WeFlowError.retrying { () throws(WeFlowError) in
                try SessionMarks(
                    try account.database(SessionTables.database).snapshot(), in: account, seed: 0x57E1
                ).marks
            }
            for mark in marks {
                let hash = TableHash(of: mark.username)
                let known = state.sessions[hash]
                guard known != mark.value else { continue }
                changed.insert(hash)
                // Its messages may be written later than it: what changed is looked at once more by the next run.
                state.sessions[hash] = known == ~mark.value ? mark.value : ~mark.value
            }
        } catch {
            if error.isTransient { throw error }
            losses.append(error)
        }
        return changed
    }

    private mutating func look(
        at shard: Shard, _ ordinal: Int, _ account: Account, _ before: SourceState, _ changed: Set<TableHash>,
        readsAll: Bool, stamp: UInt64
    ) throws(WeFlowError) {
        let number = Self.number(of: shard)
        let known = before.shards[number]
        let file = FileStamp.identity(shard.database.path)
        let snapshot = try shard.database.snapshot()
        let cookie = snapshot.schemaCookie
        let isSame = known?.file == file && known?.cookie == cookie
        let counters = try ShardCounters(snapshot, in: account, uncounted: isSame ? known?.uncounted : nil)
        written.insert(number)
        // Another file, or an earlier state of this one: nothing about it is sure.
        let isOther = known.map { $0.file != file || cookie < $0.cookie } ?? true
        var wanted: [TableHash: SourceState.Counter?] = [:]
        for (hash, counter) in counters.counters {
            present[hash, default: []].insert(number)
            let old = before.tables[SourceState.Table(shard: number, hash: hash)]
            let isStill = old?.sequence == counter.last && old?.slot == counter.slot
            if !isStill || isOther || readsAll || changed.contains(hash) { wanted[hash] = old }
        }
        for table in before.tables.keys where table.shard == number && counters.counters[table.hash] == nil {
            state.tables[table] = nil
        }
        let tables = try MessageTable.open(Array(wanted.keys), in: shard, ordinal: ordinal, of: snapshot, account)
        for (hash, table) in tables {
            guard let counter = counters.counters[hash] else { continue }
            let old = wanted[hash] ?? nil
            let place = SourceState.Table(shard: number, hash: hash)
            var part = Part.whole
            if !readsAll, !isOther, let old, old.slot == counter.slot, counter.last >= old.sequence,
                try Self.sum(of: table, old.start, upTo: old.sequence) == old.sum
            {
                part =
                    counter.last > old.sequence
                    ? .after(old.sequence) : .notices(after: max(0, old.sequence.saturating(minus: Self.reach)))
            }
            parts[hash, default: [:]][number] = part
            let start = max(0, counter.last.saturating(minus: Self.window))
            var known = SourceState.Counter(sequence: counter.last, slot: counter.slot, start: start, sum: 0)
            // Who reads all of a table sums up its end on the way (TableSpans); in thousands of tables that is a seek each.
            if part != .whole { known.sum = try Self.sum(of: table, start, upTo: counter.last) }
            state.tables[place] = known
        }
        state.shards[number] = SourceState.Shard(
            stamp: stamp, file: file, cookie: cookie, uncounted: counters.uncounted)
    }

    /// Forgets a session, so that the next run looks at all of it.
    mutating func forget(_ hash: TableHash) { state.forget(hash) }

    /// How far the tables of a session were filled, by shard.
    func counters(of hash: TableHash) -> [UInt32: SourceState.Counter] {
        var counters: [UInt32: SourceState.Counter] = [:]
        for number in present[hash] ?? [] {
            counters[number] = state.tables[SourceState.Table(shard: number, hash: hash)]
        }
        return counters
    }

    /// About how many messages have to be read of a session.
    func expected(_ hash: TableHash) -> Int {
        var count: Int64 = 0
        for (number, part) in parts[hash] ?? [:] {
            let last = state.tables[SourceState.Table(shard: number, hash: hash)]?.sequence ?? 0
            switch part {
            case .whole: count += min(max(0, last), 1 << 32)
            case .after(let row): count += min(max(0, last.saturating(minus: row)), 1 << 32)
            case .notices: break
            }
        }
        // A counter is what somebody wrote: it makes no room for more than a large chat has.
        return Int(clamping: min(count, 1_200_000))
    }

    /// A sum over what tells rows apart, whatever becomes of them: of the rows behind one up to another.
    private static func sum(
        of table: MessageTable, _ start: Int64, upTo last: Int64
    ) throws(WeFlowError) -> UInt64 {
        var sum: UInt64 = 0
        _ = try table.rows(after: start) { row in
            guard row.localID <= last else { return false }
            sum &+= TableSpans.number(of: row.localID, row.createTime)
            return true
        }
        return sum
    }

    /// The reach of ``Part/after(_:)`` too.
    static func noticesStart(before last: Int64) -> Int64 { max(0, last.saturating(minus: reach)) }
}

extension Int64 {
    /// The difference, or the number that is nearest to it.
    func saturating(minus other: Int64) -> Int64 {
        let (difference, isOver) = subtractingReportingOverflow(other)
        return isOver ? (other > 0 ? .min : .max) : difference
    }
}
