internal import WeFlowModel
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// Reads pages of message tables and finds the messages that a filter means: what one thread needs, kept from page to
/// page.
final class SearchWorker {
    /// What is wanted of the messages that pass.
    struct Wish: Sendable {
        /// Whether a message is wanted whole, as far as its type tells; else its row is enough.
        var needsText: @Sendable (MessageType) -> Bool
        /// Whether the text decides of none.
        var needsNoText: Bool

        /// Rows alone.
        static let rows = Wish(needsText: { _ in false }, needsNoText: true)
    }

    /// A message that passes: its row, and where its text was read the rest.
    struct Passed {
        let table: Int32
        let rowID: Int64
        let createTime: Int64
        let sortSeq: Int64
        let localType: Int64
        let isSend: Bool
        let sender: UnsafeRawBufferPointer
        /// The kind, nil where only the text would tell and nobody asked.
        let kind: MessageKind?
    }

    let store: SearchStore
    private let filter: PreparedFilter
    private let wish: Wish
    private var readers: [ShardRows?]
    private var verdicts: [[Int64: Bool]]
    private let rows: RowDecoder
    private let sources = ContentDecoder()
    private var displayed: [UInt8] = []
    private let owner: [UInt8]

    init(_ store: SearchStore, _ filter: PreparedFilter, _ wish: Wish, readsRecords: Bool = false) {
        (self.store, self.filter, self.wish) = (store, filter, wish)
        readers = store.shards.map { _ in nil }
        verdicts = store.shards.map { _ in [:] }
        rows = RowDecoder(ownUsername: store.ownUsername, readsRecords: readsRecords)
        owner = Array(store.ownUsername.utf8)
    }

    func reader(_ shard: Int) -> ShardRows {
        if let reader = readers[shard] { return reader }
        let reader = ShardRows(store.shards[shard])
        readers[shard] = reader
        return reader
    }

    // MARK: Pages

    /// Looks through some pages.
    ///
    /// - Parameters:
    ///   - pages: places in one shard.
    ///   - shard: the shard.
    ///   - bound: the seconds that are still of use, beside those of the filter.
    ///   - losses: takes what cannot be read.
    ///   - body: takes each message that passes without a look at its text.
    ///   - whole: takes each that passes of which the text was read.
    /// - Returns: the pages below those that are no leaves.
    /// - Throws: `.unavailable` where the database changed under a snapshot without a lock.
    func scan(
        _ pages: ArraySlice<ShardRows.Place>, of shard: Int, within bound: ClosedRange<Int64>,
        losses: inout MessageLosses, row body: (Passed) throws -> Void,
        message whole: (Passed, borrowing Message) throws -> Void
    ) throws -> [ShardRows.Place] {
        let reader = reader(shard)
        reader.readsLongRows =
            !(wish.needsNoText && filter.words.isEmpty && !filter.hasKinds && !filter.mentions
            && filter.senders == nil)
        var below: [ShardRows.Place] = []
        var failures: [PageFailure] = []
        let first = max(bound.lowerBound, filter.times?.lowerBound ?? .min)
        let last = min(bound.upperBound, filter.times?.upperBound ?? .max)
        let isBounded = first > .min || last < .max
        let places = store.places[shard]
        try reader.read(pages) {
            below.append($0)
        } where: { _, head in
            if isBounded, let time = head.createTime, time < first || time > last { return false }
            if filter.hasKinds, let type = head.localType, filter.verdict(MessageType(localType: type)) == .no {
                return false
            }
            if filter.senders != nil, let id = head.senderID, verdicts[shard][id] == false { return false }
            return true
        } _: { row, slot, id in
            let table = places[slot]
            guard table >= 0, first <= row.createTime, row.createTime <= last else { return }
            try judge(row, id, table, shard, reader, &losses, row: body, message: whole)
        } failed: { failure in
            failures.append(failure)
        }
        for failure in failures { losses.add(failure) }
        return below
    }

