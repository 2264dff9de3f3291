import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// What is put in the place of something: backups, other copies, shards under other numbers.
extension ModelHistory {
    mutating func backup() {
        log.append("backup \(backups.count)")
        backups.append((stores[current], current))
    }

    mutating func restore() {
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

    mutating func renumber() {
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

    mutating func newShard() {
        guard let last = stores[current].shards.keys.max(), last < 5 else { return }
        log.append("new shard")
        stores[current].shards[last + 1] = ModelShard(file: UInt64(change) << 16, version: change)
    }

    /// The account is read from its other place.
    mutating func otherCopy() {
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
}
