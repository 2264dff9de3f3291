import Synchronization
import WeFlowMedia
package import WeFlowPages
public import WeFlowStore

/// Exports the media of messages: finds the files of the account, decodes them, and puts them into the export folder
/// (<doc:ExportingMedia>).
///
/// One exporter serves many queries and keeps what it learnt of the account's folders. What is exported already costs a
/// look at the source and one at the exported file.
public final class MediaExporter: Sendable {
    /// What it was made with.
    public let settings: MediaSettings
    let account: Account
    let folders = FolderCache()
    let exports: any ExportPlace
    let fetched: StickerFetches
    let files: FileFinder
    let documents = ChatDocuments()
    private let state = Mutex(State())
    private let report: @Sendable (MediaProgress) -> Void

    private struct State {
        var progress = MediaProgress()
        var talkerFolders: [String: String] = [:]
        /// nil while no election was held.
        var electedXorKey: UInt8??
        var failures: [PictureFile: MediaLoss] = [:]
        var hardlinks: [HardlinkTables.Kind: (version: [UInt32], answers: [HexName: [HardlinkRow]])] = [:]
        var stickers: [String: String] = [:]
        var told: Set<Topic> = []
    }

    /// How much is remembered of each kind.
    private static let memory = 100_000

    /// Makes an exporter; nothing is read or made yet.
    ///
    /// - Parameters:
    ///   - account: whose media.
    ///   - settings: where to, and with what.
    ///   - progress: told after every message with media, on several threads.
    public convenience init(
        _ account: Account, settings: MediaSettings, progress: @escaping @Sendable (MediaProgress) -> Void = { _ in }
    ) {
        self.init(account, settings: settings, to: nil, progress: progress)
    }

    /// Makes an exporter whose files somebody else keeps.
    ///
    /// - Parameters:
    ///   - account: whose media.
    ///   - settings: with what they are exported; the path of the export folder is of no account.
    ///   - place: takes the files.
    package convenience init(_ account: Account, settings: MediaSettings, to place: any ExportPlace) {
        self.init(account, settings: settings, to: .some(place), progress: { _ in })
    }

    private init(
        _ account: Account, settings: MediaSettings, to place: (any ExportPlace)?,
        progress: @escaping @Sendable (MediaProgress) -> Void
    ) {
        self.account = account
        self.settings = settings
        exports = place ?? ExportFolder(path: settings.exportPath)
        fetched = StickerFetches(settings.fetcher)
        files = FileFinder(account, zone: settings.zone)
        report = progress
    }

    /// Removes every unfinished file and begins no other: for a run that is interrupted.
    public func abandon() {
        exports.abandon()
    }

    /// What came out of a batch.
    package struct Batch: Sendable {
        /// One for each request, in order.
        package var outcomes: [MediaOutcome]
        /// Why databases of media could not be read.
        package var notes: [WeFlowError]
    }

    /// Exports the media of messages of one chat.
    ///
    /// - Returns: what became of each, in order.
    /// - Throws: `.system` where the export folder cannot be written to; `CancellationError`.
    package func export(_ requests: [MediaRequest], of chat: Chat) async throws -> Batch {
        guard !requests.isEmpty else { return Batch(outcomes: [], notes: []) }
        let work = try MediaWork(requests, of: chat, by: self)
        let outcomes = try await work.run()
        return Batch(outcomes: outcomes, notes: work.notes)
    }

    // MARK: What is remembered

    /// The folder of a talker below the export path.
    func talkerFolder(of talker: String) -> String {
        if let known = state.withLock({ $0.talkerFolders[talker] }) { return known }
        var folder = FileName.talkerFolder(talker)
        if folder != talker, let owner = owner(of: folder), owner != talker {
            folder = FileName.talkerFolder(talker, distinct: true)
        }
        state.withLock { $0.talkerFolders[talker] = folder }
        return folder
    }