    /// Hands a row's message on where it passes.
    private func judge(
        _ row: borrowing MessageRow, _ id: Int64, _ table: Int32, _ shard: Int, _ reader: ShardRows,
        _ losses: inout MessageLosses, row body: (Passed) throws -> Void,
        message whole: (Passed, borrowing Message) throws -> Void
    ) throws {
        let type = MessageType(localType: row.localType)
        let verdict = filter.verdict(type)
        guard verdict != .no else { return }
        let isGroup = store.sessions[Int(store.tables[Int(table)].session)].isGroup
        let sender = sender(row.senderID, reader, &losses)
        let isMeant = isMeant(sender, row.senderID, shard)
        if isMeant == false { return }
        let isSend = sender.map(rows.isOwn) ?? (!isGroup && row.status == 2)
        if filter.mentions {
            // Own messages mention nobody.
            guard !isSend, mentionsOwner(row.source) else { return }
        }
        let kind = MessageKind(type)
        if !filter.words.isEmpty, type.base != MessageType.appBase, filter.label(kind) == false {
            guard kind == .voice, !row.packedInfo.isEmpty else { return }
        }
        let needsText =
            !filter.words.isEmpty || verdict == .open || isMeant == nil && filter.senders != nil
            || wish.needsText(type) || sender == nil && !wish.needsNoText && !type.isNotice
        guard needsText else {
            let isCertain = type.base != MessageType.appBase && !type.isNotice
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            let own = owner
            try own.withUnsafeBytes { own in
                try body(
                    Passed(
                        table: table, rowID: id, createTime: row.createTime, sortSeq: row.sortSeq,
                        localType: row.localType, isSend: isSend, sender: sender ?? (isSend ? own : none),
                        kind: isCertain ? kind : nil))
            }
            return
        }
        let hasWords = !filter.words.isEmpty
        try rows.read(
            row, sender: sender, isGroup: isGroup, names: store.names, losses: &losses
        ) { raw in
            !hasWords || filter.admits(raw, type)
        } _: { message in
            guard !filter.hasKinds || filter.admits(message.content.kind) else { return }
            if isMeant == nil, filter.senders != nil {
                guard message.isSend ? filter.isOwnMeant : filter.senders?.contains(Array(message.sender)) == true
                else { return }
            }
            if filter.mentions, message.isSend { return }
            if hasWords, place(of: message) == nil { return }
            try whole(
                Passed(
                    table: table, rowID: id, createTime: message.createTime, sortSeq: message.sortSeq,
                    localType: message.localType, isSend: message.isSend, sender: message.sender,
                    kind: message.content.kind), message)
        }
    }

    private func sender(
        _ id: Int64, _ reader: ShardRows, _ losses: inout MessageLosses
    ) -> UnsafeRawBufferPointer? {
        do throws(PageFailure) {
            return try reader.senderName(id)
        } catch {
            losses.add(error)
            return nil
        }
    }

    /// Whether a sender is meant; nil where the shard does not know who it is.
    private func isMeant(_ sender: UnsafeRawBufferPointer?, _ id: Int64, _ shard: Int) -> Bool? {
        guard let senders = filter.senders else { return true }
        guard let sender else { return nil }
        if let known = verdicts[shard][id] { return known }
        let isMeant = rows.isOwn(sender) ? filter.isOwnMeant : senders.contains(Array(sender))
        verdicts[shard][id] = isMeant
        return isMeant
    }

    private func mentionsOwner(_ source: UnsafeRawBufferPointer) -> Bool {
        guard !source.isEmpty else { return false }
        return sources.withText(of: source) { text in
            guard case .success(let text) = text else { return false }
            return MessageSource.mentions(text).contains { name in
                if name == "notify@all" { return true }
                var name = name
                return name.withUTF8 { rows.isOwn(UnsafeRawBufferPointer($0)) }
            }
        }
    }

    // MARK: Words

    /// Where a message holds the words.
    enum FoundIn {
        case shownText
        case transcript
    }

    /// Where a message holds the words; nil where it does not.
    func place(of message: borrowing Message) -> FoundIn? {
        if message.content.marksOfDisplayed(message.body) != nil {
            return filter.enough { $0.matcher.matches(message.body) } ? .shownText : nil
        }
        displayed.removeAll(keepingCapacity: true)
        message.content.appendDisplayText(of: message.body, to: &displayed)
        return displayed.withUnsafeBytes { shown in
            if filter.enough({ $0.matcher.matches(shown) }) { return .shownText }
            guard let said = message.transcript else { return nil }
            return filter.enough { $0.matcher.matches(shown) || $0.matcher.matches(said) } ? .transcript : nil
        }
    }

    /// The places of the words in a message, in Unicode scalars: those of several that overlap are one.
    ///
    /// - Returns: the places, and what they are places in.
    func matches(in message: borrowing Message) -> (ranges: [Range<Int>], foundIn: FoundIn) {
        guard !filter.words.isEmpty, let foundIn = place(of: message) else { return ([], .shownText) }
        var ranges: [Range<Int>] = []
        func look(_ text: UnsafeRawBufferPointer) {
            for word in filter.words { ranges += word.matcher.ranges(in: text) }
        }
        if foundIn == .transcript, var said = message.transcript {
            said.withUTF8 { look(UnsafeRawBufferPointer($0)) }
        } else if message.content.marksOfDisplayed(message.body) != nil {
            look(message.body)
        } else {
            // The look for the words has put it together.
            displayed.withUnsafeBytes { look($0) }
        }
        ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var joined: [Range<Int>] = []
        for range in ranges {
            if let last = joined.last, range.lowerBound < last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return (joined, foundIn)
    }

    // MARK: Single rows

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
}

/// A row of a table of a ``SearchStore``.
struct RowPlace: Sendable, Hashable {
    let table: Int32
    let rowID: Int64
}
