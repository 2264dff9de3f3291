import Synchronization
import WeFlowMedia
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// A run under way: what the archive has, what the source has, and what came of it so far.
struct ArchiveWork {
    private(set) var summary = ArchiveSummary()

    private let account: Account
    private let archive: ArchiveFolder
    private let staging: Staging
    private let settings: ArchiveSettings
    private let zone: (name: String, clock: LocalZone)
    private let chosen: ChosenChats
    private let isFull: Bool
    private let media: MediaSettings?
    private let now = Clock.seconds

    private var info: ArchiveInfo
    private let isNew: Bool
    private let hasOtherSettings: Bool
    private var manifest: Manifest?
    /// What is known of the source, as far as it can be relied on.
    private var before = SourceState()
    private let isKnown: Bool
    private var state = SourceState()
    /// Sessions that were not read yet.
    private var unread: Set<TableHash> = []
    private var talkers = TalkerNames()
    private var unseen: [(talker: String, lines: [(key: UInt64, month: Month)])] = []
    private var began: Int64

    /// What a number of settings is remembered by.
    private static let settingsName = "settings"
    /// What the number of chats is remembered by.
    private static let countName = "chats"

    init(
        _ account: Account, archive: ArchiveFolder, _ staging: Staging, settings: ArchiveSettings,
        zone: (name: String, clock: LocalZone), chosen: ChosenChats, isFull: Bool, media: MediaSettings?, owner: String
    ) throws(WeFlowError) {
        (self.account, self.archive, self.staging, self.settings) = (account, archive, staging, settings)
        (self.zone, self.chosen, self.isFull, self.media) = (zone, chosen, isFull, media)
        began = now
        let found = try archive.info()
        isNew = found == nil
        info = found ?? ArchiveInfo(account: owner, zone: zone.name, settings: settings)
        hasOtherSettings = info.settings != settings
        info.settings = settings
        let bytes = try archive.bytes(Manifest.name)
        if found != nil, bytes == nil {
            throw WeFlowError(
                .invalidData,
                "\(archive.path)/\(Manifest.name) is missing; bring it back from a backup: without it nothing tells what "
                    + "the archive held")
        }
        if !isFull, let bytes, let state = (try archive.bytes(SourceState.name)).flatMap(SourceState.init),
            state.manifest == Digest256.of(bytes), state.lists[Self.settingsName] == Self.number(of: settings)
        {
            (before, isKnown) = (state, true)
        } else {
            isKnown = false
            if let bytes { manifest = try Manifest(bytes, at: "\(archive.path)/\(Manifest.name)") }
        }
    }

    /// Anything that makes other chats or files belong to the archive.
    private static func number(of settings: ArchiveSettings) -> UInt64 {
        ArchiveInfo(account: "", zone: "", settings: settings).bytes.withBytes { MessageIdentity.hash($0, 5) }
    }

    private mutating func loadManifest() throws(WeFlowError) -> Manifest {
        if let manifest { return manifest }
        let loaded = try archive.manifest() ?? Manifest(account: info.account)
        manifest = loaded
        return loaded
    }

    // MARK: The run

    mutating func run(
        _ report: @escaping @Sendable (ArchiveRun.Progress) -> Void, checkpoint isDue: (Staging, Int64) -> Bool,
        groupSize: Int
    ) async throws {
        var look = try WeFlowError.retrying { () throws(WeFlowError) in
            try SourceLook(account, since: before, readsAll: !isKnown, now: now)
        }
        for loss in look.losses { summary.losses.add(loss) }
        let mediaStamp = mediaStamp()
        var toRead = Set(look.parts.keys)
        for (talker, chat) in before.chats {
            let hash = TableHash(of: talker)
            let mayBeTold = !chat.untold.isEmpty && !(look.present[hash] ?? []).isDisjoint(with: look.written)
            if mayBeTold || wantsMedia(chat, talker, mediaStamp) {
                toRead.insert(hash)
                talkers.add(talker)
            }
        }
        if isFull {
            for talker in try loadManifest().chats.keys {
                talkers.add(talker)
                toRead.insert(TableHash(of: talker))
            }
        }
        talkers.find(toRead, in: account)
        var chats: [(talker: String, hash: TableHash)] = []
        for hash in toRead {
            guard let talker = talkers[hash] else {
                if look.parts[hash] != nil { look.forget(hash) }
                continue
            }
            if chosen.contains(talker) { chats.append((talker, hash)) }
        }
        let nameless = toRead.count { talkers[$0] == nil }
        if nameless > 0 {
            summary.notes.append(
                WeFlowError(
                    .unavailable,
                    "\(nameless) message \(nameless == 1 ? "table belongs" : "tables belong") to no chat that any database "
                        + "names, and cannot be archived yet"))
        }
        chats.sort { $0.talker.utf8.lexicographicallyPrecedes($1.talker.utf8) }
        unread = Set(chats.map(\.hash))
        state = look.state
        state.chats = before.chats
        try await read(chats, look, mediaStamp, report, isDue, groupSize)
        if isFull { try markGone() }
        try await updateLists()
        try finish()
    }

