import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
import WeFlowStore

/// A page of the files of all chats, some messages' at a time. For one thread.
public final class FilesList: ListItems {
    private let request: FilesRequest
    private let finder: FileFinder
    private var chats: OpenChats
    private let open: [Chat]
    private let places: [Place]
    private var workers: [Int: MessageWorker] = [:]
    private let keyword: KeywordMatcher?
    /// The next message to read.
    private var place = 0
    /// Files that were found and not given, the next one first.
    private var found: ArraySlice<FileEntry> = []
    private var skipped = 0
    private var taken = 0

    /// How many messages are read at once.
    private static let batch = 512
    /// How many files are looked for at once, but for the first time: the databases that lead to them have no indexes and
    /// are walked each time.
    private static let mostLookedFor = 8192
    /// How many chats keep their readers from batch to batch.
    private static let mostWorkers = 8

    /// A message that may have files, by its place.
    private struct Place {
        let createTime: Int64
        let sequence: Int64
        let localID: Int64
        /// Which of the open chats it is in, which are in the order of their ids.
        let chat: Int
        let ordinal: Int
        let entry: MessageEntry

        /// Whether it is the later one of two.
        static func isLater(_ a: Place, _ b: Place) -> Bool {
            if a.createTime != b.createTime { return a.createTime > b.createTime }
            if a.sequence != b.sequence { return a.sequence > b.sequence }
            if a.localID != b.localID { return a.localID > b.localID }
            return a.chat == b.chat ? a.ordinal > b.ordinal : a.chat > b.chat
        }
    }

    /// A message with its files.
    private struct Carrier {
        let chat: Int
        let serverID: UInt64
        let localID: Int64
        let createTime: Int64
        let sender: String
        let files: [WantedFile]
    }

    /// A row of a chat's table.
    private struct RowKey: Hashable {
        let chat: Int
        let table: Int
        let rowID: Int64
    }

    init(_ request: FilesRequest, _ account: Account) throws {
        self.request = request
        finder = FileFinder(account)
        chats = try OpenChats(account)
        keyword = request.keyword.map { KeywordMatcher($0) }
        open = try chats.all(where: request.chats.admit)
        places = try Self.places(request, open, &chats.losses).sorted(by: Place.isLater)
    }

    /// The next file of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where a database moved.
    public func next() throws -> FileEntry? {
        if found.isEmpty { try findMore() }
        return found.popFirst()
    }

    /// How many files the page has; every message that may have some is read for it.
    ///
    /// - Throws: as ``next()``.
    public func count() throws -> Int {
        var (place, count, losses) = (0, 0, MessageLosses())
        while count - request.offset < request.limit, let carriers = try nextCarriers(&place, &losses) {
            for carrier in carriers { count += meant(carrier).count }
        }
        return min(request.limit, max(0, count - request.offset))
    }

    /// Whether files follow the page.
    ///
    /// - Throws: as ``next()``.
    public func hasMore() throws -> Bool {
        if isOver { return true }
        var (place, losses) = (place, MessageLosses())
        while let carriers = try nextCarriers(&place, &losses) {
            if carriers.contains(where: { !meant($0).isEmpty }) { return true }
        }
        return false
    }

    /// What could not be read so far.
    public var losses: MessageLosses { chats.losses }
    /// Why names are missing, where they are.
    public var notice: WeFlowError? { chats.names.notice }

    /// Whether more files were found than the page takes.
    private var isOver = false

    /// Looks for the next files of the page.
    private func findMore() throws {
        var losses = MessageLosses()
        defer { chats.losses.add(losses) }
        let wanted = place == 0 ? Self.batch : Self.mostLookedFor
        var selected: [(carrier: Carrier, files: [Int])] = []
        var count = 0
        while count < wanted, taken < request.limit, let carriers = try nextCarriers(&place, &losses) {
            for carrier in carriers {
                var files = meant(carrier)[...]
                let passed = min(request.offset - skipped, files.count)
                skipped += passed
                files.removeFirst(passed)
                let room = request.limit - taken
                if files.count > room { isOver = true }
                files = files.prefix(room)
                guard !files.isEmpty else { continue }
                count += files.count
                taken += files.count
                selected.append((carrier, Array(files)))
            }
        }
        found = try entries(selected)[...]
    }

    /// Reads the next messages; nil behind the last.
    private func nextCarriers(_ place: inout Int, _ losses: inout MessageLosses) throws -> [Carrier]? {
        guard place < places.count else { return nil }
        let batch = places[place...].prefix(Self.batch)
        place = batch.endIndex
        return try read(batch, &losses)
    }

