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
        /// The sums of the tables that all of was read of, by shard.
        var sums: [UInt32: UInt64] = [:]
    }

    /// The rest of the chat has to be read to tell whether a message is new.
    struct ReadWhole: Error {}

    let context: RunContext
    /// The months that the archive had.
    private let known: [Month: FileRecord]
    var index: LineIndex
    let writer: ChatWriter
    var clock: MonthClock
    /// Counts equal messages, where the whole chat is read.
    var equal: EqualMessages?
    /// Rows that are known are not the second of two that are equal.
    var isRevisiting = false
    /// Notices that a message was taken back.
    var notices: [(head: LineBatch.Head, line: [UInt8])] = []
    var outcome: Outcome
    /// Sums up the ends of the tables while all of them are read.
    var spans = TableSpans()
    private let counters: [UInt32: SourceState.Counter]
    /// Keys of messages that are taken and in no file yet.
    var unwritten: Set<UInt64> = []
    /// Room for a line that gets something more.
    var line: [UInt8] = []
    /// Messages that lacked something and do not any more.
    var resolved: Set<UInt64> = []

    /// - Parameters:
    ///   - context: the run.
    ///   - talker: the session.
    ///   - name: its name of today.
    ///   - chat: what the archive has of it, nil where it has nothing.
    ///   - months: its files.
    ///   - state: what is remembered of it; nil where nothing is.
    ///   - expected: how many messages it may have, about.
    ///   - counters: how far its tables were filled, by shard.
    /// - Throws: `.invalidData` where a file of the archive is missing.
    init(
        _ context: RunContext, _ talker: String, name: String, chat: Manifest.Chat?, months: [Month: FileRecord],
        state: SourceState.Chat?, expected: Int, counters: [UInt32: SourceState.Counter]
    ) throws(WeFlowError) {
        (self.context, known, self.counters) = (context, months, counters)
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
                if isWhole {
                    spans = TableSpans(reader.tables.map { SourceLook.number(of: $0.shard) }, counters)
                    try await readAll(reader)
                    outcome.sums = spans.sums
                    spans = TableSpans()
                } else {
                    try await read(parts, reader)
                }
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
