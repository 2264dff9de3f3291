public import WeFlowPages
import WeFlowSystem

/// Where an account lies on disk (<doc:AccountFolders>).
public struct AccountFolder: Sendable, Equatable {
    /// The folder that holds `db_storage`, without a trailing slash.
    public let path: String

    /// The folder of the databases.
    public var store: String { path + "/db_storage" }
    /// The folder's own name, `<username>_<4 characters>` as WeChat makes it.
    public let name: String
    /// Keeps a folder open whose path cannot be written as a text.
    private let handle: FolderHandle?

    init(path: String) {
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? path
        handle = nil
    }

    /// An account folder whose path is not UTF-8: it is reached by an open descriptor.
    ///
    /// - Parameters:
    ///   - handle: the descriptor, of the folder or of one above it.
    ///   - path: the folder's path through the descriptor; nil where it is the descriptor's.
    ///   - name: the folder's name.
    private init(_ handle: FolderHandle, path: String? = nil, called name: String) {
        self.path = path ?? handle.path
        self.name = name
        self.handle = handle
    }

    /// Whether two are the same folder.
    public static func == (a: AccountFolder, b: AccountFolder) -> Bool { a.path == b.path }

    /// Finds the account that `path` means: an account folder, its `db_storage`, or a root that holds one account.
    ///
    /// - Parameter path: as the user gave it.
    /// - Returns: the account folder.
    /// - Throws: `.unavailable` where there is none, or several, which the sentence lists.
    public static func find(_ path: String) throws(WeFlowError) -> AccountFolder {
        let given = normalized(path)
        guard isFolder(given) else {
            // What Windows calls a folder is one here, too, where WSL shows its disk.
            if let meant = pathUnderWSL(given), isFolder(meant) { return try find(meant) }
            throw WeFlowError(.unavailable, missing(given, called: path))
        }
        if isFolder(given + "/db_storage") { return AccountFolder(path: given) }
        if given.hasSuffix("/db_storage") { return AccountFolder(path: String(given.dropLast("/db_storage".count))) }
        let root = isFolder(given + "/xwechat_files") ? given + "/xwechat_files" : given
        let accounts = accounts(under: root)
        switch accounts.count {
        case 1: return AccountFolder(path: accounts[0])
        case 0:
            if let store = given.firstRange(of: "/db_storage/") {
                return AccountFolder(path: String(given[..<store.lowerBound]))
            }
            if let handle = FolderHandle.only(under: root) { return AccountFolder(handle.folder, called: handle.name) }
            if isOfVersion3(given) {
                throw WeFlowError(
                    .unavailable,
                    "\(path) is a folder of WeChat 3, which is not read; point --account at an account folder of WeChat 4, below xwechat_files"
                )
            }
            if let fault = listingFault(of: root) {
                throw WeFlowError(.unavailable, "\(path) cannot be read (\(fault.text)); \(permission)")
            }
            throw WeFlowError(
                .unavailable,
                "\(path): no account in this folder; point --account at the folder that holds db_storage")
        default:
            let list = accounts.joined(separator: ", ")
            throw WeFlowError(.unavailable, "\(path) holds several accounts; pass one of them as --account: \(list)")
        }
    }

    /// Account folders directly under a root, by name.
    public static func accounts(under root: String) -> [String] {
        let skipped = ["all", "applet", "backup", "wmpf"]
        return names(in: root).filter { name in
            !skipped.contains { name.lowercased().hasPrefix($0) } && isFolder("\(root)/\(name)/db_storage")
        }.map { "\(root)/\($0)" }
    }

    /// Folders directly under a folder, by name; none where it cannot be read.
    public static func folders(in folder: String) -> [String] {
        names(in: folder).map { "\(folder)/\($0)" }.filter(isFolder)
    }

    /// The account that a path means which is not UTF-8: an account folder, its `db_storage`, or a root that holds one
    /// account.
    ///
    /// - Parameters:
    ///   - bytes: the path.
    ///   - text: what became of it as a text.
    /// - Returns: nil where there is no such folder, or the system has no way to reach it.
    /// - Throws: as ``find(_:)``.
    public static func find(bytes: [UInt8], called text: String) throws(WeFlowError) -> AccountFolder? {
        let end = Array("/db_storage".utf8)
        var bytes = bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        if bytes.suffix(end.count).elementsEqual(end) { bytes.removeLast(end.count) }
        guard let handle = FolderHandle(bytes) else { return nil }
        if isFolder(handle.path + "/db_storage") {
            let name = bytes.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
            return AccountFolder(handle, called: name ?? text)
        }
        do throws(WeFlowError) {
            let found = try find(handle.path)
            return found.handle == nil ? AccountFolder(handle, path: found.path, called: found.name) : found
        } catch {
            throw WeFlowError(error.kind, error.sentence.replacing(handle.path, with: text))
        }
    }

