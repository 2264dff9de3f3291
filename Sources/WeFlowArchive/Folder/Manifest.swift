import WeFlowOutput
import WeFlowPages
import WeFlowSystem

/// `manifest.json`: every file of an archive, and what it has of each chat.
package struct Manifest: Sendable {
    /// What it has of a chat.
    package struct Chat: Hashable, Sendable {
        /// The folder's name below `chats/`, which stays.
        package var folder: String
        /// The chat's name.
        package var name: String
        /// How many messages there are, and the times of the first and the last.
        package var messages: Int64 = 0
        package var first: Int64 = 0
        package var last: Int64 = 0
    }

    /// The form that this program writes and reads.
    static let version: Int64 = 1
    /// Its name.
    package static let name = "manifest.json"

    /// Whose archive it is.
    package var account: String
    /// By path below the archive's folder.
    package var files: [String: FileRecord] = [:]
    /// By the chat's id.
    package var chats: [String: Chat] = [:]

    init(account: String) { self.account = account }

    /// The files of a chat's months.
    func months(of folder: String) -> [Month: FileRecord] {
        byFolder(only: folder)[folder] ?? [:]
    }

    /// The files of the months of all chats, by the chat's folder.
    func byFolder(only wanted: String? = nil) -> [String: [Month: FileRecord]] {
        var found: [String: [Month: FileRecord]] = [:]
        for (path, record) in files {
            guard let place = ArchivePath.month(path), wanted == nil || wanted == place.folder else { continue }
            found[place.folder, default: [:]][place.month] = record
        }
        return found
    }

    // MARK: Its text

    /// Writes it piece by piece, the files and chats in the order of their names.
    ///
    /// - Throws: what `sink` throws.
    func write(to sink: (borrowing OutputBytes) throws(WeFlowError) -> Void) throws(WeFlowError) {
        var writer = JSONWriter(capacity: Self.piece + 4096)
        writer.beginObject()
        writer.integer("version", Self.version)
        writer.string("account", account)
        writer.beginObject("files")
        for path in files.keys.sorted(by: Self.precedes) {
            guard let record = files[path] else { continue }
            writer.endLine()
            writer.key(text: path)
            writer.beginObject()
            writer.integer("bytes", record.bytes)
            writer.string("sha256", record.sha256)
            writer.integer("rows", record.rows)
            writer.integer("first", record.first)
            writer.integer("last", record.last)
            writer.endObject()
            guard writer.bytes.count >= Self.piece else { continue }
            try sink(writer.bytes)
            writer.removeBytes()
        }
        writer.endObject()
        writer.beginObject("chats")
        for id in chats.keys.sorted(by: Self.precedes) {
            guard let chat = chats[id] else { continue }
            writer.endLine()
            writer.key(text: id)
            writer.beginObject()
            writer.string("folder", chat.folder)
            writer.string("name", chat.name)
            writer.integer("messages", chat.messages)
            writer.integer("first", chat.first)
            writer.integer("last", chat.last)
            writer.endObject()
            guard writer.bytes.count >= Self.piece else { continue }
            try sink(writer.bytes)
            writer.removeBytes()
        }
        writer.endObject()
        writer.endObject()
        writer.endLine()
        try sink(writer.bytes)
    }

    private static let piece = 64 << 10

    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    /// Reads it.
    ///
    /// - Throws: `.invalidData` where it is none, or one of a newer version.
    init(_ bytes: [UInt8], at path: String) throws(WeFlowError) {
        let damaged = WeFlowError(
            .invalidData, "\(path) is damaged; bring back a copy of the archive, or of this file, from a backup")
        var version: Int64?
        var account: String?
        var (files, chats) = ([String: FileRecord](), [String: Chat]())
        let isWhole = bytes.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            let isObject = scan.members { scan, key in
                if scan.matches(key, "version") {
                    guard let value = scan.value() else { return false }
                    version = scan.integer(value)
                    return version != nil
                }
                if scan.matches(key, "account") {
                    account = scan.string().map { scan.text($0) }
                    return account != nil
                }
                if scan.matches(key, "files") {
                    return scan.members { scan, key in
                        guard let record = Self.record(&scan) else { return false }
                        files[scan.text(key)] = record
                        return true
                    }
                }
                if scan.matches(key, "chats") {
                    return scan.members { scan, key in
                        guard let chat = Self.chat(&scan) else { return false }
                        chats[scan.text(key)] = chat
                        return true
                    }
                }
                return scan.value() != nil
            }
            return isObject && scan.next() == nil && scan.at == bytes.count
        }
        if let version, version > Self.version {
            throw WeFlowError(
                .invalidData, "\(path) is of a newer version (\(version)) than this program knows; take a newer weflow")
        }
        guard isWhole, version == Self.version, let account, files.keys.allSatisfy(ArchivePath.isSafe),
            chats.values.allSatisfy({ ArchivePath.isName($0.folder) })
        else { throw damaged }
        (self.account, self.files, self.chats) = (account, files, chats)
    }

    private static func record(_ scan: inout JSONScan) -> FileRecord? {
        var record = FileRecord(bytes: -1, digest: Digest256([]))
        var hasDigest = false
        let isWhole = scan.members { scan, key in
            guard let value = scan.value() else { return false }
            if scan.matches(key, "sha256") {
                guard value.count == 66,
                    let digest = Digest256(hex: scan.bytes[value.lowerBound + 1..<value.upperBound - 1])
                else { return false }
                record.digest = digest
                hasDigest = true
                return true
            }
            let number = scan.integer(value)
            if scan.matches(key, "bytes") { record.bytes = number ?? -1 }
            if scan.matches(key, "rows") { record.rows = number ?? 0 }
            if scan.matches(key, "first") { record.first = number ?? 0 }
            if scan.matches(key, "last") { record.last = number ?? 0 }
            return true
        }
        return isWhole && hasDigest && record.bytes >= 0 ? record : nil
    }

    private static func chat(_ scan: inout JSONScan) -> Chat? {
        var chat = Chat(folder: "", name: "")
        let isWhole = scan.members { scan, key in
            guard let value = scan.value() else { return false }
            let inside = value.count < 2 ? value : value.lowerBound + 1..<value.upperBound - 1
            if scan.matches(key, "folder") { chat.folder = scan.text(inside) }
            if scan.matches(key, "name") { chat.name = scan.text(inside) }
            if scan.matches(key, "messages") { chat.messages = scan.integer(value) ?? 0 }
            if scan.matches(key, "first") { chat.first = scan.integer(value) ?? 0 }
            if scan.matches(key, "last") { chat.last = scan.integer(value) ?? 0 }
            return true
        }
        return isWhole ? chat : nil
    }
}
