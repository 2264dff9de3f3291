import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// The journal: how it begins, is lost, and looks at the store.
extension ModelHistory {
    mutating func newProcess() {
        versions = [:]
        marksVersion = -1
    }

    mutating func begin() {
        var pass = ArrivalPass(seenAt: now)
        let journal = seed ^ UInt64(change) << 20 | 1
        let sums = RowSums(seed: journal)
        var known: [UInt64] = []
        var unreadable: Set<UInt32> = []
        if state == nil, stores[current].shards.count > 1, chance(10) { unreadable = [1] }
        for (number, shard) in stores[current].shards {
            if unreadable.contains(number) {
                unseen.formUnion(shard.tables.values.flatMap(\.rows).map(\.thing))
                continue
            }
            var uncounted: [TableHash] = []
            let source = ModelSource(number, shard)
            guard let counters = try? source.counters(nil, uncounted: &uncounted) else { continue }
            for (hash, table) in shard.tables {
                guard let sequence = counters[hash] else { continue }
                var counter = ArrivalState.Counter(sequence: sequence.last, slot: sequence.slot)
                var window = Window(0)
                for row in table.rows {
                    let sum = sums.sum(of: row.arrived, in: hash)
                    counter.last = row.localID
                    window.add(row.localID, sum)
                    known.append(sum)
                    if row.localType == 10000 {
                        if knowsNotices || row.createTime >= now - 3600 { known.append(RowSums.notice(sum)) }
                        counter.notices.append(row.localID)
                    }
                    old.insert(row.thing)
                }
                counter.base = counter.last
                (counter.windowStart, counter.windowSum) = window.end(TableLook.window)
                counter.notices.removeAll { $0 <= counter.last - TableLook.reach }
                pass.counters.append(
                    ArrivalPass.Counter(place: TableKey(shard: number, hash: hash), counter: counter))
            }
            pass.shards.append(
                ArrivalPass.ShardMark(number: number, file: shard.file, cookie: shard.cookie, uncounted: uncounted))
        }
        pass.sessions = stores[current].marks.map { ArrivalPass.Session(hash: $0, mark: $1, seenAt: now) }
        baseRows = KnownRows(known.sorted(), isWhole: true, hasNotices: knowsNotices)
        let state = ArrivalState(
            ArrivalBase(
                journal: journal, createdAt: now, first: UInt64(now) * 1000, chain: journal, unseen: unreadable,
                pass: pass))
        self.state = state
        saved = [state]
        newProcess()
        if clients.isEmpty {
            clients = [false, true].map { isStream in
                ModelClient(
                    isStream: isStream, position: state.end, chain: state.chain(at: state.end) ?? 0,
                    journal: state.journal, time: now, digest: CounterDigest(state, at: state.end))
            }
        }
    }

    /// The journal is lost, or what was written to it last.
    mutating func forget() {
        // Counters alone do not tell what was written to a store that was replaced meanwhile.
        if isReplaced {
            for _ in 0..<2 {
                lookAtStore()
                for index in clients.indices { drain(index, upTo: .max) }
            }
            isReplaced = false
        }
        forgotten = nextThing
        // What is away, or was when a client came to it, is in no journal any more.
        let there = Dictionary(stores[current].rows.map { ($0.row.thing, ($0.hash, $0.row)) }) { $1 }
        for thing in 1...nextThing {
            if let (hash, row) = there[thing], let state {
                let sums = RowSums(seed: state.journal).stored(row.arrived, in: hash)
                if state.missed[sums.0] == nil, state.missed[sums.1] == nil { continue }
            }
            for index in clients.indices { clients[index].excused.insert(thing) }
        }
        // A stream does not go so far back as an answer does.
        for index in clients.indices where clients[index].isStream { clients[index].excused.formUnion(1...nextThing) }
        if chance(50), saved.count > 1 {
            log.append("journal cut")
            saved.removeLast(Int.random(in: 1..<saved.count, using: &random))
            // What was passed over is written before the place of who did.
            if let last = saved.last, last.missed.count < state?.missed.count ?? 0 {
                if let state { saved = [state] }
                return
            }
            state = saved.last
            newProcess()
            lookAtStore()
            for index in clients.indices { drain(index, upTo: .max) }
        } else if !hasLost {
            log.append("journal lost")
            hasLost = true
            // What is there now counts as known in the new journal; the old cursors have to find it.
            let before = old
            begin()
            old = before
            // Before anything is replaced once more: what is away then is in no journal.
            lookAtStore()
            for index in clients.indices { drain(index, upTo: .max) }
        }
    }

    mutating func lookAtStore() {
        guard let state else { return }
        (isLookDue, isRestored) = (false, false)
        var changed: [ArrivalPass.Session] = []
        let store = stores[current]
        if store.marksVersion != marksVersion {
            for (hash, mark) in store.marks where state.sessions[hash]?.mark != mark {
                changed.append(ArrivalPass.Session(hash: hash, mark: mark, seenAt: now))
            }
            marksVersion = store.marksVersion
        }
        let hashes = Set(changed.map(\.hash))
        let suspects = hashes.union(
            state.sessions.values.filter { $0.seenAt >= state.seenAt - 10 }.map(\.hash))
        var rows = baseRows
        for entry in state.entries { rows.add(entry.sum) }
        for sum in state.known { rows.add(sum) }
        let known = rows
        var attempt: StoreLook?
        var look: StoreLook
        let before = versions
        repeat {
            look = StoreLook(
                state, changed: hashes, suspects: suspects, shards: Set(store.shards.keys), now: now, after: attempt)
            for (number, shard) in store.shards.sorted(by: { $0.key < $1.key }) {
                let isNew = before[number] != shard.version
                do throws(WeFlowError) {
                    let isComplete = try look.look(at: ModelSource(number, shard), isNew: isNew) {
                        () throws(WeFlowError) in known
                    }
                    if isComplete { versions[number] = shard.version }
                } catch {
                    failures.append("look failed")
                }
            }
            attempt = look.isToBeRepeated && attempt == nil ? look : nil
        } while attempt != nil
        var pass = look.end()
        pass.sessions = changed
        guard !pass.isEmpty else { return }
        log.append("look: \(pass.entries.map { "\($0.place.shard)/\($0.localID) \($0.kind) \($0.doubt.rawValue)" })")
        self.state?.apply(pass)
        if let state = self.state { saved.append(state) }
    }
}
