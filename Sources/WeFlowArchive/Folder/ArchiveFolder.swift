package import WeFlowPages
import WeFlowSystem

/// The folder of an archive as it was left by the last run that came to its decision: files of a run that was killed while
/// it gave its files their names count as having them.
package struct ArchiveFolder: Sendable {
    /// The folder, without a slash at its end.
    package let path: String
    /// Where files lie that have not got their names yet, by the names.
    private let waiting: [String: String]

    /// The largest file that is read whole: manifests of some millions of files.
    private static let largest = 2 << 30

    /// Looks at a folder, be there an archive in it or not.
    ///
    /// - Throws: `.system` where it cannot be read.
    package init(_ path: String) throws(WeFlowError) {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        var waiting: [String: String] = [:]
        for move in try Commit.read(in: path)?.moves ?? [] { waiting[move.name] = move.file }
        self.waiting = waiting
    }

    /// Where the file of a name lies now.
    package func file(_ name: String) -> String {
        if let file = waiting[name].map({ "\(path)/\($0)" }), FileStatus.seen(file, followingLinks: false) != nil {
            return file
        }
        return "\(path)/\(name)"
    }

    /// Whether a run was killed while it gave its files their names.
    var isWaiting: Bool { !waiting.isEmpty }

    /// The manifest; nil where there is none yet.
    ///
    /// - Throws: `.invalidData` where it is damaged or of a newer version.
    package func manifest() throws(WeFlowError) -> Manifest? {
        guard let bytes = try bytes(Manifest.name) else { return nil }
        return try Manifest(bytes, at: "\(path)/\(Manifest.name)")
    }

    /// What `archive.json` says; nil where there is none yet.
    ///
    /// - Throws: `.invalidData` where it is damaged or of a newer version.
    package func info() throws(WeFlowError) -> ArchiveInfo? {
        guard let bytes = try bytes(ArchivePath.info) else { return nil }
        return try ArchiveInfo(bytes, at: "\(path)/\(ArchivePath.info)")
    }

    /// A whole file; nil where there is none.
    ///
    /// - Throws: `.system` where it cannot be read.
    func bytes(_ name: String) throws(WeFlowError) -> [UInt8]? {
        do throws(SystemError) {
            let file = try File(file(name), for: .reading, followingLinks: false)
            let size = try file.status().size
            guard size <= Self.largest else { throw .tooLarge }
            return try file.bytes(Int(size), at: 0)
        } catch {
            guard !error.isMissing else { return nil }
            throw .system("\(path)/\(name) cannot be read", error)
        }
    }

    /// Makes sure that an archive may be brought up to date, or begun, in the folder.
    ///
    /// - Parameter account: whose it has to be.
    /// - Returns: what `archive.json` says, nil where the archive begins.
    /// - Throws: `.invalidData` where something else is in the folder, or the archive of somebody else.
    package func admit(account: String) throws(WeFlowError) -> ArchiveInfo? {
        guard let status = FileStatus.seen(path) else { return nil }
        guard status.kind == .folder else {
            throw WeFlowError(.invalidData, "\(path) is no folder; name a folder for the archive")
        }
        if let info = try info() {
            guard info.account == account else {
                throw WeFlowError(
                    .invalidData,
                    "\(path) is the archive of \(info.account), and this account is \(account); name another folder")
            }
            return info
        }
        var names: [String]
        do throws(SystemError) { names = try Folders.names(in: path) } catch {
            throw .system("\(path) cannot be read", error)
        }
        names.removeAll { $0 == ArchivePath.state || Self.isOfTheSystem($0) }
        guard names.isEmpty else {
            throw WeFlowError(
                .invalidData,
                "\(path) is not empty and no archive (it has no \(ArchivePath.info)); name an empty folder, or a new one"
            )
        }
        return nil
    }

    /// What file managers and file systems put into every folder.
    static func isOfTheSystem(_ name: String) -> Bool {
        [".DS_Store", "Thumbs.db", "desktop.ini", "lost+found", "@eaDir", "#recycle", ".Trash-1000"].contains(name)
    }
}