    /// Reads chats, some at a time.
    private mutating func read(
        _ chats: [(talker: String, hash: TableHash)], _ look: SourceLook, _ mediaStamp: UInt64,
        _ report: @escaping @Sendable (ArchiveRun.Progress) -> Void, _ isDue: (Staging, Int64) -> Bool,
        _ groupSize: Int
    ) async throws {
        guard !chats.isEmpty else { return }
        let known = try loadManifest()
        let months = known.byFolder()
        let names = LazyNames(account)
        let counted = Mutex(ArchiveRun.Progress())
        let expected = chats.reduce(0) { $0 + look.expected($1.hash) }
        counted.withLock { ($0.allChats, $0.allMessages) = (chats.count, expected) }
        let files = Mutex(known.files)
        let intake = MediaIntake(staging) { name in files.withLock { $0[name] != nil } }
        let exporter = media.flatMap { media -> MediaExporter? in
            guard staging.isReal, !settings.mediaKinds.isEmpty else { return nil }
            var media = media
            media.exportPath = "\(staging.folder)/\(Staging.incoming)"
            media.fetcher = nil
            return MediaExporter(account, settings: media)
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
        let kinds = exporter == nil ? [] : settings.mediaKinds
        var rest = chats[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(groupSize))
            rest = rest.dropFirst(groupSize)
            let tables = try OpenTables(group.map(\.hash), in: account)
            for loss in tables.losses { summary.losses.add(loss) }
            let outcomes = try await Self.inOrder(group) { talker, hash in
                let chat = known.chats[talker]
                let remembered = isKnown ? before.chats[talker] ?? (chat == nil ? nil : SourceState.Chat()) : nil
                let run = try ChatRun(
                    context, talker, name: names.book.displayName(of: talker), chat: chat,
                    months: chat.flatMap { months[$0.folder] } ?? [:], state: remembered, expected: look.expected(hash))
                var isFirst = true
                let outcome = try await run.run(look.parts[hash] ?? [:], revisits: remembered != nil && !isFull) {
                    () throws(WeFlowError) in
                    defer { isFirst = false }
                    let open =
                        isFirst
                        ? tables.tables[hash] ?? [] : try OpenTables([hash], in: context.account).tables[hash] ?? []
                    return try ChatReader(
                        talker, tables: open, names: names, in: context.account, media: exporter, kinds: kinds)
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
                let settled = staging.records
                try commit(isLast: false)
                files.withLock { $0.merge(settled) { $1 } }
            }
        }
        if let notice = names.notice { summary.notes.append(notice) }
    }

    /// Does work for several chats at once, and gives what came of it in their order.
    private static func inOrder(
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

    /// Sessions of which not everything could be read.
    private var lost: Set<TableHash> = []

    // MARK: What is gone

    /// Marks what the source does not have any more, where all of it could be read.
    private mutating func markGone() throws(WeFlowError) {
        // What a log lost is not gone: it was never read.
        guard !summary.losses.isPartial, account.logBreaks().isEmpty else {
            if !unseen.isEmpty {
                summary.notes.append(
                    WeFlowError(
                        .partial, "nothing was marked as gone, for not all of the account could be read"))
            }
            return
        }
        for (talker, lines) in unseen {
            guard let chat = manifest?.chats[talker] else { continue }
            var months = manifest?.months(of: chat.folder) ?? [:]
            for (name, record) in staging.records {
                if let place = ArchivePath.month(name), place.folder == chat.folder { months[place.month] = record }
            }
            let writer = ChatWriter(chat.folder, known: months, in: archive, staging)
            for line in lines { writer.change(line.key, in: line.month, .gone(now)) }
            let outcome = try writer.finish()
            summary.gone += outcome.gone
        }
    }

    // MARK: The end

    private mutating func finish() throws(WeFlowError) {
        let hasNews = staging.size.files > 0 || isNew || hasOtherSettings || info.isUnfinished
        if hasNews { try commit(isLast: true) }
        if hasNews || manifest != nil {
            summary.chats = try loadManifest().chats.count
        } else {
            // The manifest of a large archive is not read to say that nothing is new.
            summary.chats = Int(clamping: before.lists[Self.countName] ?? 0)
        }
        summary.missingMedia = state.chats.values.reduce(0) { $0 + $1.missing.count }
    }

    /// Gives all new files their names, with the manifest that names them.
    private mutating func commit(isLast: Bool) throws(WeFlowError) {
        let records = staging.records
        summary.files += records.count
        summary.bytes += records.values.reduce(0) { $0 + $1.bytes }
        guard staging.isReal else { return }
        var manifest = try loadManifest()
        manifest.files.merge(records) { $1 }
        self.manifest = manifest
        let bytes = manifest.bytes
        info.begin(now)
        if isLast { info.end(Clock.seconds) }
        var known = state
        known.manifest = bytes.withBytes { Digest256.of($0) }
        known.lists[Self.settingsName] = Self.number(of: settings)
        known.lists[Self.countName] = UInt64(manifest.chats.count)
        for hash in unread.union(lost) { known.forget(hash) }
        if !summary.losses.shards.isEmpty { for number in known.shards.keys { known.shards[number]?.stamp = 0 } }
        try staging.keep(info.bytes, as: ArchivePath.info, isNamed: false)
        try staging.keep(state: known.bytes, as: SourceState.name)
        try staging.keep(bytes, as: Manifest.name, isNamed: false)
        try staging.commit(last: [ArchivePath.info, SourceState.name, Manifest.name])
        began = Clock.seconds
    }

    // MARK: Lists

    private mutating func updateLists() async throws {
        for list in ListSource.all where list.isTaken(settings) {
            let databases = list.databases(account)
            let stamp = FileStamp.of(databases: databases, in: account, now: now)
            if isKnown, stamp != 0, before.lists[list.file] == stamp { continue }
            guard databases.contains(where: account.hasDatabase) else { continue }
            do {
                let manifest = try loadManifest()
                let damage = try await list.update(
                    account, record: manifest.files[list.file], archive, staging, now: now,
                    marksGone: isFull && !summary.losses.isPartial)
                for page in damage { summary.losses.add(page) }
                state.lists[list.file] = damage.isEmpty ? stamp : 0
            } catch let error as WeFlowError where error.kind == .unavailable || error.kind == .storeFailed {
                // One database that cannot be read costs no other list, and no message.
                summary.losses.add(error)
                state.lists[list.file] = 0
            }
        }
        try updateAvatars()
    }

    private mutating func updateAvatars() throws(WeFlowError) {
        let stamp = FileStamp.of(databases: [HeadImages.database], in: account, now: now)
        if isKnown, stamp != 0, before.lists[AvatarSource.name] == stamp { return }
        guard account.hasDatabase(HeadImages.database) else { return }
        do {
            let manifest = try loadManifest()
            let damage = try AvatarSource.update(account, records: { manifest.files[$0] }, staging)
            for page in damage { summary.losses.add(page) }
            state.lists[AvatarSource.name] = damage.isEmpty ? stamp : 0
        } catch  where error.kind == .unavailable || error.kind == .storeFailed {
            summary.losses.add(error)
            state.lists[AvatarSource.name] = 0
        }
    }

    // MARK: Media

    /// Changes whenever a file may have come that any chat lacks; 0 where that cannot be told.
    private func mediaStamp() -> UInt64 {
        guard let media else { return 1 }
        let store = account.folder.store
        var names = account.voiceDatabases()
        names += ["hardlink/hardlink.db", "message/message_resource.db", "emoticon/emoticon.db"]
        var paths = names.flatMap { ["\(store)/\($0)", "\(store)/\($0)-wal"] }
        for folder in ["msg/video", "msg/file", "msg/attach", "business/emoticon", "cache"] {
            let path = "\(account.folder.path)/\(folder)"
            paths.append(path)
            // One that is not there is no reason to look.
            if folder != "msg/attach", let months = try? Folders.names(in: path) {
                paths += months.sorted().map { "\(path)/\($0)" }
            }
        }
        let stamp = FileStamp.of(paths, now: now)
        guard stamp != 0 else { return 0 }
        let keys = [media.imageKeys.aes != nil, media.imageKeys.xor != nil, media.ffmpeg != nil]
        return keys.reduce(stamp) { MessageIdentity.mix($0 &+ ($1 ? 1 : 2)) } | 2
    }

    /// The same of one chat.
    private func stamp(of talker: String, _ common: UInt64) -> UInt64 {
        guard common != 0 else { return 0 }
        let folder = "\(account.folder.path)/msg/attach/\(md5Hex(talker))"
        let months = (try? Folders.names(in: folder))?.sorted() ?? []
        let own = FileStamp.of(
            [folder] + months.flatMap { ["\(folder)/\($0)", "\(folder)/\($0)/Img"] }, now: now)
        return own == 0 ? 0 : MessageIdentity.mix(common ^ own) | 2
    }

    private func wantsMedia(_ chat: SourceState.Chat, _ talker: String, _ common: UInt64) -> Bool {
        guard media != nil, !chat.missing.isEmpty else { return false }
        return chat.mediaStamp == 0 || stamp(of: talker, common) != chat.mediaStamp
    }
}

extension ArchiveSettings {
    /// The kinds as the export of media names them.
    var mediaKinds: MediaKinds {
        media.reduce(into: MediaKinds()) { kinds, kind in
            switch kind {
            case .image: kinds.insert(.image)
            case .voice: kinds.insert(.voice)
            case .video: kinds.insert(.video)
            case .emoji: kinds.insert(.emoji)
            case .file: kinds.insert(.file)
            }
        }
    }
}
