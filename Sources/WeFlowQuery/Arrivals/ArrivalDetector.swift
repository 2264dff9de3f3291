import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Finds what is new in the message shards by their own counters, and rows that were turned into notices by the rows of
/// their sessions (<doc:ArrivalsAndJournal>). What did not change since the last look costs a few system calls.
struct ArrivalDetector {
    /// A content of a database, as its snapshots count it.
    private struct Version: Equatable {
        let epoch: UInt32
        let generation: UInt32

        init(_ snapshot: PageSnapshot) {
            epoch = snapshot.epoch
            generation = snapshot.generation
        }
    }

    /// Which sessions the tables belong to.
    private(set) var hashes = SessionHashes()
    /// Versions of which everything is in the journal.
    private var known: [String: Version] = [:]
    /// Versions of which everything will be in the journal once the pass is written.
    private var pending: [String: Version] = [:]

    /// Sessions are looked at again for this long after their row changed: the message's own commit may come later.
    private static let lag: Int64 = 10
    /// A message may be taken back for two minutes; a notice that old was seen when the journal began.
    private static let revocable: Int64 = 150
    /// How far back sessions are looked at for notices when a journal begins.
    private static let recent: Int64 = 3600

    /// The first record of a new journal: everything that is there counts as known.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - now: Unix milliseconds.
    /// - Returns: the record, and the shards that could not be read: what is in them is known by its time, once they can.
    /// - Throws: `.unavailable` where a database kept moving, or no shard can be read.
    mutating func base(of account: Account, now: Int64) throws(WeFlowError) -> (ArrivalBase, MessageLosses) {
        let shards = account.messageShards()
        guard !shards.isEmpty else {
            throw account.withoutShards
        }
        account.keys.prepare(shards.compactMap { $0.database.storedFirstPage() })
        let journal = UInt64.random(in: 1 ... .max)
        var pass = ArrivalPass(seenAt: now / 1000)
        var marks: [SessionMarks.Mark] = []
        // The sessions first: what changes in between is then looked at once more, not once too little.
        if let snapshot = try? account.database(SessionTables.database).snapshot() {
            marks = try SessionMarks(snapshot, in: account, seed: journal).marks
            pass.sessions = marks.map {
                ArrivalPass.Session(hash: hashes.hash(of: $0.username), mark: $0.value, seenAt: $0.lastTimestamp)
            }
        }
        let recent = Set(
            marks.filter { $0.lastTimestamp >= now / 1000 - Self.recent }.map { hashes.hash(of: $0.username) })
        var losses = MessageLosses()
        var lost = 0
        for (ordinal, shard) in shards.enumerated() {
            do throws(WeFlowError) {
                pass.counters += try counters(of: shard, ordinal, account, recent)
            } catch {
                if error.isTransient { throw error }
                lost += 1
                losses.add(error)
                let place = TablePlace.unseen(TablePlace.number(of: shard))
                pass.counters.append(ArrivalPass.Counter(place: place, last: 0, base: 0, notices: []))
            }
        }
        if lost == shards.count, let error = losses.error { throw error }
        let base = ArrivalBase(
            journal: journal, createdAt: now / 1000, first: UInt64(bitPattern: now), chain: journal, pass: pass)
        return (base, losses)
    }

    /// The counters of a shard when a journal begins, with the notices of the sessions that changed recently.
    private func counters(
        of shard: Shard, _ ordinal: Int, _ account: Account, _ recent: Set<TableHash>
    ) throws(WeFlowError) -> [ArrivalPass.Counter] {
        let snapshot = try shard.database.snapshot()
        let counters = try ShardCounters(snapshot, in: account)
        let looked = Array(recent.intersection(counters.last.keys))
        let tables = try MessageTable.open(looked, in: shard, ordinal: ordinal, of: snapshot, account)
        var found: [ArrivalPass.Counter] = []
        for (hash, last) in counters.last {
            var notices: [Int64] = []
            if let table = tables[hash] {
                _ = try table.rows(after: last - ArrivalState.reach) { row in
                    if MessageType(localType: row.localType).isNotice { notices.append(row.localID) }
                }
            }
            found.append(
                ArrivalPass.Counter(place: TablePlace(shard, hash), last: last, base: last, notices: notices))
        }
        return found
    }

    /// What is new.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - state: what is known.
    ///   - now: Unix seconds.
    /// - Returns: what was found, and what could not be looked at.
    /// - Throws: `.unavailable` where a database kept moving, or no shard can be opened.
    mutating func look(
        _ account: Account, since state: ArrivalState, now: Int64
    ) throws(WeFlowError) -> (ArrivalPass, MessageLosses) {
        var pass = ArrivalPass(seenAt: now)
        var losses = MessageLosses()
        pending = [:]
        let changed = try sessions(account, state, &pass)
        var suspects = changed
        for session in state.sessions.values where session.seenAt >= state.seenAt - Self.lag {
            suspects.insert(session.hash)
        }
        var found: [(row: ArrivedRow, entry: ArrivalEntry)] = []
        let shards = account.messageShards()
        var lost = 0
        for (ordinal, shard) in shards.enumerated() {
            do throws(WeFlowError) {
                try look(at: shard, ordinal, account, state, (changed, suspects), &pass, &found, &losses)
            } catch {
                if error.isTransient { throw error }
                lost += 1
                losses.add(error)
            }
        }
        if lost == shards.count, let error = losses.error { throw error }
        found.sort { a, b in
            (a.row.createTime, a.row.sortSeq, a.row.localID, a.entry.place)
                < (b.row.createTime, b.row.sortSeq, b.row.localID, b.entry.place)
        }
        pass.entries = found.map(\.entry)
        if pass.isEmpty { confirm() }
        return (pass, losses)
    }

