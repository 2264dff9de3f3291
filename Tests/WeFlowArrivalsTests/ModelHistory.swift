import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// A client of the model: `messages new`, or a stream.
struct ModelClient {
    let isStream: Bool
    var position: UInt64
    var chain: UInt64
    var journal: UInt64
    var time: Int64
    var digest: CounterDigest
    /// How often each thing was given.
    var given: [Int: Int] = [:]
    /// Things of which a stream is not asked whether it had them: a journal was lost when they were there.
    var excused: Set<Int> = []
}

/// A random history of a store, of the looks at it, and of what clients were given.
///
/// What must hold: whatever is in the store and was not there before the journal began was given; a thing is given twice
/// only where the answer says that it may be; and a stream never gives what was there before.
struct ModelHistory {
    private var random: SeededGenerator
    private let seed: UInt64
    private var stores: [ModelStore] = [ModelStore()]
    /// The store that is looked at.
    private var current = 0
    private var backups: [(store: ModelStore, of: Int)] = []
    private var now: Int64 = 1_700_000_000
    private var change = 1
    private var nextThing = 1
    private var nextServerID: Int64 = 1 << 40
    private var nextSort: Int64 = 0
    private let chats: [TableHash]
    private let countsAll: Bool
    /// Everything that was ever written, to be written again.
    private var written: [(hash: TableHash, row: ModelRow)] = []
    /// What took messages back.
    private var recalls: [Int: Int] = [:]
    /// What went away with an older state or a deleted chat.
    private var lost: Set<Int> = []

