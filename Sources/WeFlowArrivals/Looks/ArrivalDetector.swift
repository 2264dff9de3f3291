import WeFlowModel
import WeFlowPages
import WeFlowQuery
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
    /// The rows that the journal knows, read when they are asked for, and how far the journal was taken in.
    private var rows: (journal: UInt64, check: UInt64, rows: KnownRows, position: UInt64, known: Int)?

    /// Sessions are looked at again for this long after their row changed: the message's own commit may come later.
    private static let lag: Int64 = 10
    /// How far back sessions are looked at for notices when a journal begins.
    private static let recent: Int64 = 3600
    /// How many of their rows.
    private static let mostRecent: Int64 = 2000

    // MARK: The beginning

    /// The first record of a new journal: everything that is there counts as known.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - now: Unix milliseconds.
    ///   - earlier: what an older program's journal says, which then goes on: what it does not know stays unknown.
    /// - Returns: the record, and the shards that could not be read: what is in them is known by its time, once they can.
    /// - Throws: `.unavailable` where a database kept moving, or no shard can be read.
    mutating func base(
        of account: Account, now: Int64, after earlier: ArrivalState? = nil
    ) throws(WeFlowError) -> (ArrivalBase, MessageLosses) {
        let shards = account.messageShards()
        guard !shards.isEmpty else {
            throw account.withoutShards
        }
        account.keys.prepare(shards.compactMap { $0.database.storedFirstPage() })
        let journal = earlier?.journal ?? UInt64.random(in: 1 ... .max)
        var beginning = Beginning(sums: RowSums(seed: journal), earlier: earlier)
        var pass = ArrivalPass(seenAt: earlier?.seenAt ?? now / 1000)
        // The sessions first: what changes in between is then looked at once more, not once too little.
        if let earlier {
            pass.sessions = Array(earlier.sessions.values)
            pass.entries = earlier.entries
        } else if let snapshot = try? account.database(SessionTables.database).snapshot() {
            let marks = try SessionMarks(snapshot, in: account, seed: journal).marks
            pass.sessions = marks.map {
                ArrivalPass.Session(hash: hashes.hash(of: $0.username), mark: $0.value, seenAt: $0.lastTimestamp)
            }
            beginning.recent = Set(
                marks.filter { $0.lastTimestamp >= now / 1000 - Self.recent }.map { hashes.hash(of: $0.username) })
        }
        var losses = MessageLosses()
        var unseen = earlier?.unseen ?? []
        var lost = 0
        for (ordinal, shard) in shards.enumerated() {
            do throws(WeFlowError) {
                let source = try DatabaseSource(shard, ordinal, of: account, hashes: SessionHashes())
                if !unseen.contains(source.number) { try beginning.take(source, &pass) }
            } catch {
                if error.isTransient { throw error }
                lost += 1
                losses.add(error)
                unseen.insert(TableKey.number(of: shard))
            }
        }
        if lost == shards.count, let error = losses.error { throw error }
        beginning.rows.sort()
        let rows = KnownRows(
            beginning.rows, isWhole: beginning.isWhole && earlier?.unseen.isEmpty ?? true,
            hasNotices: beginning.hasNotices)
        let base = ArrivalBase(
            journal: journal, createdAt: earlier?.createdAt ?? now / 1000,
            first: earlier?.first ?? UInt64(bitPattern: now), chain: earlier?.chain.first ?? journal, unseen: unseen,
            rows: ArrivalBase.Rows(rows), pass: pass)
        return (base, losses)
    }

    /// Takes in what shards have when a journal begins.
    private struct Beginning {
        let sums: RowSums
        let earlier: ArrivalState?
        /// Sessions in which notices are looked for one by one, where no index tells them.
        var recent: Set<TableHash> = []
        var rows: [UInt64] = []
        var isWhole = true
        var hasNotices = true

        mutating func take(_ source: DatabaseSource, _ pass: inout ArrivalPass) throws(WeFlowError) {
            var uncounted: [TableHash] = []
            let counters = try source.counters(nil, uncounted: &uncounted)
            var part: [ArrivalPass.Counter] = []
            var sums: [UInt64] = []
            for hash in try source.open(Array(counters.keys)).sorted() {
                guard let sequence = counters[hash], let table = source.table(hash) else { continue }
                let place = TableKey(shard: source.number, hash: hash)
                let old = earlier?.counters[place]
                // An older journal does not have it: then it is new.
                guard earlier == nil || old != nil else { continue }
                let counter = try counter(of: table, hash, sequence, old, &sums)
                part.append(ArrivalPass.Counter(place: place, counter: counter))
            }
            rows += sums
            pass.counters += part
            pass.shards.append(
                ArrivalPass.ShardMark(
                    number: source.number, file: source.file, cookie: source.cookie, uncounted: uncounted))
        }

        private mutating func counter(
            of table: MessageTable, _ hash: TableHash, _ sequence: TableCounter, _ old: ArrivalState.Counter?,
            _ rows: inout [UInt64]
        ) throws(WeFlowError) -> ArrivalState.Counter {
            let keys = try RowKeys(of: table, upTo: old?.last ?? .max)
            isWhole = isWhole && keys.isWhole
            var counter = ArrivalState.Counter(sequence: old?.sequence ?? sequence.last, slot: sequence.slot)
            counter.floor = keys.floor
            counter.last = keys.floor
            var window = Window(keys.floor)
            for key in keys.keys {
                let sum =
                    key.serverID != 0
                    ? sums.sum(serverID: key.serverID, in: hash)
                    : sums.sum(localID: key.localID, sortSeq: key.sortSeq, in: hash)
                if counter.last == counter.floor { counter.anchor = counter.floor > 0 ? sum : 0 }
                counter.last = key.localID
                rows.append(sum)
                if keys.notices?.contains(key.localID) == true { rows.append(RowSums.notice(sum)) }
                window.add(key.localID, sum)
            }
            (counter.windowStart, counter.windowSum) = window.end(TableLook.window)
            counter.base = old?.base ?? counter.last
            let start = counter.last.saturating(minus: TableLook.reach)
            if let notices = keys.notices {
                counter.notices = notices.filter { $0 > start && $0 <= counter.last }.sorted()
            } else {
                hasNotices = false
                counter.notices = old?.notices.filter { $0 > start } ?? []
                if recent.contains(hash) {
                    _ = try table.rows(after: counter.last.saturating(minus: ArrivalDetector.mostRecent)) { row in
                        guard MessageType(localType: row.localType).isNotice else { return true }
                        rows.append(RowSums.notice(sums.sum(of: row, in: hash)))
                        if row.localID > start { counter.notices.append(row.localID) }
                        return true
                    }
                }
            }
            return counter
        }
    }

    // MARK: Looks

    /// What is new.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - state: what is known.
    ///   - now: Unix seconds.
    ///   - load: reads the rows that were known when the journal's file was begun.
    /// - Returns: what was found, and what could not be looked at.
    /// - Throws: `.unavailable` where a database kept moving, or no shard can be opened.
    mutating func look(
        _ account: Account, since state: ArrivalState, now: Int64,
        _ load: (ArrivalBase.Rows) throws(WeFlowError) -> KnownRows
    ) throws(WeFlowError) -> (ArrivalPass, MessageLosses) {
        var losses = MessageLosses()
        pending = [:]
        let sessions = try sessions(account, state, now)
        let changed = Set(sessions.map(\.hash))
        var suspects = changed
        for session in state.sessions.values where session.seenAt >= state.seenAt.saturating(minus: Self.lag) {
            suspects.insert(session.hash)
        }
        let shards = account.messageShards()
        var attempt: StoreLook?
        var look: StoreLook
        repeat {
            look = StoreLook(
                state, changed: changed, suspects: suspects, shards: Set(shards.map(TableKey.number)), now: now,
                after: attempt)
            losses = MessageLosses()
            var lost = 0
            for (ordinal, shard) in shards.enumerated() {
                do throws(WeFlowError) {
                    let source = try DatabaseSource(shard, ordinal, of: account, hashes: hashes)
                    hashes = SessionHashes()
                    defer { hashes = source.hashes }
                    let version = Version(source.snapshot)
                    let isNew = known[shard.database.name] != version
                    let isComplete = try look.look(at: source, isNew: isNew) { () throws(WeFlowError) in
                        try knownRows(state, load)
                    }
                    for failure in source.damage { losses.add(failure) }
                    pending[shard.database.name] = isComplete ? version : nil
                } catch {
                    if error.isTransient { throw error }
                    lost += 1
                    losses.add(error)
                }
            }
            if lost == shards.count, let error = losses.error { throw error }
            // Where rows went away in one shard, they may have come back in one that was looked at before.
            attempt = look.isToBeRepeated && attempt == nil ? look : nil
        } while attempt != nil
        var pass = look.end()
        pass.sessions = sessions
        if pass.isEmpty { confirm() }
        return (pass, losses)
    }

    /// The pass was written: what it saw need not be looked at again.
    mutating func confirm() {
        known.merge(pending) { $1 }
        pending = [:]
    }

    /// Everything is to be looked at again.
    mutating func forget() { known = [:] }

    /// The rows that the journal knows now.
    mutating func knownRows(
        _ state: ArrivalState, _ load: (ArrivalBase.Rows) throws(WeFlowError) -> KnownRows
    ) throws(WeFlowError) -> KnownRows {
        var kept: (journal: UInt64, check: UInt64, rows: KnownRows, position: UInt64, known: Int)
        if let rows, rows.journal == state.journal, rows.check == state.rows.check, rows.position >= state.first,
            rows.position <= state.end, rows.known <= state.known.count
        {
            kept = rows
            self.rows = nil
        } else {
            kept = (state.journal, state.rows.check, try load(state.rows), state.first, 0)
        }
        for entry in state.entries(from: kept.position) where entry.sum != 0 { kept.rows.add(entry.sum) }
        for sum in state.known[kept.known...] { kept.rows.add(sum) }
        (kept.position, kept.known) = (state.end, state.known.count)
        rows = kept
        return kept.rows
    }

    /// Sessions whose row changed.
    private mutating func sessions(
        _ account: Account, _ state: ArrivalState, _ now: Int64
    ) throws(WeFlowError) -> [ArrivalPass.Session] {
        // Without session.db only rows that were added are found.
        guard account.hasDatabase(SessionTables.database),
            let snapshot = try? account.database(SessionTables.database).snapshot(),
            known[SessionTables.database] != Version(snapshot)
        else { return [] }
        var changed: [ArrivalPass.Session] = []
        for mark in try SessionMarks(snapshot, in: account, seed: state.journal).marks {
            let hash = hashes.hash(of: mark.username)
            guard state.sessions[hash]?.mark != mark.value else { continue }
            changed.append(ArrivalPass.Session(hash: hash, mark: mark.value, seenAt: now))
        }
        pending[SessionTables.database] = Version(snapshot)
        return changed
    }
}
