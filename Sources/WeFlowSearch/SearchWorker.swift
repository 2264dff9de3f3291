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
    let filter: PreparedFilter
    private let wish: Wish
    private var readers: [ShardRows?]
    private var verdicts: [[Int64: Bool]]
    let rows: RowDecoder
    private let sources = ContentDecoder()
    /// The shown text of the message that was looked at last, where it had to be put together.
    var displayed: [UInt8] = []
    private let owner: [UInt8]
    /// The character that the last page lacked.
    private var rarest = 0

    init(_ store: SearchStore, _ filter: PreparedFilter, _ wish: Wish, readsRecords: Bool = false) {
        (self.store, self.filter, self.wish) = (store, filter, wish)
        readers = store.shards.map { _ in nil }
        verdicts = store.shards.map { _ in [:] }
        rows = RowDecoder(ownUsername: store.ownUsername, readsRecords: readsRecords)
        owner = Array(store.ownUsername.utf8)
    }

    /// The seconds that pass, nil where there is no bound.
    var times: ClosedRange<Int64>? { filter.times }

    /// Whether texts are looked at.
    var readsTexts: Bool {
        !(wish.needsNoText && !filter.hasWords && !filter.hasKinds && !filter.mentions && filter.senders == nil)
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
        reader.readsLongRows = readsTexts
        var (below, onPage): ([ShardRows.Place], SoughtWords.PageHolds) = ([], .words)
        var failures: [PageFailure] = []
        let first = max(bound.lowerBound, filter.times?.lowerBound ?? .min)
        let last = min(bound.upperBound, filter.times?.upperBound ?? .max)
        let isBounded = first > .min || last < .max
        let places = store.places[shard]
        let (words, hasWords, hasSenders) = (filter.words, filter.hasWords, filter.senders != nil)
        let hasKinds = filter.hasKinds
        reader.asked = hasWords ? .text : isBounded || hasKinds || hasSenders ? .numbers : .nothing
        try reader.read(pages) {
            below.append($0)
        } page: { page in
            if hasWords { onPage = words.look(through: page, rarest: &rarest) }
        } where: { _, head in
            if isBounded, let time = head.createTime, time < first || time > last { return false }
            if hasKinds, let type = head.localType, filter.verdict(MessageType(localType: type)) == .no {
                return false
            }
            if hasSenders, let id = head.senderID, verdicts[shard][id] == false { return false }
            guard hasWords, let type = head.localType, let stored = head.content else { return true }
            // Nearly all that a search passes over ends here, before its row is taken in.
            return words.mayBeShown(byStored: stored, MessageType(localType: type), on: onPage)
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
    func judge(
        _ row: borrowing MessageRow, _ id: Int64, _ table: Int32, _ shard: Int, _ reader: ShardRows,
        _ losses: inout MessageLosses, row body: (Passed) throws -> Void,
        message whole: (Passed, borrowing Message) throws -> Void
    ) throws {
        let type = MessageType(localType: row.localType)
        let verdict = filter.verdict(type)
        guard verdict != .no else { return }
        let isGroup = store.isGroup[Int(table)]
        let sender = sender(row.senderID, reader, &losses)
        let isMeant = isMeant(sender, row.senderID, shard)
        if isMeant == false { return }
        let isSend = sender.map(rows.isOwn) ?? (!isGroup && row.status == 2)
        if filter.mentions {
            // Own messages mention nobody.
            guard !isSend, mentionsOwner(row.source) else { return }
        }
        let kind = MessageKind(type)
        if filter.hasWords, type.base != MessageType.appBase, filter.words.label(kind) == false {
            guard kind == .voice, !row.packedInfo.isEmpty else { return }
        }
        let needsText =
            filter.hasWords || verdict == .open || isMeant == nil && filter.senders != nil
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
        let hasWords = filter.hasWords
        try rows.read(
            row, sender: sender, isGroup: isGroup, names: store.names, losses: &losses
        ) { raw in
            !hasWords || filter.words.mayBeShown(by: raw, type)
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

    func sender(
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
}

/// A row of a table of a ``SearchStore``.
struct RowPlace: Sendable, Hashable {
    let table: Int32
    let rowID: Int64
}
