import WeFlowMedia
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// What is the same for all chats of a run.
struct RunContext: Sendable {
    let account: Account
    let archive: ArchiveFolder
    let staging: Staging
    let intake: MediaIntake
    let settings: ArchiveSettings
    let zone: LocalZone
    /// Unix seconds.
    let now: Int64
    /// Whether everything is read again and what is gone is looked for.
    let isFull: Bool
    /// Called with the number of messages that were read.
    let progress: @Sendable (Int) -> Void

    /// Voices from this second on may get a text: those of the last 30 days, and those of the last 30 days of a chat that
    /// ended before.
    func recent(_ last: Int64) -> Int64 { min(now, last).saturating(minus: 30 * 86_400) }
}

/// Brings one chat of an archive up to date. For one thread at a time.
final class ChatRun {
    /// What came of it.
    struct Outcome: Sendable {
        var chat: Manifest.Chat
        var months: [Month: FileRecord] = [:]
        var added = 0
        var changed = 0
        var gone = 0
        var state: SourceState.Chat
        /// Lines that the source does not have any more.
        var unseen: [(key: UInt64, month: Month)] = []
        var losses = MessageLosses()
        var notes: [WeFlowError] = []
    }

    /// The rest of the chat has to be read to tell whether a message is new.
    private struct ReadWhole: Error {}

    private let context: RunContext
    private let talker: String
    private let name: String
    private let known: [Month: FileRecord]
    private var index: LineIndex
    private var writer: ChatWriter
    private var clock: MonthClock
    private var equal: EqualMessages?
    private var notices: [(head: LineBatch.Head, line: [UInt8])] = []
    private var outcome: Outcome
    private var resolved: Set<UInt64> = []

    /// - Parameters:
    ///   - context: the run.
    ///   - talker: the session.
    ///   - name: its name of today.
    ///   - chat: what the archive has of it, nil where it has nothing.
    ///   - months: its files.
    ///   - state: what is remembered of it; nil where nothing is.
    ///   - expected: how many messages it may have, about.
    /// - Throws: `.invalidData` where a file of the archive is missing.
    init(
        _ context: RunContext, _ talker: String, name: String, chat: Manifest.Chat?, months: [Month: FileRecord],
        state: SourceState.Chat?, expected: Int
    ) throws(WeFlowError) {
        (self.context, self.talker, self.name, known) = (context, talker, name, months)
        var chat = chat ?? Manifest.Chat(folder: ArchivePath.chatFolder(name, id: talker), name: name)
        chat.name = name
        outcome = Outcome(chat: chat, state: state ?? SourceState.Chat())
        clock = MonthClock(context.zone)
        writer = ChatWriter(chat.folder, known: months, in: context.archive, context.staging)
        let archived = ArchivedChat(chat.folder, months: months, in: context.archive)
        if let index = context.isFull || state == nil ? nil : archived.keptIndex() {
            self.index = index
        } else if months.isEmpty {
            index = LineIndex(expected: expected)
        } else {
            let found = try archived.scan(comparesContents: context.isFull, since: context.recent(chat.last))
            index = found.index
            if state == nil { outcome.state = found.state }
        }
    }

    /// Reads what is to be read.
    ///
    /// - Parameters:
    ///   - parts: what has to be read of the chat's tables, by shard.
    ///   - revisits: whether messages that lacked something are looked at again.
    ///   - open: opens the chat; called again where a database moved.
    /// - Returns: what came of it.
    /// - Throws: as the reader and the writer do.
    func run(
        _ parts: [UInt32: SourceLook.Part], revisits: Bool, _ open: () throws(WeFlowError) -> ChatReader
    ) async throws -> Outcome {
        var reader = try open()
        var isWhole = context.isFull || parts.values.contains(.whole)
        var attempts = 0
        while true {
            do {
                outcome.losses = MessageLosses()
                if isWhole { try await readAll(reader) } else { try await read(parts, reader) }
                if revisits, !isWhole { try await revisit(reader) }
                try takeNotices(isWhole: isWhole)
                break
            } catch is ReadWhole {
                isWhole = true
            } catch let error as WeFlowError where error.isTransient && attempts < 20 {
                attempts += 1
                reader = try open()
            }
        }
        if context.isFull, !outcome.losses.isPartial { outcome.unseen = index.unseen }
        try finish()
        return outcome
    }