    /// The pass was written: what it saw need not be looked at again.
    mutating func confirm() {
        known.merge(pending) { $1 }
        pending = [:]
    }

    /// Sessions whose row changed.
    private mutating func sessions(
        _ account: Account, _ state: ArrivalState, _ pass: inout ArrivalPass
    ) throws(WeFlowError) -> Set<TableHash> {
        // Without session.db only rows that were added are found.
        guard account.hasDatabase(SessionTables.database),
            let snapshot = try? account.database(SessionTables.database).snapshot(),
            known[SessionTables.database] != Version(snapshot)
        else { return [] }
        var changed: Set<TableHash> = []
        for mark in try SessionMarks(snapshot, in: account, seed: state.journal).marks {
            let hash = hashes.hash(of: mark.username)
            guard state.sessions[hash]?.mark != mark.value else { continue }
            changed.insert(hash)
            pass.sessions.append(ArrivalPass.Session(hash: hash, mark: mark.value, seenAt: pass.seenAt))
        }
        pending[SessionTables.database] = Version(snapshot)
        return changed
    }

    private mutating func look(
        at shard: Shard, _ ordinal: Int, _ account: Account, _ state: ArrivalState,
        _ sessions: (changed: Set<TableHash>, suspects: Set<TableHash>),
        _ pass: inout ArrivalPass, _ found: inout [(row: ArrivedRow, entry: ArrivalEntry)],
        _ losses: inout MessageLosses
    ) throws(WeFlowError) {
        let snapshot = try shard.database.snapshot()
        let number = TablePlace.number(of: shard)
        let isNew = known[shard.database.name] != Version(snapshot)
        var last: [TableHash: Int64] = [:]
        var neverFall = true
        if isNew {
            let counters = try ShardCounters(snapshot, in: account)
            (last, neverFall) = (counters.last, counters.neverFall)
            for place in state.counters.keys where place.shard == number && last[place.hash] == nil {
                pass.removed.append(place)
            }
        }
        let grown = last.filter { state.counters[TablePlace(shard: number, hash: $0.key)]?.last != $0.value }
        hashes.find(grown.keys, in: [snapshot], account)
        // A session that changed a while ago has nothing new in a shard that is as it was.
        let suspects = isNew ? sessions.suspects : sessions.changed
        let looked = suspects.filter { state.counters[TablePlace(shard: number, hash: $0)] != nil }
            .union(grown.keys)
        guard !looked.isEmpty else {
            pending[shard.database.name] = Version(snapshot)
            return
        }
        var isComplete = true
        let tables = try MessageTable.open(Array(looked), in: shard, ordinal: ordinal, of: snapshot, account)
        for (hash, table) in tables.sorted(by: { $0.key < $1.key }) {
            // Without its session a message cannot be handed out; the next look may know it.
            guard !grown.keys.contains(hash) || hashes.session(of: hash) != nil else {
                isComplete = false
                continue
            }
            let place = TablePlace(shard: number, hash: hash)
            try look(at: table, place, (last[hash], neverFall), state, &pass, &found, &losses)
        }
        if isComplete { pending[shard.database.name] = Version(snapshot) }
    }

    /// Looks at one table: rows behind the counter are new; notices before it that were not known were other rows.
    private func look(
        at table: MessageTable, _ place: TablePlace, _ sequence: (last: Int64?, neverFalls: Bool),
        _ state: ArrivalState, _ pass: inout ArrivalPass, _ found: inout [(row: ArrivedRow, entry: ArrivalEntry)],
        _ losses: inout MessageLosses
    ) throws(WeFlowError) {
        var counter = state.counters[place] ?? ArrivalState.Counter(last: 0, base: 0, notices: [])
        if let last = sequence.last, last < counter.last {
            // A sequence that fell belongs to a table that was made anew; else rows were taken away from the end.
            counter.last = sequence.neverFalls ? 0 : last
            counter.base = min(counter.base, counter.last)
            counter.notices.removeAll { $0 > counter.last }
        }
        let old = counter
        let isUnseen = state.counters[TablePlace.unseen(place.shard)] != nil
        let damage = try table.rows(after: max(0, old.last - ArrivalState.reach)) { row in
            let isNotice = MessageType(localType: row.localType).isNotice
            let kind: ArrivalEntry.Kind
            if row.localID > old.last {
                counter.last = max(counter.last, row.localID)
                // What a shard held that could not be read when the journal began is told from what came by its time.
                guard !isUnseen || row.createTime >= state.createdAt - Self.revocable else { return }
                kind = isNotice ? .notice : .message
            } else {
                guard isNotice, !old.notices.contains(row.localID),
                    row.localID > old.base || row.createTime >= state.createdAt - Self.revocable
                else { return }
                kind = .turned
            }
            if isNotice { counter.notices.append(row.localID) }
            counter.last = max(counter.last, row.localID)
            found.append(
                (
                    row,
                    ArrivalEntry(
                        place: place, localID: row.localID, createTime: row.createTime, kind: kind,
                        seenAt: pass.seenAt)
                ))
        }
        for failure in damage { losses.add(failure) }
        counter.last = max(counter.last, sequence.last ?? 0)
        counter.notices.removeAll { $0 <= counter.last - ArrivalState.reach }
        if counter.last != state.counters[place]?.last || counter.notices != old.notices {
            pass.counters.append(
                ArrivalPass.Counter(
                    place: place, last: counter.last, base: counter.base, notices: counter.notices))
        }
    }
}