    /// Whose folder it is, of all sessions whose name becomes this one: the one whose name it is, else the first.
    private func owner(of folder: String) -> String? {
        // Without a list of sessions there is nobody to keep apart.
        guard account.hasDatabase(SessionTables.database), let sessions = try? SessionTables(account) else {
            return nil
        }
        let names = sessions.sessions.map(\.username).filter { FileName.talkerFolder($0) == folder }
        return names.contains(folder) ? folder : names.min { $0.precedesByScalar($1) }
    }

    /// Counts messages and files, and tells of them.
    func count(messages: Int, written: Int) {
        let progress = state.withLock { state in
            state.progress.messages += messages
            state.progress.written += written
            return state.progress
        }
        report(progress)
    }

    /// Why a file could not be decoded, where that was tried.
    func failure(of file: PictureFile) -> MediaLoss? {
        state.withLock { $0.failures[file] }
    }

    /// Keeps why a file could not be decoded.
    func note(_ loss: MediaLoss, of file: PictureFile) {
        state.withLock { state in
            if state.failures.count >= Self.memory { state.failures.removeAll() }
            state.failures[file] = loss
        }
    }

    /// The XOR key of the account as its thumbnails show it, asked for where a picture does not show it itself.
    func electedXorKey(_ elect: () -> UInt8?) -> UInt8? {
        if let known = state.withLock({ $0.electedXorKey }) { return known }
        let winner = elect()
        state.withLock { $0.electedXorKey = .some(winner) }
        return winner
    }

    /// What one error tells that a hundred would.
    enum Topic: Hashable {
        /// The network gave no sticker.
        case network
        /// A file of the account may not be read.
        case permission
    }

    /// Whether this is the first time that an error of that topic came up.
    func isFirst(of topic: Topic) -> Bool {
        state.withLock { $0.told.insert(topic).inserted }
    }

    /// Where a sticker lies that was exported in this run.
    func exportedSticker(_ md5: String) -> String? {
        state.withLock { $0.stickers[md5] }
    }

    /// Keeps where a sticker lies.
    func note(sticker md5: String, at path: String) {
        state.withLock { state in
            if state.stickers.count >= Self.memory { state.stickers.removeAll() }
            state.stickers[md5] = path
        }
    }

    /// Rows of `hardlink.db` by the md5 or the name that they were asked for with, kept until the database changes.
    ///
    /// - Throws: why it cannot be read; a database that is not there has no rows.
    func hardlinks(
        _ names: Set<HexName>, kind: HardlinkTables.Kind
    ) throws(WeFlowError) -> [HexName: [HardlinkRow]] {
        guard !names.isEmpty, account.hasDatabase(HardlinkTables.database) else { return [:] }
        return try WeFlowError.retrying { () throws(WeFlowError) in
            let snapshot = try account.database(HardlinkTables.database).snapshot()
            let version = [snapshot.epoch, snapshot.generation]
            var answers = state.withLock { state -> [HexName: [HardlinkRow]] in
                guard let kept = state.hardlinks[kind], kept.version == version else { return [:] }
                return Dictionary(
                    uniqueKeysWithValues: names.compactMap { name in kept.answers[name].map { (name, $0) } })
            }
            let asked = names.filter { answers[$0] == nil }
            guard !asked.isEmpty else { return answers }
            let (rows, damage) = try HardlinkTables.rows(naming: asked, kind: kind, in: snapshot)
            var found = Dictionary(uniqueKeysWithValues: asked.map { ($0, [HardlinkRow]()) })
            for row in rows {
                var text = row.fileName
                let start = text.withUTF8 { HexName(startOf: UnsafeRawBufferPointer($0)) }
                for name in Set([row.md5, start].compactMap(\.self)) { found[name]?.append(row) }
            }
            answers.merge(found) { first, _ in first }
            // What a damaged page hides may be what was asked for, so such answers are not kept.
            guard damage.isEmpty else { return answers }
            let new = found
            state.withLock { state in
                let isKnown = state.hardlinks[kind]?.version == version
                if !isKnown || state.hardlinks[kind]?.answers.count ?? 0 > Self.memory {
                    state.hardlinks[kind] = (version, [:])
                }
                state.hardlinks[kind]?.answers.merge(new) { first, _ in first }
            }
            return answers
        }
    }
}
