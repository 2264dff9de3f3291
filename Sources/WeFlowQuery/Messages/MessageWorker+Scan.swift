import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Walks over all rows on the leaves of a table, in the order in which they lie there.
extension MessageWorker {
    /// Finds the messages on some leaves of a table that pass the filter.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - leaves: places in its leaf map, with which the worker must have been made.
    ///   - filter: which messages are meant.
    ///   - losses: takes what cannot be read.
    /// - Returns: the places of the messages that pass.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock.
    func scan(
        _ table: Int, _ leaves: Range<Int>, filter: MessageFilter, losses: inout MessageLosses
    ) throws -> [MessagePosition] {
        closeIdle()
        var found: [MessagePosition] = []
        var failures: [PageFailure] = []
        let reader = reader(table)
        try reader.scan(leaves, times: filter.times) { row, id in
            guard filter.admits(row.createTime) else { return }
            if let keyword = filter.keyword {
                let isMeant = decoding.withMessage(row, reader, .whole, nil, &losses) { matches($0, keyword) }
                guard isMeant == true else { return }
            }
            let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: table)
            found.append(MessagePosition(entry, createTime: row.createTime, in: chat.tables[table]))
        } failed: { failure in
            failures.append(failure)
        }
        for failure in failures { losses.add(failure) }
        return found
    }

    /// Finds the messages on some leaves of a table that have a server's id.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - leaves: places in its leaf map, with which the worker must have been made.
    ///   - server: the id.
    ///   - losses: takes what cannot be read.
    /// - Returns: the places of the messages.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock.
    func scan(
        _ table: Int, _ leaves: Range<Int>, server: Int64, losses: inout MessageLosses
    ) throws -> [MessagePosition] {
        closeIdle()
        var found: [MessagePosition] = []
        var failures: [PageFailure] = []
        try reader(table).scan(leaves) { row, id in
            guard row.serverID == server else { return }
            let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: table)
            found.append(MessagePosition(entry, createTime: row.createTime, in: chat.tables[table]))
        } failed: { failure in
            failures.append(failure)
        }
        for failure in failures { losses.add(failure) }
        return found
    }

    /// Finds the first message of each sender on some leaves of a table, among those that pass the filter.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - leaves: places in its leaf map, with which the worker must have been made.
    ///   - filter: which messages are meant; its keyword is not asked.
    ///   - order: the order of the messages.
    ///   - losses: takes what cannot be read.
    /// - Returns: what was found.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock.
    func scanSenders(
        _ table: Int, _ leaves: Range<Int>, filter: MessageFilter, order: MessageOrder, losses: inout MessageLosses
    ) throws -> SenderFirsts {
        closeIdle()
        var found = SenderFirsts(order)
        var failures: [PageFailure] = []
        let (reader, ordinal) = (reader(table), chat.tables[table].ordinal)
        try reader.scan(leaves, times: filter.times) { row, id in
            guard filter.admits(row.createTime) else { return }
            let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: table)
            let place = MessagePosition(entry, createTime: row.createTime, ordinal: ordinal)
            if MessageType(localType: row.localType).isNotice {
                found.add(place)
            } else {
                let senderID = row.senderID
                found.add(place, sender: senderID) {
                    reader.withSender(senderID, failed: { losses.add($0) }) { $0 != nil }
                }
            }
        } failed: { failure in
            failures.append(failure)
        }
        for failure in failures { losses.add(failure) }
        return found
    }
}
