#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A folder that is held open, for one who looks at the same files below it again and again.
///
/// What lies below is looked up from the folder, not from the root: of a path of nine parts that took a third of the time
/// of a look at all databases.
public final class HeldFolder: Sendable {
    private let path: String
    private let folder: File
    private let status: FileStatus

    /// Opens the folder at a path; nil where there is none.
    public init?(_ path: String) {
        guard let folder = try? File(path, for: .folder), let status = try? folder.status() else { return nil }
        (self.path, self.folder, self.status) = (path, folder, status)
    }

    /// Whether the path leads to the folder still: else what lies below it is not what the path means.
    public var isInPlace: Bool { FileStatus.seen(path).map(status.isSameFile) ?? false }

    /// What a path below the folder stands for, nil where nothing can be seen there.
    public func seen(_ name: String) -> FileStatus? {
        var status = stat()
        return fstatat(folder.descriptor.number, name, &status, 0) == 0 ? FileStatus(status) : nil
    }
}
