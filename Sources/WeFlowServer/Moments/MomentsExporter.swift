internal import WeFlowMedia
internal import WeFlowModel
public import WeFlowMoments
internal import WeFlowOutput
public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery
internal import WeFlowState
public import WeFlowStore
internal import WeFlowSystem

/// Writes moments, and the files they show, into a folder (<doc:ExportingMoments>).
///
/// Files are fetched five at a time. One that is there already is taken as it is, so that an export that was stopped
/// goes on where it was; the document comes last and is there whole or not at all.
public struct MomentsExporter: Sendable {
    /// How far an export has come.
    public enum Progress: Sendable, Equatable {
        /// Posts that were read.
        case posts(Int)
        /// Files that were had or given up, of how many.
        case files(Int, of: Int)
    }

    /// A file that could not be had.
    public struct Missing: Sendable, Equatable {
        /// The id of the post; nil for an author's picture or a sticker.
        public let postID: UInt64?
        /// What it is: `media`, `livePhoto`, `avatar`, `comment`.
        public let kind: String
        /// Its name without extension.
        public let name: String
        /// Its address without the query, which holds a credential.
        public let url: String
        /// Why.
        public let reason: String
    }

    /// What an export has come to.
    public struct Outcome: Sendable, Equatable {
        /// The document; empty where there was no post to write.
        public var filePath = ""
        /// Posts in it.
        public var posts = 0
        /// Pictures, videos and clips that are there.
        public var media = 0
        /// Files that could not be had.
        public var missing: [Missing] = []
        /// The report of them; nil where nothing is missing.
        public var reportPath: String?
        /// Whether it was stopped before the document was written.
        public var isStopped = false
        /// What of the store could not be read.
        public var damage: [PageFailure] = []
        /// Why names are missing, where they are.
        public var notice: WeFlowError?
    }

    private static let width = 5

    private let request: MomentsExportRequest
    private let network: MediaNetwork
    private let zone: LocalZone

    /// An export.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - network: where files come from.
    ///   - zone: local time, for the times shown.
    public init(_ request: MomentsExportRequest, network: MediaNetwork, zone: LocalZone = .system) {
        self.request = request
        self.network = network
        self.zone = zone
    }

    /// Runs it. A task that is cancelled stops it; files that are complete stay.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - now: Unix milliseconds, for the document and its name.
    ///   - progress: told how far it has come.
    /// - Returns: what has come of it.
    /// - Throws: `.unavailable` where the moments cannot be read, `.usage` where the folder cannot be made, `.system`
    ///   where a file cannot be written into it.
    public func run(
        on account: Account, now: Int64, progress: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        do {
            var plan = try MomentsExportPlan(request, on: account, hosts: network.hosts, now: now) { count in
                try Task.checkCancellation()
                progress(.posts(count))
            }
            outcome.damage = plan.damage
            outcome.notice = plan.notice
            guard !plan.export.posts.isEmpty else { return outcome }
            try request.makeOutputDir()
            try await fetch(&plan, &outcome, progress)
            try Task.checkCancellation()
            let files = try MomentsDocuments(plan.export, request.format, in: request.outputDir, zone: zone)
                .write(missing: outcome.missing)
            (outcome.filePath, outcome.reportPath) = files
            outcome.posts = plan.export.posts.count
        } catch is CancellationError {
            outcome.isStopped = true
        }
        return outcome
    }

    private func fetch(
        _ plan: inout MomentsExportPlan, _ outcome: inout Outcome, _ progress: @Sendable (Progress) -> Void
    ) async throws {
        let tasks = plan.tasks
        guard !tasks.isEmpty else { return }
        let folder = request.outputDir + "/media"
        try StateFolder.makeFolder(folder)
        let kept = try Self.keptFiles(in: folder)
        var done = 0
        var missing: [(index: Int, file: Missing)] = []
        try await withThrowingTaskGroup(of: (Int, Result<String, WeFlowError>).self) { group in
            var next = 0
            func start() {
                guard next < tasks.count else { return }
                let (index, task) = (next, tasks[next])
                next += 1
                group.addTask { (index, try await self.file(task, in: folder, kept: kept)) }
            }
            for _ in 0..<Self.width { start() }
            while let (index, result) = try await group.next() {
                done += 1
                switch result {
                case .success(let name):
                    plan.set("media/\(name)", for: tasks[index])
                    if tasks[index].isMedia { outcome.media += 1 }
                case .failure(let error):
                    missing.append((index, Self.missing(tasks[index], error, plan.export)))
                }
                progress(.files(done, of: tasks.count))
                start()
            }
        }
        // In the order of the posts, whichever was given up first.
        outcome.missing = missing.sorted { $0.index < $1.index }.map(\.file)
    }

    /// The name of a task's file, fetched where it is not there; a failure of the network is no failure of the export.
    private func file(
        _ task: MomentsExportTask, in folder: String, kept: [String: String]
    ) async throws -> Result<String, WeFlowError> {
        try Task.checkCancellation()
        if let name = kept[task.stem] { return .success(name) }
        do {
            let url = try MediaURL(parsing: task.url)
            let fetched = try await network.fetch(url, key: task.key, to: "\(folder)/\(task.stem)")
            return .success("\(task.stem).\(fetched.format.fileExtension)")
        } catch let error as WeFlowError where error.kind != .system {
            return .failure(error)
        }
    }

    /// Files of an earlier run by their stem: only complete ones ever have such a name. What a run that was killed left
    /// unfinished goes.
    private static func keptFiles(in folder: String) throws -> [String: String] {
        let extensions = Set(MediaFormat.allCases.map(\.fileExtension))
        var kept: [String: String] = [:]
        OutputFile.removeLeftovers(in: folder)
        let names: [String]
        do { names = try Folders.names(in: folder) } catch {
            throw WeFlowError.system("\(folder) cannot be read", error)
        }
        for name in names {
            guard !name.hasPrefix(".") else { continue }
            let parts = name.split(separator: ".")
            if parts.count == 2, extensions.contains(String(parts[1])) { kept[String(parts[0])] = name }
        }
        return kept
    }

    private static func missing(_ task: MomentsExportTask, _ error: WeFlowError, _ export: MomentsExport) -> Missing {
        let post: UInt64? =
            switch task.purpose {
            case .media(let post, _), .live(let post, _): export.posts[post].moment.id
            case .avatar, .comment: nil
            }
        return Missing(
            postID: post, kind: task.kind, name: task.stem, url: String(task.url.prefix { $0 != "?" }),
            reason: error.sentence)
    }
}