    /// Whether a path is one of Windows: a drive, or a share with backslashes.
    public static func isWindowsPath(_ path: String) -> Bool {
        let bytes = Array(path.utf8.prefix(3))
        guard bytes.count == 3 else { return false }
        let isDrive = 0x61...0x7A ~= bytes[0] | 0x20 && bytes[1] == UInt8(ascii: ":")
        return isDrive && (bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/"))
            || bytes[0] == UInt8(ascii: "\\") && bytes[1] == UInt8(ascii: "\\")
    }

    /// What a path of Windows is under WSL: a drive is mounted below `/mnt`, and a share of WSL's own is this system.
    ///
    /// - Returns: nil where it is no path of Windows, or one that has no place here.
    static func pathUnderWSL(_ path: String) -> String? {
        guard isWindowsPath(path) else { return nil }
        let parts = path.split(whereSeparator: { $0 == "\\" || $0 == "/" }).map(String.init)
        guard let first = parts.first else { return nil }
        let isShare = path.utf8.first == UInt8(ascii: "\\")
        guard isShare else {
            return (["/mnt", first.prefix(1).lowercased()] + parts.dropFirst()).joined(separator: "/")
        }
        guard ["wsl.localhost", "wsl$"].contains(first.lowercased()), parts.count > 2 else { return nil }
        return "/" + parts.dropFirst(2).joined(separator: "/")
    }

    /// What to say of a path that is no folder.
    private static func missing(_ given: String, called path: String) -> String {
        if isWindowsPath(path) {
            let meant = pathUnderWSL(given).map { "under WSL it is \($0), which is not there" }
            return "\(path) is a path of Windows; " + (meant ?? "give --account the path that this system has for it")
        }
        if isWindowsPath(String(path.prefix(2)) + "/"), !path.contains("/") {
            return "\(path) looks like a path of Windows whose backslashes the shell took; put it in single quotes"
        }
        do throws(SystemError) {
            try Paths.check(given, for: [])
        } catch {
            return error.isMissing
                ? "\(path): there is no such folder; point --account at the folder that holds db_storage"
                : "\(path) cannot be reached (\(error.text)); \(permission)"
        }
        let parts = (given + "/").firstRange(of: "/db_storage/")
        let folder = parts.map { "here \(given[..<$0.lowerBound])" } ?? "the one that holds db_storage"
        return isFileOfVersion3(given)
            ? "\(path) is a file of WeChat 3, which is not read; point --account at an account folder of WeChat 4, below xwechat_files"
            : "\(path) is a file; point --account at the account folder, \(folder)"
    }

    /// What to do where the system forbids to look.
    private static var permission: String {
        #if os(macOS)
            "allow the terminal full disk access in the settings of privacy"
        #else
            "run weflow as the user whose account it is"
        #endif
    }

    private static func isFileOfVersion3(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name == "MicroMsg.db" || name.hasPrefix("MSG") && name.hasSuffix(".db")
    }

    /// Whether a folder is one of WeChat 3, or holds some.
    public static func isOfVersion3(_ path: String) -> Bool {
        let marks = ["Msg/MicroMsg.db", "Msg/Multi", "MicroMsg.db", "Multi/MSG0.db", "MSG0.db", "Message/msg_0.db"]
        func isOld(_ folder: String) -> Bool { marks.contains { Paths.exists("\(folder)/\($0)") } }
        return isOld(path) || folders(in: path).contains(where: isOld)
            || isFolder(path + "/WeChat Files") && folders(in: path + "/WeChat Files").contains(where: isOld)
    }

    /// What the owner is called most likely, by the folder's name alone.
    public var likelyUsername: String { usernameCandidates.last ?? name }

    /// What the own username can be by the folder's name: the whole name, and the name without its suffix
    /// (<doc:AccountFolders#The-own-username>).
    var usernameCandidates: [String] {
        let name = name
        let bytes = name.utf8
        let underscore = UInt8(ascii: "_")
        let end: String.Index?
        let begins = zip(bytes, "wxid_".utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 } && bytes.count >= 5
        if begins, let second = bytes.dropFirst(5).firstIndex(of: underscore) {
            end = second
        } else {
            let last = bytes.suffix(4)
            let isSuffix =
                bytes.count > 4 && bytes[bytes.index(last.startIndex, offsetBy: -1)] == underscore
                && last.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
            end = isSuffix ? bytes.index(last.startIndex, offsetBy: -1) : nil
        }
        return end.map { [name, String(name[..<$0])] } ?? [name]
    }

    /// Usernames that logged in on this machine, by the folders under `all_users/login`.
    var logins: [String] {
        let root = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return Self.names(in: root + "/all_users/login")
    }

    private static func normalized(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// Why a folder cannot be listed; nil where it can.
    static func listingFault(of folder: String) -> SystemError? {
        do throws(SystemError) {
            _ = try Folders.names(in: folder)
            return nil
        } catch {
            return error
        }
    }

    static func isFolder(_ path: String) -> Bool {
        Folders.exists(path)
    }

    /// Names in a folder, sorted by scalar; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        ((try? Folders.names(in: folder)) ?? [])
            .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}

/// Bytes of the file at `path`, or nil where there is none.
func fileSize(_ path: String) -> Int64? {
    FileStatus.seen(path)?.size
}
