import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// Which rows are read.
extension ChatRun {
    /// Reads all messages.
    func readAll(_ reader: ChatReader) async throws {
        equal = EqualMessages()
        defer { equal = nil }
        let (names, compares) = (reader.chat.names.book, index.comparesContents)
        let losses = try await reader.all(into: { LineBatch(names, compares: compares) }) {
            message, place, wish, batch in
            batch.add(message, place, wish)
        } consume: { batch in
            try await take(batch, reader)
        }
        outcome.losses.add(losses)
    }

    /// Reads what came since the last run.
    func read(_ parts: [UInt32: SourceLook.Part], _ reader: ChatReader) async throws {
        var places: [ChatReader.Place] = []
        for (table, part) in reader.tables.enumerated().map({ ($0, parts[SourceLook.number(of: $1.shard)]) }) {
            var last: Int64?
            var notices: Int64?
            switch part {
            case .after(let row): (last, notices) = (row, SourceLook.noticesStart(before: row))
            case .notices(let row): notices = row
            case .whole, nil: break
            }
            if let notices {
                let damage = try reader.tables[table].rows(after: notices) { row in
                    if let last, row.localID > last {
                        places.append(ChatReader.Place(table: table, rowID: row.localID))
                    } else if isTurned(row) {
                        places.append(ChatReader.Place(table: table, rowID: row.localID))
                    }
                    return true
                }
                for page in damage { outcome.losses.add(page) }
            }
        }
        try await read(places, reader)
    }

    /// Whether a row that was archived as a message is a notice now.
    private func isTurned(_ row: ArrivedRow) -> Bool {
        let type = UInt32(truncatingIfNeeded: row.localType)
        guard type == 10000 || type == 10002, row.serverID != 0,
            let slot = index.find(MessageIdentity.key(serverID: UInt64(bitPattern: row.serverID)))
        else { return false }
        return index.infos[slot].isDisjoint(with: [.notice, .recalled])
    }

    private func read(_ places: [ChatReader.Place], _ reader: ChatReader) async throws {
        var rest = places[...]
        while !rest.isEmpty {
            var batch = LineBatch(reader.chat.names.book, compares: false)
            outcome.losses.add(
                try reader.rows(rest.prefix(400), into: &batch) { message, place, wish, batch in
                    batch.add(message, place, wish)
                })
            rest = rest.dropFirst(400)
            try await take(batch, reader)
        }
    }

    /// Looks again at messages whose file was missing, and at voices without a text.
    func revisit(_ reader: ChatReader) async throws {
        var places: Set<ChatReader.Place> = []
        for revisit in outcome.state.missing + outcome.state.untold where !resolved.contains(revisit.key) {
            for (table, rows) in reader.tables.enumerated() {
                do throws(PageFailure) {
                    guard let row = try rows.row(revisit.localID) else { continue }
                    let isIt =
                        row.serverID == 0
                        ? row.createTime == revisit.createTime
                        : MessageIdentity.key(serverID: UInt64(bitPattern: row.serverID)) == revisit.key
                    if isIt { places.insert(ChatReader.Place(table: table, rowID: revisit.localID)) }
                } catch {
                    if error.reason == .moved { throw error.error }
                }
            }
        }
        let sorted = places.sorted { ($0.table, $0.rowID) < ($1.table, $1.rowID) }
        isRevisiting = true
        defer { isRevisiting = false }
        try await read(sorted, reader)
    }
}