    private var state: ArrivalState?
    private var saved: [ArrivalState] = []
    private var baseRows = KnownRows()
    private var versions: [UInt32: Int] = [:]
    private var marksVersion = -1
    /// Things that were there when the journal began.
    private var old: Set<Int> = []
    /// Things that lay in a shard which could not be read then.
    private var unseen: Set<Int> = []
    private var clients: [ModelClient] = []
    private var hasLost = false
    /// Things up to here may be given again: what the journal knew of them was lost.
    private var forgotten = 0
    /// Whether an earlier state was put in place since the last look.
    private var isRestored = false
    /// Whether rows went away since all clients had everything.
    private var isReplaced = false
    /// Whether a client passed something over since the last look.
    private var isLookDue = false
    private let knowsNotices: Bool
    /// What was done, for a seed that fails.
    private(set) var log: [String] = []
    private(set) var failures: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        chats = (0..<Int.random(in: 1...4, using: &random)).map {
            TableHash(high: mix(UInt64($0) ^ 7), low: mix(UInt64($0) ^ 9))
        }
        countsAll = Int.random(in: 0..<100, using: &random) < 80
        knowsNotices = Int.random(in: 0..<100, using: &random) < 85
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &random) }

    // MARK: The history

    mutating func run() {
        stores[0].shards[0] = ModelShard(file: 1)
        if chance(40) { stores[0].shards[1] = ModelShard(file: 2) }
        for _ in 0..<Int.random(in: 0...12, using: &random) { write() }
        if chance(15) { burst(Int.random(in: 60...260, using: &random)) }
        if chance(50) { backup() }
        for _ in 0..<Int.random(in: 0...4, using: &random) { write() }
        begin()
        for _ in 0..<Int.random(in: 4...24, using: &random) {
            step()
            if chance(45) { look() }
        }
        look()
        for index in clients.indices { drain(index, upTo: .max) }
        // Whoever was behind may have passed over what is found again only now.
        look()
        for index in clients.indices { drain(index, upTo: .max) }
        check()
    }

    private mutating func step() {
        now += Int64.random(in: 1...(chance(30) ? 4000 : 60), using: &random)
        change += 1
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<34: write()
        case 34..<38: burst(Int.random(in: 5...40, using: &random))
        case 38..<44: late()
        case 44..<50: delete()
        case 50..<54: begunAnew()
        case 54..<59: backup()
        case 59..<69: restore()
        case 69..<73: renumber()
        case 73..<76: newShard()
        case 76..<83: recall()
        case 83..<86: acknowledge()
        case 86..<91: rewrite()
        case 91..<96: otherCopy()
        case 96..<98: forget()
        default: newProcess()
        }
    }

    private mutating func look() {
        lookAtStore()
        for index in clients.indices where chance(80) {
            drain(index, upTo: chance(50) ? .max : Int.random(in: 1...5, using: &random))
        }
    }

    // MARK: What is written

    private mutating func newRow(at time: Int64, type: Int64 = 1) -> ModelRow {
        nextThing += 1
        nextServerID += 1
        nextSort += 1
        let serverID = chance(85) ? nextServerID : 0
        return ModelRow(
            localID: 0, serverID: serverID, createTime: time, sortSeq: time * 1000 + nextSort % 1000, localType: type,
            thing: nextThing, recalled: nil)
    }

    private mutating func add(_ row: ModelRow, to hash: TableHash) {
        change += 1
        let numbers = stores[current].shards.keys.sorted()
        guard let newest = numbers.last else { return }
        let number = chance(85) ? newest : pick(numbers) ?? newest
        let isCounted = countsAll || chance(50)
        stores[current].append(row, to: hash, in: number, isCounted: isCounted, change: change)
        written.append((hash, row))
        // The other copies get it sooner or later.
        for other in stores.indices where other != current && row.serverID != 0 && chance(60) {
            guard let number = stores[other].shards.keys.max(),
                !stores[other].rows.contains(where: { $0.row.thing == row.thing })
            else { continue }
            stores[other].append(row, to: hash, in: number, isCounted: true, change: change)
        }
    }

    private mutating func write() {
        guard let hash = pick(chats) else { return }
        log.append("write \(nextThing + 1)")
        add(newRow(at: now, type: chance(6) ? 10000 : 1), to: hash)
    }

    private mutating func burst(_ count: Int) {
        guard let hash = pick(chats) else { return }
        log.append("burst \(nextThing + 1) \(count)")
        for _ in 0..<count {
            if chance(10) { now += 1 }
            add(newRow(at: now), to: hash)
        }
    }

    private mutating func late() {
        guard let hash = pick(chats) else { return }
        log.append("late \(nextThing + 1)")
        add(newRow(at: now - Int64.random(in: 100...2_000_000, using: &random)), to: hash)
        // What came late to a shard that was never read cannot be told from what was there.
        guard state?.unseen.isEmpty == false else { return }
        for index in clients.indices where clients[index].isStream { clients[index].excused.insert(nextThing) }
    }

    /// Something that was lost comes from the server again.
    private mutating func rewrite() {
        let there = Set(stores[current].rows.map(\.row.thing))
        let gone = written.filter {
            lost.contains($0.row.thing) && !there.contains($0.row.thing) && $0.row.serverID != 0
        }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            guard let (hash, row) = pick(gone), !stores[current].rows.contains(where: { $0.row.thing == row.thing })
            else { continue }
            log.append("rewrite \(row.thing)")
            add(row, to: hash)
        }
    }

    private mutating func delete() {
        // A row that took another's place and went before anybody looked leaves no trace.
        guard !isRestored, let (number, hash, _) = pick(stores[current].rows) else { return }
        log.append("delete")
        isReplaced = true
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let rows = stores[current].shards[number]?.tables[hash]?.rows, !rows.isEmpty else { return }
            let place = chance(50) ? rows.count - 1 : Int.random(in: rows.indices, using: &random)
            // What the user deletes and the server sends again is new.
            lost.remove(rows[place].thing)
            stores[current].shards[number]?.tables[hash]?.rows.remove(at: place)
        }
        stores[current].shards[number]?.version = change
        stores[current].touch(hash, change)
    }

    private mutating func begunAnew() {
        guard let hash = pick(chats) else { return }
        log.append("chat deleted")
        isReplaced = true
        lost.formUnion(stores[current].rows.filter { $0.hash == hash }.map(\.row.thing))
        stores[current].drop(hash, change: change)
        for _ in 0..<Int.random(in: 0...8, using: &random) { add(newRow(at: now), to: hash) }
    }

    private mutating func recall() {
        let rows = stores[current].rows.filter {
            $0.row.localType == 1 && $0.row.createTime > now - 120 && $0.row.serverID != 0
        }
        guard let (number, hash, row) = pick(rows) else { return }
        // The same recall in every copy.
        if recalls[row.thing] == nil {
            nextThing += 1
            recalls[row.thing] = nextThing
        }
        let thing = recalls[row.thing] ?? 0
        log.append("recall of \(row.thing) is \(thing)")
        var notice = row
        (notice.localType, notice.thing, notice.recalled) = (10000, thing, row.thing)
        if chance(50) {
            for place in stores[current].shards[number]?.tables[hash]?.rows.indices ?? 0..<0
            where stores[current].shards[number]?.tables[hash]?.rows[place].localID == row.localID {
                stores[current].shards[number]?.tables[hash]?.rows[place] = notice
            }
            stores[current].shards[number]?.version = change
            stores[current].touch(hash, change)
        } else {
            stores[current].shards[number]?.tables[hash]?.rows.removeAll { $0.localID == row.localID }
            notice.createTime = now
            stores[current].append(notice, to: hash, in: number, isCounted: true, change: change)
        }
    }

    /// The server takes an own message, which gets its id.
    private mutating func acknowledge() {
        guard let (_, hash, row) = pick(stores[current].rows.filter { $0.row.serverID == 0 }) else { return }
        log.append("acknowledge \(row.thing)")
        nextServerID += 1
        for store in stores.indices { stores[store].acknowledge(row.thing, nextServerID, hash, change) }
        for backup in backups.indices { backups[backup].store.acknowledge(row.thing, nextServerID, hash, change) }
        if chance(50) { stores[current].touch(hash, change) }
    }

    // MARK: What is replaced

    private mutating func backup() {
        log.append("backup \(backups.count)")
        backups.append((stores[current], current))
    }

    private mutating func restore() {
        guard let index = backups.indices.randomElement(using: &random), backups[index].of == current else { return }
        let backup = backups[index].store
        let keepsFile = chance(50)
        let numbers = chance(50) ? Array(backup.shards.keys) : [pick(backup.shards.keys.sorted()) ?? 0]
        log.append("restore \(numbers) of \(index)")
        isRestored = true
        isReplaced = true
        let before = stores[current].rows.map(\.row.thing)
        for number in numbers {
            guard var shard = backup.shards[number] else { continue }
            shard.version = change
            shard.file = keepsFile ? stores[current].shards[number]?.file ?? shard.file : UInt64(change) << 8
            stores[current].shards[number] = shard
        }
        lost.formUnion(Set(before).subtracting(stores[current].rows.map(\.row.thing)))
        if chance(50) {
            // Another row for every session, as other times and counts stand in it.
            for hash in chats { stores[current].touch(hash, change) }
        }
        if chance(60) {
            for _ in 0..<Int.random(in: 1...12, using: &random) { if chance(70) { write() } else { rewrite() } }
        }
    }

    private mutating func renumber() {
        let numbers = stores[current].shards.keys.sorted()
        guard let first = numbers.first, let last = numbers.last else { return }
        log.append("renumber")
        isReplaced = true
        if first == last {
            stores[current].shards[last + 1] = stores[current].shards.removeValue(forKey: last)
            stores[current].shards[last + 1]?.version = change
        } else {
            let kept = stores[current].shards[first]
            stores[current].shards[first] = stores[current].shards[last]
            stores[current].shards[last] = kept
            stores[current].shards[first]?.version = change
            stores[current].shards[last]?.version = change + 1
            change += 1
        }
    }

    private mutating func newShard() {
        guard let last = stores[current].shards.keys.max(), last < 5 else { return }
        log.append("new shard")
        stores[current].shards[last + 1] = ModelShard(file: UInt64(change) << 16, version: change)
    }

    /// The account is read from its other place.
    private mutating func otherCopy() {
        log.append("other copy")
        isReplaced = true
        if stores.count == 1 {
            var copy = stores[0]
            for number in copy.shards.keys {
                copy.shards[number]?.file ^= 1 << 60
                copy.shards[number]?.version = change + Int(number)
            }
            change += 8
            stores.append(copy)
        }
        current = 1 - current
        // Another process, which has nothing in memory of that place.
        newProcess()
    }

    // MARK: The journal

    private mutating func newProcess() {
        versions = [:]
        marksVersion = -1
    }

    private mutating func begin() {
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
    private mutating func forget() {
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

    private mutating func lookAtStore() {
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

    // MARK: Clients

    private mutating func drain(_ index: Int, upTo limit: Int) {
        guard let state else { return }
        var client = clients[index]
        var limit = limit
        if client.journal != state.journal || state.chain(at: client.position) != client.chain {
            walk(&client, state)
        }
        var missed: [(sum: UInt64, hash: TableHash)] = []
        for entry in state.entries(from: client.position) {
            guard limit > 0 else { break }
            client.position += 1
            if client.isStream, entry.doubt.contains(.isOld) { continue }
            guard let row = resolve(entry, state, &missed) else { continue }
            let isRevoke = row.recalled != nil
            // Who was told that it was taken back need not be told what it was.
            if let recalled = row.recalled { client.excused.insert(recalled) }
            if entry.kind == .message && isRevoke || entry.kind == .turned && !isRevoke { continue }
            give(row.thing, to: &client, isDoubtful: entry.doubt.contains(.repeats))
            limit -= 1
        }
        client.chain = state.chain(at: client.position) ?? 0
        client.time = state.entries(from: client.position).reduce(now) { min($0, $1.createTime) }
        client.digest = CounterDigest(state, at: client.position)
        if let pass = state.pass(missing: missed, asEvents: client.isStream) {
            log.append("missed \(missed.count)")
            isLookDue = true
            self.state?.apply(pass)
            if let state = self.state { saved.append(state) }
            newProcess()
        }
        clients[index] = client
        // What was passed over is found by the look that follows.
        if !isLookDue, client.position == self.state?.end { check(client) }
    }

    /// The row of an entry, as the reader finds it.
    private func resolve(
        _ entry: ArrivalEntry, _ state: ArrivalState, _ missed: inout [(sum: UInt64, hash: TableHash)]
    ) -> ModelRow? {
        let sums = RowSums(seed: state.journal)
        let hash = entry.place.hash
        func row(_ number: UInt32) -> ModelRow? {
            stores[current].shards[number]?.tables[hash]?.rows.first { $0.localID == entry.localID }
        }
        if let row = row(entry.place.shard) {
            if sums.fits(entry.sum, row.arrived, in: hash) { return row }
        }
        if state.isChecked(hash) {
            for number in stores[current].shards.keys.sorted() where number != entry.place.shard {
                if let row = row(number), sums.fits(entry.sum, row.arrived, in: hash) { return row }
            }
        }
        missed.append((entry.sum, hash))
        return nil
    }

    /// What makes up for a journal that is lost.
    private mutating func walk(_ client: inout ModelClient, _ state: ArrivalState) {
        let start = client.journal == state.journal ? state.end : state.first
        let sums = RowSums(seed: state.journal)
        let later = Set(state.entries(from: start).map(\.sum))
        let starts =
            client.isStream || client.journal == state.journal
            ? [:] : CounterDigest.written(since: client.digest, in: state, at: start)
        for (number, hash, row) in stores[current].rows {
            let place = TableKey(shard: number, hash: hash)
            let (own, before) = sums.stored(row.arrived, in: hash)
            guard state.counters[place] != nil, !later.contains(own), !later.contains(before) else { continue }
            let recent = row.createTime >= client.time - 300
            let isWanted: Bool
            if client.isStream {
                isWanted = recent
            } else if let behind = starts[place] {
                isWanted = row.localID > behind || recent
            } else {
                isWanted = row.createTime >= client.time - 30 * 86_400
            }
            // A stream goes back by time alone, so what came late meanwhile is for the answers.
            if client.isStream, !isWanted { client.excused.insert(row.thing) }
            if isWanted { give(row.thing, to: &client, isDoubtful: true, isWalk: true) }
        }
        client.position = start
        client.journal = state.journal
    }

    private mutating func give(_ thing: Int, to client: inout ModelClient, isDoubtful: Bool, isWalk: Bool = false) {
        let before = client.given[thing, default: 0]
        client.given[thing] = before + 1
        log.append("\(client.isStream ? "stream" : "poll") gets \(thing)")
        if before > 0, !isDoubtful, thing > forgotten { failures.append("\(thing) was given twice and nobody said so") }
        guard client.isStream, !isWalk, !client.excused.contains(thing) else { return }
        if before > 0 { failures.append("\(thing) was an event twice") }
        if old.contains(thing) { failures.append("\(thing) was an event, and there before") }
    }

    /// Whether a client that has everything was given all that is there and was not before.
    private mutating func check(_ client: ModelClient) {
        for (number, _, row) in stores[current].rows {
            guard client.given[row.thing] == nil, !old.contains(row.thing), !unseen.contains(row.thing),
                !client.excused.contains(row.thing)
            else { continue }
            log.append(
                "lost: \(row.thing) at \(number)/\(row.localID)"
            )
            failures.append("\(row.thing) was lost for the \(client.isStream ? "stream" : "poll")")
        }
    }

    private mutating func check() {
        for client in clients { check(client) }
    }
}
