import WeFlowCollections
import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// A list of the account that an archive keeps beside the chats: a row a line, in the order of their keys.
///
/// Another list is another line in ``all``: what answers it, where its rows stand in the answer, and what tells them apart.
struct ListSource: Sendable {
    /// Takes a whole answer in JSON, and what stands in front of the keys of its rows.
    typealias Taker = (_ answer: borrowing OutputBytes, _ front: String) throws(WeFlowError) -> Void

    /// Its file.
    let file: String
    /// Where the rows stand in the answers.
    let rows: StaticString
    /// What tells rows apart.
    let keys: [String]
    /// What it is made of, by paths below the store.
    let databases: @Sendable (Account) -> [String]
    /// Whether the settings want it.
    var isTaken: @Sendable (ArchiveSettings) -> Bool = { _ in true }
    /// Gives the answers, and the pages that could not be read.
    let answers: @Sendable (Account, Taker) async throws -> [PageFailure]

    /// All of them.
    static let all: [ListSource] = [
        ListSource(
            file: "contacts.jsonl", rows: "contacts", keys: ["username"], databases: { _ in [ContactTables.database] },
            answers: { account, take in
                let request = try ContactsRequest(Parameters(commandLine: ["limit": "0"]))
                let result = try ContactsQuery(request).run(on: account)
                try take(encodeContacts(result.contacts, form: .json(.compact)), "")
                return result.damage
            }),
        ListSource(
            file: "members.jsonl", rows: "members", keys: ["chatroomId", "wxid"],
            databases: { _ in [ContactTables.database] }, answers: { try GroupRows.answers($0, $1) }),
        ListSource(
            file: "moments.jsonl", rows: "timeline", keys: ["tid"], databases: { _ in [MomentsTable.database] },
            isTaken: { $0.moments },
            answers: { account, take in
                let request = try TimelineRequest(Parameters(commandLine: ["limit": "0", "media": "0"]))
                let result = try TimelineQuery(request, hosts: try MediaHosts(), proxyBase: "").run(on: account)
                try take(encodeTimeline(result.items, media: request.media, form: .json(.compact)), "")
                return result.damage
            }),
        ListSource(
            file: "favorites.jsonl", rows: "favorites", keys: ["id"], databases: { _ in [FavoritesQuery.database] },
            isTaken: { $0.favorites },
            answers: { account, take in
                let request = try FavoritesRequest(Parameters(commandLine: ["limit": "0"]))
                let result = try FavoritesQuery(request).run(on: account)
                try take(favoritesLayout(baseURL: "").encoded(result.favorites, form: .json(.compact)), "")
                return result.damage
            }),
        ListSource(
            file: "articles.jsonl", rows: "articles", keys: ["accountId", "serverId", "publishedAt", "position"],
            databases: { account in account.databaseNames().filter { $0.hasPrefix("message/biz_message_") } },
            answers: { account, take in
                let request = try ArticlesRequest(Parameters(commandLine: ["limit": "0"]))
                let result = try ArticlesQuery(request).run(on: account)
                try take(articlesLayout.encoded(result.articles, form: .json(.compact)), "")
                // A shard that cannot be opened is said; what was listed without it waits for the next run.
                if let shard = result.losses.shards.first { throw shard }
                return result.losses.pages
            }),
    ]

