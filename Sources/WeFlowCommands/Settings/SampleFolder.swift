import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowSample
import WeFlowServer
import WeFlowState
import WeFlowSystem

/// The folder that a sample account is written to.
struct SampleFolder {
    private let path: String

    /// Names a folder as the user did.
    init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// Writes an account whole: beside its place first, so that a run that is killed leaves none that is half.
    ///
    /// - Returns: the folder's full path.
    /// - Throws: `.usage` where an account is there already; `.system` where the folder cannot be written to.
    func write(_ account: SampleAccount) throws(WeFlowError) -> String {
        for name in ["xwechat_files", "db_storage", AccountKeys.fileName] where exists("\(path)/\(name)") {
            throw WeFlowError(
                .usage, "\(path) holds an account already (\(path)/\(name)); name a folder that is not there yet")
        }
        let folder = StateFolder(path: path)
        try folder.make()
        let unfinished = StateFolder(path: folder.file(".sample-\(System.processID)"))
        for file in account.files {
            let parts = file.path.split(separator: "/")
            let parent = parts.dropLast().joined(separator: "/")
            try StateFolder(path: unfinished.file(parent)).write(file.bytes, to: String(parts[parts.count - 1]))
        }
        let network = StateFolder(path: folder.file(MediaMirror.folderName))
        for file in account.network {
            try network.write(file.bytes, to: MediaMirror.name(of: MediaURL(parsing: file.url)))
        }
        let target = folder.file("xwechat_files")
        try WeFlowError.trying("\(target) cannot be written") { () throws(SystemError) in
            try Paths.rename(unfinished.file("xwechat_files"), to: target)
        }
        Folders.discard(unfinished.path)
        try folder.write(Self.keys(account).array(), to: AccountKeys.fileName)
        return Paths.resolved(path) ?? path
    }

    private static func keys(_ account: SampleAccount) -> OutputBytes {
        var writer = JSONWriter(style: .pretty)
        writer.beginObject()
        writer.string("key", account.key)
        writer.string("imageKey", account.imageKey)
        writer.integer("imageXorKey", account.imageXorKey)
        writer.endObject()
        writer.endLine()
        return writer.finish()
    }

    private func exists(_ path: String) -> Bool {
        FileStatus.seen(path, followingLinks: false) != nil
    }
}