    /// The places of all messages that may have files, in no order.
    private static func places(
        _ request: FilesRequest, _ open: [Chat], _ losses: inout MessageLosses
    ) throws -> [Place] {
        var places: [Place] = []
        let (start, end) = (request.start ?? .min, request.end ?? .max)
        guard start <= end else { return [] }
        for (number, chat) in open.enumerated() {
            for (at, table) in chat.tables.enumerated() {
                var lost: [PageFailure] = []
                do throws(PageFailure) {
                    try table.rows(ofTypes: FileRows.filesAndRecords, failed: { lost.append($0) }) { row, id in
                        guard row.createTime >= start, row.createTime <= end else { return }
                        let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: at)
                        places.append(
                            Place(
                                createTime: row.createTime, sequence: row.sortSeq, localID: row.localID, chat: number,
                                ordinal: table.ordinal, entry: entry))
                    }
                } catch {
                    throw error.error
                }
                for page in lost { losses.add(page) }
            }
        }
        return places
    }

    /// The messages of a batch that have files, in order.
    private func read(_ batch: ArraySlice<Place>, _ losses: inout MessageLosses) throws -> [Carrier] {
        var groups: [Int: [MessageEntry]] = [:]
        var numbers: [RowKey: Int] = [:]
        for (index, place) in zip(batch.indices, batch) {
            groups[place.chat, default: []].append(place.entry)
            numbers[RowKey(chat: place.chat, table: place.entry.table, rowID: place.entry.rowID)] = index
        }
        var found: [Int: Carrier] = [:]
        for (chat, entries) in groups {
            let hash = TableHash(of: open[chat].talker)
            let inOrder = entries.sorted { ($0.sequence, $0.table, $0.rowID) < ($1.sequence, $1.table, $1.rowID) }
            _ = try worker(chat).read(
                inOrder[...], order: .oldestFirst, filter: MessageFilter(), losses: &losses
            ) { entry, message in
                let key = RowKey(chat: chat, table: entry.table, rowID: entry.rowID)
                guard let index = numbers[key] else { return }
                let files: [WantedFile]
                switch message.content {
                case .file(let file):
                    files = [
                        WantedFile(file, chat: hash, localID: message.localID, createTime: message.createTime)
                    ]
                case .record(let record):
                    files = WantedFile.files(
                        in: record, packedInfo: message.packedInfo, number: index, chat: hash,
                        localID: message.localID, createTime: message.createTime)
                default: return
                }
                guard !files.isEmpty else { return }
                found[index] = Carrier(
                    chat: chat, serverID: message.serverID, localID: message.localID, createTime: message.createTime,
                    sender: String(decoding: message.sender, as: UTF8.self), files: files)
            }
        }
        return batch.indices.compactMap { found[$0] }
    }

    private func worker(_ chat: Int) -> MessageWorker {
        if let known = workers[chat] { return known }
        if workers.count >= Self.mostWorkers { workers.removeAll() }
        let worker = MessageWorker(open[chat], readsRecords: true)
        workers[chat] = worker
        return worker
    }

    /// Which files of a message pass the filters.
    private func meant(_ carrier: Carrier) -> [Int] {
        if !request.senders.isEmpty {
            let isOwn = request.senders.contains("me") && carrier.sender == open[carrier.chat].ownUsername
            guard isOwn || request.senders.contains(carrier.sender) else { return [] }
        }
        return carrier.files.indices.filter { place in
            let file = carrier.files[place]
            guard request.endings.isEmpty || request.endings.contains(Self.ending(of: file)) else { return false }
            guard let keyword else { return true }
            // Few files have no name of their own; those have one on the disk.
            return keyword.matches(file.name.isEmpty ? name(of: file, finder.find([file]).files[0]) : file.name)
        }
    }

    /// What is said of the files that were selected.
    private func entries(_ selected: [(carrier: Carrier, files: [Int])]) throws -> [FileEntry] {
        // Records are looked for as a whole, whichever of their files are meant.
        let findings = finder.find(selected.flatMap(\.carrier.files))
        for page in findings.damage { chats.losses.add(page) }
        for error in findings.errors { chats.losses.add(error) }
        let book = chats.names.book
        var entries: [FileEntry] = []
        var first = 0
        for (carrier, files) in selected {
            let talker = open[carrier.chat].talker
            for place in files {
                let (file, found) = (carrier.files[place], findings.files[first + place])
                entries.append(
                    FileEntry(
                        sessionID: talker, sessionName: book.displayName(of: talker), serverID: carrier.serverID,
                        localID: carrier.localID, createTime: carrier.createTime, sender: carrier.sender,
                        senderName: carrier.sender.isEmpty ? "" : book.displayName(of: carrier.sender),
                        fileName: name(of: file, found), fileExtension: Self.ending(of: file), size: found.size,
                        md5: file.md5?.text ?? "", state: found.state, path: finder.path(of: found),
                        recordPath: file.place?.path, found: found))
            }
            first += carrier.files.count
        }
        return entries
    }

    /// The name to show: the sender's, else the one on the disk.
    private func name(of file: WantedFile, _ found: FoundFile) -> String {
        guard file.name.isEmpty else { return file.name }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: found.nameOnDisk.unicodeScalars.filter { $0.properties.generalCategory != .control })
        return String(name)
    }

    /// The extension as the message says it, else that of the name.
    private static func ending(of file: WantedFile) -> String {
        if !file.ending.isEmpty { return file.ending.lowercased() }
        guard let dot = file.name.lastIndex(of: ".") else { return "" }
        return file.name[file.name.index(after: dot)...].lowercased()
    }
}
