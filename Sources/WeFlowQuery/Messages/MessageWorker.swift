import WeFlowModel
import WeFlowPages
package import WeFlowStore

/// How much of a message a caller wants.
public enum MessageDepth: Sendable {
    /// All of it.
    case whole
    /// Who sent it, and whether it is a notice. Of a sender's messages a walk may leave out all but the first.
    case sender
}

/// Reads rows of a chat and takes them apart: what one thread needs, kept from batch to batch.
package final class MessageWorker {
    /// How many rows are planned at once: their leaves lie side by side in memory.
    private static let planned = 512
    /// Bytes that the readers of all tables keep together, but for those of the tables that a batch needs at once: a chat
    /// may lie in any number of shards.
    private static let mostKept = 4 << 20

    let chat: Chat
    private let leaves: [WorkerPool.MappedLeaves?]
    let decoding: Decoding
    private var readers: [MessageReader?]
    /// When each reader was used last, counted in plans.
    private var used: [Int]
    private var turn = 0
    private var displayed: [UInt8] = []

    /// Makes one that reads few rows, wherever they lie.
    ///
    /// - Parameters:
    ///   - chat: what is read.
    ///   - readsRecords: whether forwarded records are taken apart.
    package convenience init(_ chat: Chat, readsRecords: Bool) {
        self.init(chat, leaves: [], readsRecords: readsRecords)
    }

    /// - Parameters:
    ///   - chat: what is read.
    ///   - leaves: the leaf map of each table, where most rows will be read; else none.
    ///   - readsRecords: whether forwarded records are taken apart.
    ///   - readsLinks: whether addresses and descriptions of cards are read.
    ///   - decoder: takes rows apart, as the two above ask for; nil makes one.
    init(
        _ chat: Chat, leaves: [WorkerPool.MappedLeaves?], readsRecords: Bool, readsLinks: Bool = true,
        decoder: RowDecoder? = nil
    ) {
        self.chat = chat
        self.leaves = leaves
        let decoder =
            decoder
            ?? RowDecoder(ownUsername: chat.ownUsername, readsRecords: readsRecords, readsLinks: readsLinks)
        decoding = Decoding(decoder: decoder, names: chat.names, isGroup: chat.isGroup)
        readers = chat.tables.map { _ in nil }
        used = chat.tables.map { _ in 0 }
    }

    /// Reads each entry's row and hands on those that pass the filter.
    ///
    /// A row whose page is damaged is noted in `losses`, and the others are handed on.
    ///
    /// - Parameters:
    ///   - entries: the messages; those of one sequence stand together and are put in order.
    ///   - order: the order of the messages.
    ///   - filter: which of them are meant.
    ///   - depth: how much of a message is wanted.
    ///   - media: what became of the media of each entry, where they were asked for.
    ///   - losses: takes what cannot be read.
    ///   - body: takes each message that passes.
    /// - Returns: the place of the last row that was read, nil where none was.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock; what `body` throws.
    package func read(
        _ entries: ArraySlice<MessageEntry>, order: MessageOrder, filter: MessageFilter,
        depth: MessageDepth = .whole, media: [MediaOutcome?] = [], losses: inout MessageLosses,
        _ body: (MessageEntry, borrowing Message) throws -> Void
    ) throws -> MessagePosition? {
        var last: (entry: MessageEntry, time: Int64)?
        var start = entries.startIndex
        let decoding = decoding
        while start < entries.endIndex {
            var end = min(start + Self.planned, entries.endIndex)
            while end < entries.endIndex, entries[end].sequence == entries[end - 1].sequence { end += 1 }
            let reads = try plan(entries[start..<end], order)
            var next = 0
            while next < reads.count {
                // A constant for each run of one table: what is named anew for each row is counted for each row.
                let (table, reader) = (reads[next].entry.table, reader(reads[next].entry.table))
                let rows = reader.plannedRows
                while next < reads.count, reads[next].entry.table == table {
                    let read = reads[next]
                    next += 1
                    do throws(PageFailure) {
                        try rows.load(read.place)
                    } catch {
                        if error.reason == .moved { throw error.error }
                        losses.add(error)
                        continue
                    }
                    try reader.withRow { row in
                        last = (read.entry, row.createTime)
                        guard filter.admits(row.createTime) else { return }
                        let outcome = media.isEmpty ? nil : media[read.index - entries.startIndex]
                        try decoding.withMessage(row, reader, depth, outcome, &losses) { message in
                            if let keyword = filter.keyword, !matches(message, keyword) { return }
                            try body(read.entry, message)
                        }
                    }
                }
            }
            start = end
        }
        return last.map { MessagePosition($0.entry, createTime: $0.time, in: chat.tables[$0.entry.table]) }
    }

    /// An entry whose row is planned.
    private struct Read {
        let entry: MessageEntry
        /// The entry's index.
        let index: Int
        /// The row's place in the plan of its table's reader.
        let place: Int
    }

    /// Plans the rows of some entries, and puts entries of one sequence in order.
    private func plan(_ entries: ArraySlice<MessageEntry>, _ order: MessageOrder) throws -> [Read] {
        closeIdle()
        var planned: [[Int64]] = Array(repeating: [], count: chat.tables.count)
        var reads: [Read] = []
        reads.reserveCapacity(entries.count)
        for (index, entry) in zip(entries.indices, entries) {
            reads.append(Read(entry: entry, index: index, place: planned[entry.table].count))
            planned[entry.table].append(entry.rowID)
        }
        do throws(PageFailure) {
            for table in planned.indices where !planned[table].isEmpty {
                try reader(table).plan(planned[table])
            }
        } catch {
            throw error.error
        }
        var start = 0
        while start < reads.count {
            var end = start + 1
            while end < reads.count, reads[end].entry.sequence == reads[start].entry.sequence { end += 1 }
            if end - start > 1 { try sort(&reads, start..<end, order) }
            start = end
        }
        return reads
    }

    /// Puts entries of one sequence in order, for which their rows' times are needed.
    private func sort(_ reads: inout [Read], _ range: Range<Int>, _ order: MessageOrder) throws {
        var keyed: [(place: MessagePosition, read: Read)] = []
        for read in reads[range] {
            var time: Int64 = 0
            do throws(PageFailure) {
                time = try reader(read.entry.table).createTime(planned: read.place)
            } catch {
                // It is said when the row's turn comes.
                if error.reason == .moved { throw error.error }
            }
            keyed.append((MessagePosition(read.entry, createTime: time, in: chat.tables[read.entry.table]), read))
        }
        keyed.sort { order == .newestFirst ? $1.place < $0.place : $0.place < $1.place }
        for (index, keyed) in zip(range, keyed) { reads[index] = keyed.read }
    }

    /// About how many bytes the readers keep.
    var keptSize: Int { readers.reduce(0) { $0 + ($1?.keptSize ?? 0) } }

    /// Closes the readers that were used the longest time ago, where all of them keep too much. None is in use.
    func closeIdle() {
        turn += 1
        var kept = keptSize
        guard kept > Self.mostKept else { return }
        // Those of the plan before are likely to be needed again.
        for table in readers.indices.sorted(by: { used[$0] < used[$1] }) where used[table] < turn - 1 {
            kept -= readers[table]?.keptSize ?? 0
            readers[table] = nil
            if kept <= Self.mostKept { return }
        }
    }

    func reader(_ table: Int) -> MessageReader {
        used[table] = turn
        if let reader = readers[table] { return reader }
        let mapped = table < leaves.count ? leaves[table] : nil
        let reader = MessageReader(chat.tables[table], leaves: mapped?.map, tally: mapped?.tally)
        readers[table] = reader
        return reader
    }

    /// What messages are made of rows with. In a constant, whose references are not counted for each row as those of the
    /// worker are: 1 % of an export.
    struct Decoding {
        let decoder: RowDecoder
        let names: LazyNames
        let isGroup: Bool

        /// Lends the message that a row is.
        @inline(__always)
        @discardableResult
        func withMessage<Value, Failure: Error>(
            _ row: borrowing MessageRow, _ reader: MessageReader, _ depth: MessageDepth, _ media: MediaOutcome?,
            _ losses: inout MessageLosses, _ body: (borrowing Message) throws(Failure) -> Value
        ) throws(Failure) -> Value? {
            var lost: PageFailure?
            let known = reader.sender(row.senderID, failed: { lost = $0 })
            if let lost { losses.add(lost) }
            return try decoder.withMessage(
                row, sender: known, isGroup: isGroup, names: names, depth: depth, media: media, losses: &losses, body)
        }
    }

    func matches(_ message: borrowing Message, _ keyword: KeywordMatcher) -> Bool {
        if message.content.marksOfDisplayed(message.body) != nil { return keyword.matches(message.body) }
        displayed.removeAll(keepingCapacity: true)
        message.content.appendDisplayText(of: message.body, to: &displayed)
        return displayed.withUnsafeBytes { keyword.matches($0) }
    }
}
