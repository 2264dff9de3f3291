import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// What clients are given, and what must hold of it.
extension ModelHistory {
    mutating func drain(_ index: Int, upTo limit: Int) {
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
    func resolve(
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
    mutating func walk(_ client: inout ModelClient, _ state: ArrivalState) {
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

    mutating func give(_ thing: Int, to client: inout ModelClient, isDoubtful: Bool, isWalk: Bool = false) {
        let before = client.given[thing, default: 0]
        client.given[thing] = before + 1
        log.append("\(client.isStream ? "stream" : "poll") gets \(thing)")
        if before > 0, !isDoubtful, thing > forgotten { failures.append("\(thing) was given twice and nobody said so") }
        guard client.isStream, !isWalk, !client.excused.contains(thing) else { return }
        if before > 0 { failures.append("\(thing) was an event twice") }
        if old.contains(thing) { failures.append("\(thing) was an event, and there before") }
    }

    /// Whether a client that has everything was given all that is there and was not before.
    mutating func check(_ client: ModelClient) {
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

    mutating func check() {
        for client in clients { check(client) }
    }
}
