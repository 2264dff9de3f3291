import WeFlowMedia
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// A run under way: what the archive has, what the source has, and what came of it so far.
struct ArchiveWork {
    var summary = ArchiveSummary()

    let account: Account
    let archive: ArchiveFolder
    let staging: Staging
    let settings: ArchiveSettings
    let zone: (name: String, clock: LocalZone)
    private let chosen: ChosenChats
    let isFull: Bool
    let media: MediaSettings?
    let now = Clock.seconds

    private var info: ArchiveInfo
    private let isNew: Bool
    private let hasOtherSettings: Bool
    var manifest: Manifest?
    /// What is known of the source, as far as it can be relied on.
    private(set) var before = SourceState()
    let isKnown: Bool
    var state = SourceState()
    /// Sessions that were not read yet.
    var unread: Set<TableHash> = []
    /// Sessions of which not everything could be read.
    var lost: Set<TableHash> = []
    private var talkers = TalkerNames()
    var unseen: [(talker: String, lines: [(key: UInt64, month: Month)])] = []
    var began: Int64

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

    mutating func loadManifest() throws(WeFlowError) -> Manifest {
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
    mutating func commit(isLast: Bool) throws(WeFlowError) {
        let records = staging.records
        summary.files += records.count
        summary.bytes += records.values.reduce(0) { $0 + $1.bytes }
        guard staging.isReal else { return }
        // In its place: the files of many years are many.
        var manifest = try loadManifest()
        self.manifest = nil
        manifest.files.merge(records) { $1 }
        let file = try staging.newFile()
        try manifest.write { bytes throws(WeFlowError) in
            try bytes.withBytes { bytes throws(WeFlowError) in try file.append(bytes) }
        }
        let digest = try file.finish().digest
        staging.keep(file.path, as: Manifest.name, nil)
        self.manifest = manifest
        info.begin(now)
        if isLast { info.end(Clock.seconds) }
        var known = state
        known.manifest = digest
        known.lists[Self.settingsName] = Self.number(of: settings)
        known.lists[Self.countName] = UInt64(manifest.chats.count)
        for hash in unread.union(lost) { known.forget(hash) }
        if !summary.losses.shards.isEmpty { for number in known.shards.keys { known.shards[number]?.stamp = 0 } }
        try staging.keep(info.bytes, as: ArchivePath.info, isNamed: false)
        try staging.keep(state: known.bytes, as: SourceState.name)
        try staging.commit(last: [ArchivePath.info, SourceState.name, Manifest.name])
        began = Clock.seconds
    }
}
