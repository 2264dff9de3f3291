import Synchronization
import WeFlowPages
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// The chats of a run.
extension ArchiveWork {
    /// Reads chats, some at a time.
    mutating func read(
        _ chats: [(talker: String, hash: TableHash)], _ look: SourceLook, _ mediaStamp: UInt64,
        _ report: @escaping @Sendable (ArchiveRun.Progress) -> Void, _ isDue: (Staging, Int64) -> Bool,
        _ groupSize: Int
    ) async throws {
        guard !chats.isEmpty else { return }
        let manifest = try loadManifest()
        let (known, months) = (manifest.chats, manifest.byFolder())
        let pictures = Mutex(Set(manifest.files.keys.filter(ArchivePath.isMedia)))
        let names = LazyNames(account)
        let decoders = RowDecoders()
        let counted = Mutex(ArchiveRun.Progress())
        let expected = chats.reduce(0) { $0 + look.expected($1.hash) }
        counted.withLock { ($0.allChats, $0.allMessages) = (chats.count, expected) }
        let intake = MediaIntake(staging) { name in pictures.withLock { $0.contains(name) } }
        let exporter = media.flatMap { media -> MediaExporter? in
            guard staging.isReal, !settings.mediaKinds.isEmpty else { return nil }
            var media = media
            media.fetcher = nil
            return MediaExporter(account, settings: media, to: intake)
        }
        let context = RunContext(
            account: account, archive: archive, staging: staging, intake: intake, settings: settings, zone: zone.clock,
            now: now, isFull: isFull
        ) { count in
            report(
                counted.withLock {
                    $0.messages += count
                    return $0
                })
        }
        let (isFull, before, isKnown) = (isFull, before, isKnown)
        let (kinds, largestFile) = (exporter == nil ? [] : settings.mediaKinds, settings.maxFile)
        var rest = chats[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(groupSize))
            rest = rest.dropFirst(groupSize)
            let tables = try OpenTables(group.map(\.hash), in: account)
            for loss in tables.losses { summary.losses.add(loss) }
            let outcomes = try await Self.sideBySide(group) { talker, hash in
                let chat = known[talker]
                let remembered = isKnown ? before.chats[talker] ?? (chat == nil ? nil : SourceState.Chat()) : nil
                let run = try ChatRun(
                    context, talker, name: names.book.displayName(of: talker), chat: chat,
                    months: chat.flatMap { months[$0.folder] } ?? [:], state: remembered, expected: look.expected(hash),
                    counters: look.counters(of: hash))
                var isFirst = true
                let outcome = try await run.run(look.parts[hash] ?? [:], revisits: remembered != nil && !isFull) {
                    () throws(WeFlowError) in
                    defer { isFirst = false }
                    let open =
                        isFirst
                        ? tables.tables[hash] ?? [] : try OpenTables([hash], in: context.account).tables[hash] ?? []
                    return try ChatReader(
                        talker, tables: open, names: names, in: context.account, media: exporter, kinds: kinds,
                        largestFile: largestFile, decoders: decoders)
                }
                report(
                    counted.withLock {
                        $0.chats += 1
                        return $0
                    })
                return outcome
            }
            for ((talker, hash), outcome) in zip(group, outcomes) {
                try take(outcome, of: talker, hash, look, mediaStamp)
            }
            intake.forget()
            if isDue(staging, began), !rest.isEmpty {
                let settled = staging.names(ArchivePath.isMedia)
                try commit(isLast: false)
                pictures.withLock { $0.formUnion(settled) }
            }
        }
        if let notice = names.notice { summary.notes.append(notice) }
    }

    /// Works on several chats at once, without waiting for a large one, and gives what came of them in their order.
    private static func sideBySide(
        _ chats: [(talker: String, hash: TableHash)],
        _ work: @escaping @Sendable (String, TableHash) async throws -> ChatRun.Outcome
    ) async throws -> [ChatRun.Outcome] {
        try await withThrowingTaskGroup(of: (Int, ChatRun.Outcome).self) { group in
            var found: [Int: ChatRun.Outcome] = [:]
            var next = 0
            func start() {
                guard next < chats.count else { return }
                let (place, chat) = (next, chats[next])
                next += 1
                group.addTask { (place, try await work(chat.talker, chat.hash)) }
            }
            for _ in 0..<min(max(System.processors, 2), 4) { start() }
            while let (place, outcome) = try await group.next() {
                found[place] = outcome
                try Task.checkCancellation()
                start()
            }
            return chats.indices.compactMap { found[$0] }
        }
    }

    /// Takes over what came of a chat.
    private mutating func take(
        _ outcome: ChatRun.Outcome, of talker: String, _ hash: TableHash, _ look: SourceLook, _ mediaStamp: UInt64
    ) throws(WeFlowError) {
        summary.added += outcome.added
        summary.changed += outcome.changed
        summary.losses.add(outcome.losses)
        for note in outcome.notes where !summary.notes.contains(note) { summary.notes.append(note) }
        if !outcome.unseen.isEmpty { unseen.append((talker, outcome.unseen)) }
        var chat = outcome.state
        chat.mediaStamp = chat.missing.isEmpty ? 0 : stamp(of: talker, mediaStamp)
        state.chats[talker] = chat.missing.isEmpty && chat.untold.isEmpty ? nil : chat
        for (shard, sum) in outcome.sums { state.tables[SourceState.Table(shard: shard, hash: hash)]?.sum = sum }
        unread.remove(hash)
        if outcome.losses.isPartial { lost.insert(hash) }
        guard outcome.chat.messages > 0 else { return }
        let old = manifest?.chats[talker]
        manifest?.chats[talker] = outcome.chat
        if old == nil || old?.name != outcome.chat.name {
            try staging.keep(
                ChatDescription(id: talker, name: outcome.chat.name).bytes, as: ArchivePath.chat(outcome.chat.folder))
        }
    }

    /// Marks what the source does not have any more, where all of it could be read.
    mutating func markGone() throws(WeFlowError) {
        // What a log lost is not gone: it was never read.
        guard !summary.losses.isPartial, account.logBreaks().isEmpty else {
            if !unseen.isEmpty {
                summary.notes.append(
                    WeFlowError(
                        .partial, "nothing was marked as gone, for not all of the account could be read"))
            }
            return
        }
        var written: [String: [Month: FileRecord]] = [:]
        for (name, record) in staging.records {
            if let place = ArchivePath.month(name) { written[place.folder, default: [:]][place.month] = record }
        }
        let known = try loadManifest().byFolder()
        for (talker, lines) in unseen {
            guard let chat = manifest?.chats[talker] else { continue }
            let months = (known[chat.folder] ?? [:]).merging(written[chat.folder] ?? [:]) { $1 }
            let writer = ChatWriter(chat.folder, known: months, in: archive, staging)
            for line in lines { writer.change(line.key, in: line.month, .gone(now)) }
            let outcome = try writer.finish()
            summary.gone += outcome.gone
        }
    }
}
