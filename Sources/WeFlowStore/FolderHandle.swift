import WeFlowSystem

/// A folder that is kept open, so that it can be reached although its path is not UTF-8.
final class FolderHandle: Sendable {
    private let folder: File
    /// A path that leads to it as long as it is open.
    let path: String

    /// Opens a folder; nil where there is none, or the system knows no such paths.
    init?(_ bytes: [UInt8]) {
        #if os(Linux)
            guard let folder = try? File(bytes: bytes, for: .folder), let path = folder.descriptor.path else {
                return nil
            }
            (self.folder, self.path) = (folder, path)
        #else
            // Its file systems have no names but UTF-8.
            return nil
        #endif
    }

    /// The only account directly under a root whose name is not UTF-8; nil where there is none, or several.
    static func only(under root: String) -> (folder: FolderHandle, name: String)? {
        let found = ((try? Folders.unreadableNames(in: root)) ?? []).compactMap { name in
            FolderHandle(Array(root.utf8) + [UInt8(ascii: "/")] + name)
                .flatMap { AccountFolder.isFolder($0.path + "/db_storage") ? $0 : nil }
                .map { (folder: $0, name: String(decoding: name, as: UTF8.self)) }
        }
        return found.count == 1 ? found[0] : nil
    }
}
