import Synchronization
import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowStore
import WeFlowSystem

/// The export of one batch of messages of one chat.
final class MediaWork: Sendable {
    let requests: [MediaRequest]
    let chat: Chat
    let exporter: MediaExporter
    let places: MediaFolders
    /// The folder of the chat below the export path.
    let talkerFolder: String
    private let found = Mutex(Found())

    private struct Found {
        var outcomes: [MediaOutcome?]
        var notes: [WeFlowError] = []

        init(count: Int = 0) { outcomes = Array(repeating: nil, count: count) }
    }

    /// One file to be exported, for all messages that it belongs to.
    enum Job: Sendable {
        case picture(PictureJob)
        case voice(VoiceJob)
        case video(VideoJob)
        case file(FileJob)
    }

    init(_ requests: [MediaRequest], of chat: Chat, by exporter: MediaExporter) throws(WeFlowError) {
        self.requests = requests
        self.chat = chat
        self.exporter = exporter
        places = MediaFolders(
            exporter.account.folder, talker: chat.talker, zone: exporter.settings.zone, cache: exporter.folders)
        talkerFolder = exporter.talkerFolder(of: chat.talker)
        found.withLock { $0 = Found(count: requests.count) }
    }

    /// Why databases of media could not be read.
    var notes: [WeFlowError] { found.withLock { $0.notes } }

    /// Does the work: files side by side on all cores, and stickers, which wait for the network, beside them.
    ///
    /// - Returns: what became of each request.
    func run() async throws -> [MediaOutcome] {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.exportStickers() }
            group.addTask { try await self.exportFiles() }
            try await group.waitForAll()
        }
        let outcomes = found.withLock { $0.outcomes }
        return zip(requests, outcomes).map { request, outcome in outcome ?? .missing(request.kind, .notDownloaded) }
    }

    private func exportFiles() async throws {
        let names = LocalNames(chat)
        var jobs = findPictures(names).map(Job.picture) + findVideos(names).map(Job.video)
        jobs += try findVoices(names).map(Job.voice)
        jobs += try findFiles().map(Job.file)
        var rest = jobs[...]
        try await orderedPipeline(width: Self.cores * 2, next: { rest.popFirst() }) { job in
            try Task.checkCancellation()
            switch job {
            case .picture(let job): try self.export(job)
            case .voice(let job): try self.export(job)
            case .video(let job): try self.export(job)
            case .file(let job): try self.export(job)
            }
        } consume: {
            true
        }
    }

    /// Keeps what became of messages, and tells of it.
    func finish(_ places: [Int], _ outcome: MediaOutcome, written: Bool) {
        found.withLock { found in
            for place in places { found.outcomes[place] = outcome }
        }
        exporter.count(messages: places.count, written: written ? 1 : 0)
    }

    /// Keeps why a database of media could not be read, or what else the user should hear of once.
    func note(_ error: WeFlowError) {
        found.withLock { found in
            if !found.notes.contains(error) { found.notes.append(error) }
        }
    }

    /// A file of this chat in the export folder.
    func file(_ kind: MediaKind, _ name: String, _ rendition: Rendition? = nil) -> ExportedFile {
        let exported = ExportedMedia(talkerFolder: talkerFolder, kind: kind, fileName: name)
        return ExportedFile(
            exported: exported, path: "\(exporter.exports.path)/\(exported.relativePath)", rendition: rendition)
    }

    /// The requests of one kind with their places.
    func requests(of kind: MediaKind) -> [(place: Int, request: MediaRequest)] {
        requests.enumerated().filter { $0.element.kind == kind }.map { ($0.offset, $0.element) }
    }

    /// Names that `message_resource.db` knows for messages, by place; empty where there are none.
    func resourceNames(_ wanted: [(place: Int, request: MediaRequest)]) -> [Int: String] {
        guard !wanted.isEmpty, exporter.account.hasDatabase(ResourceTables.database) else { return [:] }
        let keys = wanted.map { ResourceTables.Key(localID: $0.request.localID, createTime: $0.request.createTime) }
        do throws(WeFlowError) {
            let (infos, damage) = try WeFlowError.retrying { () throws(WeFlowError) in
                let snapshot = try exporter.account.database(ResourceTables.database).snapshot()
                return try ResourceTables.packedInfo(of: Set(keys), talker: chat.talker, in: snapshot)
            }
            for page in damage { note(page.error) }
            var names: [Int: String] = [:]
            for (wanted, key) in zip(wanted, keys) {
                let name = (infos[key] ?? []).withUnsafeBytes { StoredName.hex(in: $0) }
                if !name.isEmpty { names[wanted.place] = name }
            }
            return names
        } catch {
            note(error)
            return [:]
        }
    }

    /// Rows of `hardlink.db` for all of these names; none where it cannot be read.
    func hardlinks(_ names: some Sequence<String>, kind: HardlinkTables.Kind) -> [HexName: [HardlinkRow]] {
        do throws(WeFlowError) {
            return try exporter.hardlinks(Set(names.compactMap { HexName($0) }), kind: kind)
        } catch {
            note(error)
            return [:]
        }
    }

    /// How many threads work at once.
    static let cores = System.processors
}

/// Tells which of two messages with one local id came first: they lie in two shards, and a file that is named by the id
/// alone can belong to one of them only. For one thread.
final class LocalNames {
    private let readers: [MessageReader]

    init(_ chat: Chat) {
        readers = chat.tables.map { MessageReader($0) }
    }

    /// Whether an earlier message of the same kind has the same local id.
    func isLater(_ request: MediaRequest) -> Bool {
        let types = request.kind.messages.baseTypes
        let mine = readers[request.entry.table].table.ordinal
        return readers.contains { reader in
            let ordinal = reader.table.ordinal
            // A row that cannot be read cannot be shown either, so its name is free.
            guard ordinal != mine, (try? reader.find(request.localID)) == true else { return false }
            return reader.withRow { row in
                types.contains(row.localType & 0xFFFF_FFFF)
                    && (row.createTime, ordinal) < (request.createTime, mine)
            }
        }
    }

    /// `<kind>_<localId>`, with the time behind it where an earlier message has that name.
    func name(_ request: MediaRequest) -> String {
        let name = "\(request.kind.rawValue)_\(request.localID)"
        return isLater(request) ? "\(name)_\(request.createTime)" : name
    }
}