    private func finish() throws(WeFlowError) {
        let written = try writer.finish()
        outcome.months = written.months
        outcome.changed = written.changed
        let all = known.merging(written.months) { $1 }
        outcome.chat.count(all)
        let recent = context.recent(outcome.chat.last)
        outcome.state.missing.removeAll { resolved.contains($0.key) }
        outcome.state.untold.removeAll {
            resolved.contains($0.key) || $0.createTime < recent
        }
        for place in [\SourceState.Chat.missing, \.untold] {
            outcome.state[keyPath: place].sort { ($0.createTime, $0.key) < ($1.createTime, $1.key) }
        }
        if !written.months.isEmpty, context.staging.isReal {
            let archived = ArchivedChat(outcome.chat.folder, months: all, in: context.archive)
            try archived.keep(index, in: context.staging)
        }
    }

    // MARK: Reading

    private func readAll(_ reader: ChatReader) async throws {
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

    private func read(_ parts: [UInt32: SourceLook.Part], _ reader: ChatReader) async throws {
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
    private func revisit(_ reader: ChatReader) async throws {
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

    /// Rows that are known are not the second of two that are equal.
    private var isRevisiting = false

    // MARK: Taking

    /// Takes the messages of a batch: those that are new are written, of the others what changed.
    private func take(_ batch: LineBatch, _ reader: ChatReader) async throws {
        context.progress(batch.heads.count)
        var fresh: [(place: Int, key: UInt64)] = []
        var late: [(place: Int, key: UInt64, month: Month)] = []
        for (place, head) in batch.heads.enumerated() {
            if head.isRevoke {
                notices.append((head, batch.withLine(head) { Array($0) }))
                continue
            }
            let key = try key(of: head)
            if let slot = index.find(key) {
                if see(slot, key, head, batch), head.wish != nil { late.append((place, key, index.infos[slot].month)) }
            } else {
                index.insert(
                    key, LineIndex.Info(month: clock.month(of: head.order.createTime), .seen), content: head.content)
                fresh.append((place, key))
            }
        }
        fresh.sort { batch.heads[$0.place].order < batch.heads[$1.place].order }
        let wishes = (fresh.map(\.place) + late.map(\.place)).filter { batch.heads[$0].wish != nil }
        let outcomes = try await export(wishes.compactMap { batch.heads[$0].wish }, reader)
        let media = Dictionary(zip(wishes, outcomes), uniquingKeysWith: { first, _ in first })
        for (place, key) in fresh { try add(batch.heads[place], key, batch, media[place] ?? .none) }
        for (place, key, month) in late {
            guard case .stored(let json) = media[place] ?? .none else { continue }
            writer.change(key, in: month, .media(json))
            resolve(key, .missing)
        }
    }

    private func key(of head: LineBatch.Head) throws -> UInt64 {
        guard head.order.tie == 0 else { return MessageIdentity.key(serverID: head.order.tie) }
        if equal != nil { return equal?.key(base: head.base) ?? head.base }
        // It may be this one or another that is equal: only the whole chat tells.
        if index.find(head.base) != nil, !isRevisiting { throw ReadWhole() }
        return head.base
    }

    /// Notes that a message which is archived is still at the source, and what of it is another now.
    ///
    /// - Returns: whether its file is missing.
    private func see(_ slot: Int, _ key: UInt64, _ head: LineBatch.Head, _ batch: LineBatch) -> Bool {
        let info = index.infos[slot]
        let isFirst = !info.contains(.seen)
        index.mark(slot, .seen)
        guard info.contains(.old), isFirst || isRevisiting else { return false }
        let known = index.content(slot)
        if known != 0, head.content != 0, known != head.content, !info.contains(.notice) {
            let content = batch.withLine(head) { bytes in
                ArchiveLine(bytes).map { Array(bytes[$0.content]) }
            }
            if let content { writer.change(key, in: info.month, .edited(context.now, content)) }
        }
        if info.contains(.untold), let told = head.told {
            writer.change(key, in: info.month, .detail(batch.withLine(head) { Array($0[told]) }))
            resolve(key, .untold)
        }
        return info.contains(.missing)
    }

    private func resolve(_ key: UInt64, _ mark: LineIndex.Info) {
        if let slot = index.find(key) { index.unmark(slot, mark) }
        resolved.insert(key)
    }

    /// What became of a message's file.
    private enum File {
        case none
        case stored([UInt8])
        case missing(String)
    }

    private func export(_ wishes: [ChatReader.MediaWish], _ reader: ChatReader) async throws -> [File] {
        guard !wishes.isEmpty else { return [] }
        let (outcomes, notes) = try await reader.export(wishes)
        for note in notes where !outcome.notes.contains(note) { outcome.notes.append(note) }
        return try zip(wishes, outcomes).map { wish, outcome in
            switch outcome {
            case .file(let file):
                return .stored(try context.intake.stored(file.path).json(type: wish.kind.rawValue))
            // The network was not asked, so it did not fail to answer.
            case .missing(_, .unreachable), .missing(_, .expired): return .missing(MediaLoss.notDownloaded.rawValue)
            case .missing(_, let loss): return .missing(loss.rawValue)
            }
        }
    }

    private func add(_ head: LineBatch.Head, _ key: UInt64, _ batch: LineBatch, _ file: File) throws {
        outcome.added += 1
        let month = clock.month(of: head.order.createTime)
        if head.isVoice, head.told == nil {
            if let slot = index.find(key) { index.mark(slot, .untold) }
            outcome.state.untold.append(revisit(head, key, month))
        }
        var tail: [UInt8]
        switch file {
        case .none: return try batch.withWholeLine(head) { try writer.add($0, head.order, in: month) }
        case .stored(let json): tail = Array(",\"media\":".utf8) + json
        case .missing(let loss):
            tail = Array(",\"mediaError\":\"\(loss)\"".utf8)
            // What is too large is not looked for again.
            if loss != MediaLoss.tooLarge.rawValue {
                if let slot = index.find(key) { index.mark(slot, .missing) }
                outcome.state.missing.append(revisit(head, key, month))
            }
        }
        tail += Array("}\n".utf8)
        let line = batch.withLine(head) { Array($0.dropLast()) } + tail
        try line.withUnsafeBytes { try writer.add($0, head.order, in: month) }
    }

    private func revisit(_ head: LineBatch.Head, _ key: UInt64, _ month: Month) -> SourceState.Revisit {
        SourceState.Revisit(
            key: key, localID: head.place.rowID, month: month, kind: 0, createTime: head.order.createTime)
    }

    // MARK: Notices

    /// Takes the notices that messages were taken back, after all messages: what one means is then there.
    private func takeNotices(isWhole: Bool) throws {
        var equal = EqualMessages()
        for (head, line) in notices {
            let own = head.order.tie == 0 ? 0 : MessageIdentity.key(serverID: head.order.tie)
            let meant = head.revoked == 0 ? own : MessageIdentity.key(serverID: head.revoked)
            if let (key, slot) = [meant, own].lazy.compactMap({ key in self.index.find(key).map { (key, $0) } }).first(
                where: { !self.index.infos[$0.1].contains(.notice) })
            {
                let info = index.infos[slot]
                index.mark(slot, [.seen, .recalled])
                if !info.contains(.recalled) {
                    writer.change(key, in: info.month, .recalled(head.order.createTime))
                    // Its file is of no use to anybody at the source any more.
                    resolve(key, [])
                }
                continue
            }
            let key = own != 0 ? own : isWhole ? equal.key(base: head.base) : head.base
            if let slot = index.find(key) {
                index.mark(slot, .seen)
                continue
            }
            let month = clock.month(of: head.order.createTime)
            index.insert(key, LineIndex.Info(month: month, [.seen, .notice]), content: head.content)
            outcome.added += 1
            try (line + [0x0A]).withUnsafeBytes { try writer.add($0, head.order, in: month) }
        }
        notices = []
    }
}

extension Manifest.Chat {
    /// Takes in what its months say.
    mutating func count(_ months: [Month: FileRecord]) {
        let filled = months.values.filter { $0.rows > 0 }
        messages = filled.reduce(0) { $0 + $1.rows }
        first = filled.map(\.first).min() ?? 0
        last = filled.map(\.last).max() ?? 0
    }
}
