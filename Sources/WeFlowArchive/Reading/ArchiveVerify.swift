package import WeFlowOutput
import WeFlowPages
package import WeFlowQuery
package import WeFlowStore
import WeFlowSystem

/// What `weflow archive verify` found.
package struct ArchiveVerification: Sendable {
    /// Something that is wrong.
    package struct Problem: Hashable, Sendable {
        /// The file, or the chat.
        package let path: String
        /// What about it.
        package let problem: String
    }

    /// Files that were looked at, and their bytes.
    package var files = 0
    package var bytes: Int64 = 0
    /// Messages in them.
    package var messages = 0
    /// Messages that are archived twice.
    package var duplicates = 0
    /// Messages of the source that are not archived; nil where there was no source to look at.
    package var missing: Int?
    /// What is wrong, at most so many as are worth reading.
    package var problems: [Problem] = []
    /// What could not be read of the source.
    package var losses = MessageLosses()

    /// Whether all is well.
    package var isWhole: Bool { problems.isEmpty && !losses.isPartial }

    private static let most = 1000

    mutating func add(_ path: String, _ problem: String) {
        if problems.count < Self.most { problems.append(Problem(path: path, problem: problem)) }
    }
}

/// Holds an archive against its manifest, and against the account where there is one.
package struct ArchiveVerify: Sendable {
    private let folder: String

    /// - Parameter folder: the archive's folder.
    package init(_ folder: String) { self.folder = folder }

    /// Looks.
    ///
    /// - Parameters:
    ///   - account: the source; nil leaves it alone.
    ///   - labels: the contacts that bear a label.
    ///   - report: hears how many bytes were read of how many.
    /// - Returns: what was found.
    /// - Throws: `.invalidData` where there is a manifest that cannot be read, or nothing of an archive at all.
    package func run(
        account: Account?, labels: (String) throws -> Set<String>,
        report: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> ArchiveVerification {
        var attempts = 0
        while true {
            let archive = try ArchiveFolder(folder)
            let mark = FileStatus.seen(archive.file(Manifest.name))
            var found = try await files(archive, report)
            // A run may have changed it meanwhile.
            if !found.problems.isEmpty, attempts < 3,
                FileStatus.seen(try ArchiveFolder(folder).file(Manifest.name)) != mark
            {
                attempts += 1
                continue
            }
            if let account { try await compare(archive, account, labels, &found) }
            return found
        }
    }

    // MARK: Files

    /// What was found of one file.
    private struct Checked: Sendable {
        var problem: String?
        var keys: [UInt64] = []
        var bytes: Int64 = 0
    }

    private func files(
        _ archive: ArchiveFolder, _ report: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> ArchiveVerification {
        var found = ArchiveVerification()
        guard let manifest = try archive.manifest() else {
            guard try archive.info() == nil else {
                throw WeFlowError(
                    .invalidData, "\(archive.path)/\(Manifest.name) is missing; bring it back from a backup")
            }
            guard Folders.exists(archive.path) else {
                throw WeFlowError(.notFound, "there is no folder \(archive.path)")
            }
            return found
        }
        _ = try archive.info()
        let items = manifest.files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let total = items.reduce(Int64(0)) { $0 &+ $1.value.bytes }
        var chat = ""
        var keys: [UInt64] = []
        func endChat() {
            found.duplicates += Self.duplicates(&keys, chat, &found)
            keys = []
        }
        try await inOrder(items, width: System.processors) { name, record in
            try Self.check(name, record, archive)
        } consume: { item, checked in
            found.files += 1
            found.bytes += checked.bytes
            if let problem = checked.problem { found.add(item.key, problem) }
            let folder = ArchivePath.month(item.key)?.folder ?? ""
            if folder != chat {
                endChat()
                chat = folder
            }
            found.messages += checked.keys.count
            keys += checked.keys
            report(found.bytes, total)
        }
        endChat()
        for (id, chat) in manifest.chats where manifest.files[ArchivePath.chat(chat.folder)] == nil {
            found.add(id, "its folder \(chat.folder) is not in the manifest")
        }
        return found
    }

    private static func duplicates(_ keys: inout [UInt64], _ chat: String, _ found: inout ArchiveVerification) -> Int {
        keys.sort()
        var count = 0
        for place in keys.indices.dropFirst() where keys[place] == keys[place - 1] { count += 1 }
        if count > 0 {
            found.add("chats/\(chat)", "\(count) \(count == 1 ? "message is" : "messages are") there twice")
        }
        return count
    }

    private static func check(
        _ name: String, _ record: FileRecord, _ archive: ArchiveFolder
    ) throws(WeFlowError) -> Checked {
        var checked = Checked()
        guard name.utf8.reversed().starts(with: ".jsonl".utf8.reversed()) else {
            let path = archive.file(name)
            guard FileStatus.seen(path, followingLinks: false)?.kind == .file else {
                checked.problem = "is missing"
                return checked
            }
            let there = try MediaIntake.record(of: path)
            checked.bytes = there.bytes
            if there.bytes != record.bytes || there.digest != record.digest { checked.problem = notAsNamed }
            return checked
        }
        let isMonth = ArchivePath.month(name) != nil
        let file: LineFile
        do throws(WeFlowError) { file = try LineFile(archive.file(name), sums: true) } catch {
            guard error.kind == .invalidData else { throw error }
            checked.problem = "is missing"
            return checked
        }
        var (equal, rows, broken) = (EqualMessages(), Int64(0), 0)
        while let line = try file.next() {
            rows += 1
            if isMonth {
                guard let parsed = ArchiveLine(line) else {
                    broken = broken == 0 ? Int(rows) : broken
                    continue
                }
                checked.keys.append(equal.key(of: parsed, line))
            } else {
                var scan = JSONScan(line)
                if scan.value() == nil || scan.next() != nil || scan.at != line.count {
                    broken = broken == 0 ? Int(rows) : broken
                }
            }
        }
        let (bytes, digest) = try file.digest()
        checked.bytes = bytes
        if bytes != record.bytes || digest != record.digest {
            checked.problem = notAsNamed
        } else if broken > 0 {
            checked.problem = "line \(broken) is no \(isMonth ? "message" : "JSON")"
        } else if rows != record.rows || file.isCut {
            checked.problem = "has \(rows) rows, and the manifest says \(record.rows)"
        }
        return checked
    }

    private static let notAsNamed = "is not what the manifest says"

    // MARK: The source

    private func compare(
        _ archive: ArchiveFolder, _ account: Account, _ labels: (String) throws -> Set<String>,
        _ found: inout ArchiveVerification
    ) async throws {
        guard let info = try archive.admit(account: account.owner.username), let manifest = try archive.manifest()
        else { return }
        let chosen = try ChosenChats(info.settings, in: account, labels: labels)
        let look = try WeFlowError.retrying { () throws(WeFlowError) in
            try SourceLook(account, since: SourceState(), readsAll: true, now: Clock.seconds)
        }
        for loss in look.losses { found.losses.add(loss) }
        var talkers = TalkerNames()
        talkers.find(look.present.keys, in: account)
        let names = LazyNames(account)
        let months = manifest.byFolder()
        var missing = 0
        let chats = look.present.keys.compactMap { hash in talkers[hash].map { (hash: hash, talker: $0) } }
            .filter { chosen.contains($0.talker) }.sorted { $0.talker < $1.talker }
        for start in stride(from: 0, to: chats.count, by: 128) {
            let group = Array(chats[start..<min(start + 128, chats.count)])
            let open = try OpenTables(group.map(\.hash), in: account)
            for loss in open.losses { found.losses.add(loss) }
            for chat in group {
                let folder = manifest.chats[chat.talker]?.folder ?? ""
                let archived = ArchivedChat(folder, months: months[folder] ?? [:], in: archive)
                let (index, _) = try archived.scan(comparesContents: false, since: .max)
                let reader = try ChatReader(
                    chat.talker, tables: open.tables[chat.hash] ?? [], names: names, in: account, media: nil, kinds: [])
                let (count, losses) = try await Self.missing(reader, index)
                found.losses.add(losses)
                missing += count
                if count > 0 {
                    found.add(
                        chat.talker,
                        "\(count) \(count == 1 ? "message" : "messages") of the account "
                            + "\(count == 1 ? "is" : "are") not archived; weflow archive takes them")
                }
            }
        }
        found.missing = missing
    }

    /// How many messages of a chat are not archived.
    private static func missing(
        _ reader: ChatReader, _ index: LineIndex
    ) async throws -> (Int, MessageLosses) {
        var count = 0
        var equal = EqualMessages()
        let names = reader.chat.names.book
        let losses = try await reader.all(into: { LineBatch(names, compares: false) }) { message, place, wish, batch in
            batch.add(message, place, wish)
        } consume: { batch in
            for head in batch.heads {
                let key = head.isNumbered ? head.key : equal.key(base: head.key)
                if index.find(key) != nil { continue }
                if head.isRevoke, head.revoked != 0,
                    index.find(MessageIdentity.key(serverID: head.revoked)) != nil
                {
                    continue
                }
                count += 1
            }
        }
        return (count, losses)
    }
}

/// What a verification gives.
package func encodeArchiveVerification(_ found: ArchiveVerification, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.integer("files", found.files)
    writer.integer("messages", found.messages)
    writer.integer("bytes", found.bytes)
    writer.integer("duplicates", found.duplicates)
    writer.integer("missing", ifSome: found.missing)
    writer.beginArray("problems")
    for problem in found.problems {
        writer.beginObject()
        writer.string("path", problem.path)
        writer.string("problem", problem.problem)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}
