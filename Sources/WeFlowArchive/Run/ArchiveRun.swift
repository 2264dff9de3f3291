import Synchronization
import WeFlowMedia
import WeFlowOutput
package import WeFlowPages
package import WeFlowParameters
package import WeFlowQuery
package import WeFlowStore
import WeFlowSystem

/// What a run of `weflow archive` did.
package struct ArchiveSummary: Sendable {
    /// Chats that the archive has.
    package var chats = 0
    /// Messages that are new in it.
    package var added = 0
    /// Lines that were altered.
    package var changed = 0
    /// Lines that were marked as gone at the source.
    package var gone = 0
    /// Files that were written, and their bytes.
    package var files = 0
    package var bytes: Int64 = 0
    /// Messages whose file could not be had so far.
    package var missingMedia = 0
    package var seconds = 0.0
    /// What could not be read of the source.
    package var losses = MessageLosses()
    /// What else is to be said.
    package var notes: [WeFlowError] = []
}

/// Brings an archive up to date, or begins one (<doc:ArchiveFiles>).
package struct ArchiveRun: Sendable {
    /// How far a run has come.
    package struct Progress: Sendable {
        /// Chats and messages that were read, and how many there are to read.
        package var chats = 0
        package var allChats = 0
        package var messages = 0
        package var allMessages = 0
    }

    private let folder: String
    private let account: Account
    private let settings: ArchiveSettings
    private let media: MediaSettings?
    private let zone: (name: String, clock: LocalZone)
    private let isFull: Bool
    private let isRehearsal: Bool
    private let labels: @Sendable (String) throws -> Set<String>
    private let warn: @Sendable (String) -> Void
    private let report: @Sendable (Progress) -> Void

    /// Chats that are opened together.
    private static let groupSize = 128
    /// A run gives its files their names after so many bytes, files or seconds: what was done then is not lost when it is
    /// killed.
    private static let mostBytes: Int64 = 1 << 30
    private static let mostFiles = 50_000
    private static let longest: Int64 = 120

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - folder: the archive's folder; it is made where it is not there.
    ///   - account: the source.
    ///   - settings: what is taken of it.
    ///   - media: what the export of media needs to know; nil leaves all media out.
    ///   - zone: the local zone and its name, by whose months lines are filed.
    ///   - isFull: whether everything is read again, and what is gone is marked.
    ///   - isRehearsal: whether nothing is made or changed.
    ///   - labels: the contacts that bear a label.
    ///   - warn: hears what is to be said at once.
    ///   - report: hears how far it has come; called on several threads.
    package init(
        _ folder: String, of account: Account, settings: ArchiveSettings, media: MediaSettings?,
        zone: (name: String, clock: LocalZone), isFull: Bool = false, isRehearsal: Bool = false,
        labels: @escaping @Sendable (String) throws -> Set<String> = { _ in [] },
        warn: @escaping @Sendable (String) -> Void = { _ in },
        report: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        (self.folder, self.account, self.settings, self.media) = (folder, account, settings, media)
        (self.zone, self.isFull, self.isRehearsal) = (zone, isFull, isRehearsal)
        (self.labels, self.warn, self.report) = (labels, warn, report)
    }

    /// Runs.
    ///
    /// - Returns: what was done.
    /// - Throws: `.invalidData` where the folder is no archive of this account, or damaged; `.conflict` where another run
    ///   writes to it; `.system` where it cannot be written, and `.unavailable` where the source cannot be read: the
    ///   archive is then as it was.
    package func run() async throws -> ArchiveSummary {
        let start = Clock.monotonic
        let owner = account.owner.username
        let archive = try ArchiveFolder(folder)
        _ = try archive.admit(account: owner)
        let chosen = try ChosenChats(settings, in: account, labels: labels)
        // What cannot be read is found out before anything is made.
        if account.messageShards().isEmpty { throw account.withoutShards }
        let staging = try Staging(archive.path, isReal: !isRehearsal, warn: warn)
        defer { staging.end() }
        var work = try ArchiveWork(
            account, archive: try ArchiveFolder(folder), staging, settings: settings, zone: zone, chosen: chosen,
            isFull: isFull, media: media, owner: owner)
        try await work.run(
            report,
            checkpoint: { staging, began in
                !isRehearsal
                    && (staging.size.bytes > Self.mostBytes || staging.size.files > Self.mostFiles
                        || Clock.seconds - began > Self.longest)
            }, groupSize: Self.groupSize)
        var summary = work.summary
        summary.seconds = Double(Clock.monotonic - start) / 1e9
        return summary
    }
}

/// Which chats an archive takes.
struct ChosenChats: Sendable {
    private let included: Set<String>?
    private let excluded: Set<String>
    private let kinds: Set<ChatKind>
    private let verified: Set<String>

    /// - Throws: `.notFound` for a label that nobody bears; why contacts cannot be read where they are needed.
    init(
        _ settings: ArchiveSettings, in account: Account, labels: (String) throws -> Set<String>
    ) throws {
        func ids(_ values: [String]) throws -> Set<String> {
            var ids: Set<String> = []
            for value in values {
                if value.hasPrefix("label:") {
                    ids.formUnion(try labels(String(value.dropFirst(6))))
                } else {
                    ids.insert(value)
                }
            }
            return ids
        }
        included = settings.included.isEmpty ? nil : try ids(settings.included)
        excluded = try ids(settings.excluded)
        kinds = Set(settings.sessionTypes.compactMap(ChatKind.init))
        verified = kinds.isEmpty ? [] : try Self.verified(account)
    }

    /// Whether a chat is taken.
    func contains(_ id: String) -> Bool {
        guard included?.contains(id) ?? true, !excluded.contains(id) else { return false }
        return kinds.isEmpty || kinds.contains(ChatKind(of: id, isVerified: verified.contains(id)))
    }

    /// Contacts that are official accounts.
    static func verified(_ account: Account) throws(WeFlowError) -> Set<String> {
        guard account.hasDatabase(ContactTables.database) else { return [] }
        return try WeFlowError.retrying { () throws(WeFlowError) in
            var reader = try TableReader(account.database(ContactTables.database))
            guard let table = try reader.schema(["contact"])["contact"] else { return [] }
            let (name, flag) = (try table.column("username"), try table.column("verify_flag"))
            guard name >= 0, flag >= 0 else { return [] }
            var found: Set<String> = []
            try reader.rows(of: table) { _, record in
                if record.int(flag) != 0 { found.insert(record.text(name)) }
            }
            return found
        }
    }
}