    /// Brings its file up to date.
    ///
    /// - Parameters:
    ///   - account: the source.
    ///   - record: what the manifest says of the file; nil where there is none.
    ///   - archive: where it lies.
    ///   - staging: where the new one goes.
    ///   - now: Unix seconds.
    ///   - marksGone: whether rows that are not there any more are marked.
    /// - Returns: pages that could not be read.
    /// - Throws: why the source cannot be read; `.invalidData` where the file is damaged; `.system` where the new one
    ///   cannot be written.
    func update(
        _ account: Account, record: FileRecord?, _ archive: ArchiveFolder, _ staging: Staging, now: Int64,
        marksGone: Bool
    ) async throws -> [PageFailure] {
        var found = ListRows(keys: keys)
        let damage = try await answers(account) { answer, front throws(WeFlowError) in
            answer.withBytes { found.take($0, rows: rows, front: front) }
        }
        found.sort()
        // What a log lost is not gone: it was never read.
        let marksGone = marksGone && damage.isEmpty && account.logBreaks().isEmpty
        var old: LineFile?
        if record != nil { old = try LineFile(archive.file(file), sums: true) }
        let new = try staging.newFile()
        var isChanged = false
        var next = 0
        func put(_ line: [UInt8]) throws(WeFlowError) {
            try (line + [0x0A]).withUnsafeBytes { bytes in
                Result { () throws(WeFlowError) in try new.append(bytes, time: nil) }
            }.get()
        }
        while let bytes = try old?.next() {
            let line = Array(bytes)
            let key = found.key(of: line)
            while next < found.rows.count, found.rows[next].key.lexicographicallyPrecedes(key) {
                try put(found.rows[next].line)
                (isChanged, next) = (true, next + 1)
            }
            if next < found.rows.count, found.rows[next].key == key {
                isChanged = isChanged || found.rows[next].line != line
                try put(found.rows[next].line)
                next += 1
            } else if marksGone, !ListRows.isGone(line) {
                try put(line.dropLast() + Array(",\"gone\":\(now)}".utf8))
                isChanged = true
            } else {
                try put(line)
            }
        }
        while next < found.rows.count {
            try put(found.rows[next].line)
            (isChanged, next) = (true, next + 1)
        }
        if isChanged, let old, let record { try old.check(record) }
        let made = try new.finish()
        guard isChanged else {
            staging.discard(new)
            return damage
        }
        staging.keep(new.path, as: file, made)
        return damage
    }
}

/// Rows of a list as lines with their keys.
struct ListRows {
    private(set) var rows: [(key: [UInt8], line: [UInt8])] = []
    private let keys: [String]

    init(keys: [String]) { self.keys = keys }

    /// Takes the rows of an answer.
    ///
    /// - Parameters:
    ///   - answer: an object in JSON.
    ///   - name: the list in it.
    ///   - front: what stands in front of the keys of each row.
    mutating func take(_ answer: UnsafeRawBufferPointer, rows name: StaticString, front: String) {
        var scan = JSONScan(answer)
        var lines: [[UInt8]] = []
        _ = scan.members { scan, key in
            guard scan.matches(key, name) else { return scan.value() != nil }
            return scan.elements { scan in
                guard let row = scan.value() else { return false }
                var line = Array(answer[row])
                if !front.isEmpty { line.replaceSubrange(0..<1, with: Array("{\(front),".utf8)) }
                lines.append(line)
                return true
            }
        }
        for line in lines { rows.append((key(of: line), line)) }
    }

    /// What tells a row apart: its values of the keys, as they stand.
    func key(of line: [UInt8]) -> [UInt8] {
        line.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            var values: [[UInt8]] = keys.map { _ in [] }
            _ = scan.members { scan, key in
                guard let value = scan.value() else { return false }
                if let place = keys.firstIndex(where: { bytes[key].elementsEqual($0.utf8) }), values[place].isEmpty {
                    values[place] = Array(bytes[value])
                }
                return true
            }
            return Array(values.joined(separator: [0]))
        }
    }

    /// Whether a line says that its row is gone.
    static func isGone(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            var isThere = false
            _ = scan.members { scan, key in
                if scan.matches(key, "gone") { isThere = true }
                return scan.value() != nil
            }
            return isThere
        }
    }

    /// Puts them in order, each key once.
    mutating func sort() {
        rows.sort { $0.key.lexicographicallyPrecedes($1.key) }
        var kept: [(key: [UInt8], line: [UInt8])] = []
        for row in rows where kept.last?.key != row.key { kept.append(row) }
        rows = kept
    }
}
