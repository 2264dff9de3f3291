internal import WeFlowModel
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

extension SearchWorker {
    /// Says which messages are read next, so that their pages are verified side by side.
    func plan(_ places: [RowPlace]) {
        var planned: [[(table: Int, id: Int64)]] = store.shards.map { _ in [] }
        for place in places {
            let table = store.tables[Int(place.table)]
            planned[Int(table.shard)].append((Int(table.slot), place.rowID))
        }
        for (shard, rows) in planned.enumerated() where rows.count > 1 { reader(shard).plan(rows) }
    }

    /// Reads messages one by one, in the order in which they are named.
    ///
    /// - Parameters:
    ///   - places: where they are.
    ///   - losses: takes what cannot be read.
    ///   - body: takes the index of each and the message.
    /// - Throws: `.unavailable` where a database moved; what `body` throws.
    func read(
        _ places: [RowPlace], losses: inout MessageLosses, _ body: (Int, borrowing Message) throws -> Void
    ) throws {
        for (index, place) in places.enumerated() {
            let table = store.tables[Int(place.table)]
            let reader = reader(Int(table.shard))
            reader.readsLongRows = true
            let isGroup = store.sessions[Int(table.session)].isGroup
            do {
                try reader.withRow(place.rowID, of: Int(table.slot)) { row in
                    let sender = sender(row.senderID, reader, &losses)
                    try rows.read(
                        row, sender: sender, isGroup: isGroup, names: store.names, losses: &losses
                    ) { _ in
                        true
                    } _: { message in
                        try body(index, message)
                    }
                }
            } catch let failure as PageFailure {
                if failure.reason == .moved { throw failure.error }
                losses.add(failure)
            }
        }
    }

    /// Looks at rows that stand side by side in the order of the client's sequence.
    ///
    /// - Parameters:
    ///   - rows: where they are, and the sequence of each.
    ///   - slack: by how many seconds a message may be newer than its sequence says.
    ///   - bound: the seconds that are still of use, beside those of the filter.
    ///   - body: takes each message that passes.
    /// - Returns: false where a message is newer than that.
    /// - Throws: the page that cannot be read; what `body` throws.
    func look(
        at rows: [(row: RowPlace, sequence: Int64)], slack: Int64, within bound: ClosedRange<Int64>,
        _ body: (Passed) throws -> Void
    ) throws -> Bool {
        let first = max(bound.lowerBound, filter.times?.lowerBound ?? .min)
        let last = min(bound.upperBound, filter.times?.upperBound ?? .max)
        var isRegular = true
        for (index, (place, sequence)) in rows.enumerated() {
            if index % 64 == 0 { plan(rows[index..<min(index + 64, rows.count)].map(\.row)) }
            let table = store.tables[Int(place.table)]
            let reader = reader(Int(table.shard))
            reader.readsLongRows = readsTexts
            var losses = MessageLosses()
            try reader.withRow(place.rowID, of: Int(table.slot)) { row in
                isRegular = isRegular && row.createTime <= MessageRow.time(of: sequence, slack: slack)
                guard first <= row.createTime, row.createTime <= last else { return }
                try judge(row, place.rowID, place.table, Int(table.shard), reader, &losses, row: body) { passed, _ in
                    try body(passed)
                }
            }
            // What is damaged is named by the pass over everything.
            guard isRegular, losses.sentences.isEmpty else { return false }
        }
        return true
    }
}
