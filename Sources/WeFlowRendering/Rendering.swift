public import WeFlowPages
internal import WeFlowQuery

/// Makes readable forms of an archive, out of the archive alone, and writes anew only what changed
/// (<doc:RenderedArchive>).
public struct Rendering: Sendable {
    /// What became of it.
    public struct Outcome: Sendable, Equatable {
        /// How many chats the archive holds.
        public var chats = 0
        /// How many messages.
        public var messages: Int64 = 0
        /// How many files were written.
        public var written = 0
        /// How many were left as they are.
        public var unchanged = 0
        /// How many bytes were written.
        public var bytes: Int64 = 0
        /// What of the archive is damaged, a sentence each; the files made of it are as they were.
        public var damage: [WeFlowError] = []
    }

    /// How far it has come.
    public struct Progress: Sendable {
        /// How many messages are done.
        public let done: Int64
        /// Of how many.
        public let total: Int64
        /// What is worked on.
        public let chat: String
    }

    private let request: RenderRequest

    /// Prepares it.
    public init(_ request: RenderRequest) { self.request = request }

    /// The name of the zone by whose days and months the archive is ordered; nil where it does not say.
    ///
    /// - Throws: as `run`.
    public var zoneName: String? {
        get throws(WeFlowError) {
            let name = try ArchiveSource(request.folder).zoneName
            return name.isEmpty ? nil : name
        }
    }

    /// Does it. Times are those of the process's zone.
    ///
    /// - Parameter progress: is told before each chat.
    /// - Returns: what became of it.
    /// - Throws: `.notFound` where there is no archive, `.usage` where the output folder cannot be this one, `.system` where it
    ///   cannot be written; damage that leaves nothing to read.
    public func run(_ progress: (Progress) -> Void = { _ in }) throws -> Outcome {
        let source = try ArchiveSource(request.folder)
        guard !source.isBeingWritten else {
            throw WeFlowError(
                .conflict,
                "\(request.folder) is being brought up to date, or a run was ended; run weflow archive, then this again"
            )
        }
        let folder = try RenderFolder(request.outputDir, format: request.format, for: source)
        var outcome = Outcome()
        outcome.chats = source.chats.count
        outcome.messages = source.chats.reduce(0) { $0 &+ $1.messages }
        do {
            switch request.format {
            case .html: try pages(source, folder, &outcome, progress)
            case .markdown, .text, .csv: try texts(source, folder, &outcome, progress)
            case .sqlite:
                try tolerating(source, &outcome) { try ArchiveDatabase(source).write(to: folder, progress) }
            }
        } catch {
            // What is done is known to the next run.
            try folder.save()
            throw error
        }
        try folder.save()
        (outcome.written, outcome.unchanged, outcome.bytes) = (folder.written, folder.unchanged, folder.bytes)
        return outcome
    }

    private func pages(
        _ source: ArchiveSource, _ folder: RenderFolder, _ outcome: inout Outcome, _ progress: (Progress) -> Void
    ) throws {
        let people = try People(source)
        try eachChat(of: source, folder, &outcome, progress) { chat in
            try YearPages(chat, of: source, avatars: people.avatars(in: chat, owner: source.account)).write(to: folder)
        }
        let lists = ListPages(source, people: people)
        for (page, _) in lists.pages { try tolerating(source, &outcome) { try lists.write(page, to: folder) } }
        try IndexPage(source, people: people).write(lists.pages, to: folder)
        try bringMedia(source, folder, &outcome)
    }

    private func texts(
        _ source: ArchiveSource, _ folder: RenderFolder, _ outcome: inout Outcome, _ progress: (Progress) -> Void
    ) throws {
        try eachChat(of: source, folder, &outcome, progress) { chat in
            try ChatText(chat, of: source, as: request.format, isRaw: request.isRaw).write(to: folder)
        }
        if request.format == .markdown { try bringMedia(source, folder, &outcome) }
    }

    private func bringMedia(_ source: ArchiveSource, _ folder: RenderFolder, _ outcome: inout Outcome) throws {
        for file in source.files.values
        where ["media", "avatars"].contains(ArchiveSource.components(of: file.path).first) {
            try tolerating(source, &outcome) { try folder.bring(file, as: MediaPaths.name(file.path), from: source) }
        }
    }

    private func eachChat(
        of source: ArchiveSource, _ folder: RenderFolder, _ outcome: inout Outcome, _ progress: (Progress) -> Void,
        _ body: (ArchiveSource.Chat) throws -> Void
    ) throws {
        var done: Int64 = 0
        for chat in source.chats {
            progress(Progress(done: done, total: outcome.messages, chat: chat.name))
            try tolerating(source, &outcome) { try body(chat) }
            try folder.saveNowAndThen()
            done &+= chat.messages
        }
    }

    /// Lets damage in one part cost that part alone.
    private func tolerating(_ source: ArchiveSource, _ outcome: inout Outcome, _ body: () throws -> Void) throws {
        do { try body() } catch let error as WeFlowError where error.isDamage {
            guard !source.hasMoved else {
                throw WeFlowError(.conflict, "\(request.folder) was brought up to date meanwhile; run this again")
            }
            outcome.damage.append(error)
        }
    }
}
