public import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where an account lies on disk (<doc:AccountFolders>).
public struct AccountFolder: Sendable, Equatable {
    /// The folder that holds `db_storage`, without a trailing slash.
    public let path: String

    /// The folder of the databases.
    public var store: String { path + "/db_storage" }
    /// The folder's own name, `<username>_<4 characters>` as WeChat makes it.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Finds the account that `path` means: an account folder, its `db_storage`, or a root that holds one account.
    ///
    /// - Parameter path: as the user gave it.
    /// - Returns: the account folder.
    /// - Throws: `.unavailable` where there is none, or several, which the sentence lists.
    public static func find(_ path: String) throws(WeFlowError) -> AccountFolder {
        let given = normalized(path)
        guard isFolder(given) else {
            throw WeFlowError(
                .unavailable, "\(path): there is no such folder; point --account at the folder that holds db_storage")
        }
        if isFolder(given + "/db_storage") { return AccountFolder(path: given) }
        if given.hasSuffix("/db_storage") { return AccountFolder(path: String(given.dropLast("/db_storage".count))) }
        let root = isFolder(given + "/xwechat_files") ? given + "/xwechat_files" : given
        let accounts = accounts(under: root)
        switch accounts.count {
        case 1: return AccountFolder(path: accounts[0])
        case 0:
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

    /// Why a folder cannot be listed, as `errno` has it; nil where it can.
    static func listingFault(of folder: String) -> Int32? {
        guard let directory = opendir(folder) else { return errno }
        closedir(directory)
        return nil
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Names in a folder, sorted by scalar; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}

/// Bytes of the file at `path`, or nil where there is none.
func fileSize(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
}
