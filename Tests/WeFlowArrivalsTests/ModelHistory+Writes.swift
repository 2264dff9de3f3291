import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// What the client writes: new messages, late ones, recalls, chats that are deleted.
extension ModelHistory {
    mutating func newRow(at time: Int64, type: Int64 = 1) -> ModelRow {
        nextThing += 1
        nextServerID += 1
        nextSort += 1
        let serverID = chance(85) ? nextServerID : 0
        return ModelRow(
            localID: 0, serverID: serverID, createTime: time, sortSeq: time * 1000 + nextSort % 1000, localType: type,
            thing: nextThing, recalled: nil)
    }

    mutating func add(_ row: ModelRow, to hash: TableHash) {
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

    mutating func write() {
        guard let hash = pick(chats) else { return }
        log.append("write \(nextThing + 1)")
        add(newRow(at: now, type: chance(6) ? 10000 : 1), to: hash)
    }

    mutating func burst(_ count: Int) {
        guard let hash = pick(chats) else { return }
        log.append("burst \(nextThing + 1) \(count)")
        for _ in 0..<count {
            if chance(10) { now += 1 }
            add(newRow(at: now), to: hash)
        }
    }

    mutating func late() {
        guard let hash = pick(chats) else { return }
        log.append("late \(nextThing + 1)")
        add(newRow(at: now - Int64.random(in: 100...2_000_000, using: &random)), to: hash)
        // What came late to a shard that was never read cannot be told from what was there.
        guard state?.unseen.isEmpty == false else { return }
        for index in clients.indices where clients[index].isStream { clients[index].excused.insert(nextThing) }
    }

    /// Something that was lost comes from the server again.
    mutating func rewrite() {
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

    mutating func delete() {
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

    mutating func begunAnew() {
        guard let hash = pick(chats) else { return }
        log.append("chat deleted")
        isReplaced = true
        lost.formUnion(stores[current].rows.filter { $0.hash == hash }.map(\.row.thing))
        stores[current].drop(hash, change: change)
        for _ in 0..<Int.random(in: 0...8, using: &random) { add(newRow(at: now), to: hash) }
    }

    mutating func recall() {
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
    mutating func acknowledge() {
        guard let (_, hash, row) = pick(stores[current].rows.filter { $0.row.serverID == 0 }) else { return }
        log.append("acknowledge \(row.thing)")
        nextServerID += 1
        for store in stores.indices { stores[store].acknowledge(row.thing, nextServerID, hash, change) }
        for backup in backups.indices { backups[backup].store.acknowledge(row.thing, nextServerID, hash, change) }
        if chance(50) { stores[current].touch(hash, change) }
    }
}
