#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder that is kept open, so that it can be reached although its path is not UTF-8.
final class FolderHandle: Sendable {
    private let descriptor: Int32
    /// A path that leads to it as long as it is open.
    let path: String

    /// Opens a folder; nil where there is none, or the system knows no such paths.
    init?(_ bytes: [UInt8]) {
        #if os(Linux)
            descriptor = (bytes + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    bytes.baseAddress.map { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
                }
            }
            path = "/proc/self/fd/\(descriptor)"
            guard descriptor >= 0 else { return nil }
        #else
            // Its file systems have no names but UTF-8.
            return nil
        #endif
    }

    deinit { close(descriptor) }

    /// The only account directly under a root whose name is not UTF-8; nil where there is none, or several.
    static func only(under root: String) -> (folder: FolderHandle, name: String)? {
        guard let directory = opendir(root) else { return nil }
        defer { closedir(directory) }
        var found: [(folder: FolderHandle, name: String)] = []
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard String(validating: bytes, as: UTF8.self) == nil,
                let folder = FolderHandle(Array(root.utf8) + [UInt8(ascii: "/")] + bytes),
                AccountFolder.isFolder(folder.path + "/db_storage")
            else { continue }
            found.append((folder, String(decoding: bytes, as: UTF8.self)))
        }
        return found.count == 1 ? found[0] : nil
    }
}
