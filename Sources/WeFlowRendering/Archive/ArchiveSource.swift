internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// An archive folder as its manifest describes it (<doc:RenderedArchive#What-is-read>). Nothing is read of an account, and
/// nothing in the folder is changed.
struct ArchiveSource: Sendable {
    /// The newest layout that is understood.
    static let newestVersion: Int64 = 1

    /// A file that the manifest names.
    struct File: Sendable {
        /// Its path below the archive.
        let path: String
        /// Its length in bytes.
        let bytes: Int64
        /// What its bytes come to, in lower-case hex.
        let sha256: String
        /// How many lines it has.
        let rows: Int64
    }

    /// A chat that the manifest names.
    struct Chat: Sendable {
        /// Its username.
        let id: String
        /// What it is called, its id where it has no name.
        let name: String
        /// The last part of its folder's path, the same in the archive and beside the pages.
        let folder: String
        /// How many messages there are.
        let messages: Int64
        /// The time of the first, in Unix seconds; 0 where there is none.
        let first: Int64
        /// The time of the last, in Unix seconds; 0 where there is none.
        let last: Int64
        /// What kind it is: private, group, official, other.
        let type: String
        /// The files of its months, the oldest first.
        let months: [Month]
    }

    /// A month of a chat.
    struct Month: Sendable {
        let year: Int
        let month: Int
        let file: File
    }

    /// Where the archive lies.
    let folder: String
    /// Whose it is.
    let account: String
    /// The name of the zone by whose months the lines are filed, "" where the archive does not say.
    let zoneName: String
    /// Local time: that of the process, which has taken on the archive's.
    let zone: LocalZone
    /// The chats, by id.
    let chats: [Chat]
    /// The files, by path.
    let files: [String: File]

    /// What the manifest was when it was read.
    private let manifest: FileStatus?

    /// Whether the archive was brought up to date since its manifest was read.
    var hasMoved: Bool { isBeingWritten || FileStatus.seen(path("manifest.json")) != manifest }

    /// Whether a run of the archive has been decided and not yet carried out: files and manifest may not fit each other.
    var isBeingWritten: Bool { FileStatus.seen(path("state/commit")) != nil }

    /// Reads what the archive says of itself.
    ///
    /// - Throws: `.notFound` where there is no folder, `.damaged` where it is no archive, one of a newer version, or its
    ///   manifest cannot be read.
    init(_ folder: String) throws(WeFlowError) {
        self.folder = folder
        guard Folders.exists(folder) else { throw WeFlowError(.notFound, "there is no folder \(folder)") }
        let head = try Self.document("archive.json", in: folder)
        let version = head["version"]?.wholeNumber ?? head["formatVersion"]?.wholeNumber ?? 1
        guard version <= Self.newestVersion else {
            throw WeFlowError.damaged(
                "\(folder) was written by a newer weflow (version \(version)); this one reads up to version 1")
        }
        account = head["account"]?.string ?? head["account"]?["id"]?.string ?? ""
        zoneName = head.text("zone")
        zone = .system
        manifest = FileStatus.seen("\(folder)/manifest.json")
        let list = try Self.document("manifest.json", in: folder)
        files = try Self.files(of: list, in: folder)
        chats = try Self.chats(of: list, files: files, in: folder)
    }

    /// The path of a file of the archive.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    // MARK: Reading the documents

    private static func document(_ name: String, in folder: String) throws(WeFlowError) -> JSONValue {
        let path = "\(folder)/\(name)"
        let bytes: [UInt8]
        do throws(SystemError) {
            let file = try WeFlowSystem.File(path, for: .reading)
            bytes = try file.bytes(Int(clamping: file.status().size), at: 0)
        } catch {
            guard error.isMissing else { throw WeFlowError(.system, "\(path) cannot be read: \(error.text)") }
            throw WeFlowError.damaged(
                "\(folder) is no archive that is complete: there is no \(name); run weflow archive first")
        }
        do {
            return try JSONValue(parsing: bytes, limits: .init(bytes: .max, depth: 32, values: .max))
        } catch {
            throw WeFlowError.damaged("\(path) is damaged: line \(error.line): \(error.reason)")
        }
    }

    private static func files(of manifest: JSONValue, in folder: String) throws(WeFlowError) -> [String: File] {
        guard case .object(let members)? = manifest["files"] else {
            throw WeFlowError.damaged("\(folder)/manifest.json is damaged: it lists no files")
        }
        var files: [String: File] = [:]
        files.reserveCapacity(members.count)
        for member in members {
            guard isSafe(member.name), let bytes = member.value["bytes"]?.wholeNumber, bytes >= 0,
                let digest = member.value["sha256"]?.string
            else {
                throw WeFlowError.damaged(
                    "\(folder)/manifest.json is damaged: its entry \(member.name) cannot be read")
            }
            files[member.name] = File(
                path: member.name, bytes: bytes, sha256: digest, rows: member.value["rows"]?.wholeNumber ?? 0)
        }
        return files
    }

    private static func chats(
        of manifest: JSONValue, files: [String: File], in folder: String
    ) throws(WeFlowError) -> [Chat] {
        guard case .object(let members)? = manifest["chats"] else {
            throw WeFlowError.damaged("\(folder)/manifest.json is damaged: it lists no chats")
        }
        let months = monthsByFolder(files)
        var chats: [Chat] = []
        for member in members {
            let path = member.value["folder"]?.string ?? ""
            let parts = components(of: path)
            let name = parts.count == 2 && parts[0] == "chats" ? parts[1] : path
            guard isSafe(name), !name.utf8.contains(UInt8(ascii: "/")), name.utf8.first != UInt8(ascii: ".") else {
                throw WeFlowError.damaged(
                    "\(folder)/manifest.json is damaged: the folder of the chat \(member.name) cannot be one")
            }
            let title = member.value["name"]?.string ?? ""
            chats.append(
                Chat(
                    id: member.name, name: title.isEmpty ? member.name : title, folder: name,
                    messages: member.value["messages"]?.wholeNumber ?? 0,
                    first: member.value["first"]?.wholeNumber ?? 0, last: member.value["last"]?.wholeNumber ?? 0,
                    type: member.value["type"]?.string ?? type(of: member.name),
                    months: (months[name] ?? []).sorted { ($0.year, $0.month) < ($1.year, $1.month) }))
        }
        return chats.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    private static func monthsByFolder(_ files: [String: File]) -> [String: [Month]] {
        var months: [String: [Month]] = [:]
        for file in files.values {
            let parts = components(of: file.path)
            guard parts.count == 3, parts[0] == "chats", parts[2].hasSuffix(".jsonl") else { continue }
            let fields = parts[2].dropLast(6).split(separator: "-", omittingEmptySubsequences: true)
            guard fields.count == 2, let year = Int(fields[0]), let month = Int(fields[1]), year >= 0, 1...12 ~= month
            else {
                continue
            }
            months[parts[1], default: []].append(Month(year: year, month: month, file: file))
        }
        return months
    }

    /// What an id alone tells of a chat.
    private static func type(of id: String) -> String {
        if id.hasSuffix("@chatroom") || id.hasSuffix("@im.chatroom") { return "group" }
        return id.hasPrefix("gh_") ? "official" : "private"
    }

    /// Whether a path stays below the folder that it is put behind.
    static func isSafe(_ path: String) -> Bool {
        guard !path.isEmpty, !path.utf8.contains(0) else { return false }
        return components(of: path).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    /// What stands between the slashes of a path. By bytes: a name may begin with a mark that makes one character of itself
    /// and the slash before it.
    static func components(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }
}
