#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What the file system says of a file.
public struct FileStatus: Sendable, Equatable {
    /// What a name stands for.
    public enum Kind: Sendable, Equatable {
        /// Bytes on a disk.
        case file
        /// A folder.
        case folder
        /// A symbolic link.
        case link
        /// A device, a pipe or a socket.
        case other
    }

    /// What it is.
    public let kind: Kind
    /// Its length in bytes.
    public let size: Int64
    /// Its number in the file system.
    public let inode: UInt64
    /// The file system it lies in.
    public let device: UInt64
    /// Who may do what: the nine bits of user, group and others.
    public let mode: UInt32
    /// The number of the user whose it is.
    public let owner: UInt32
    /// The number of its group.
    public let group: UInt32
    /// When its bytes were changed.
    public let modified: FileTime
    /// When its bytes, its name or its rights were changed.
    public let changed: FileTime

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(bitPattern: Int64(truncatingIfNeeded: status.st_dev))
        mode = UInt32(status.st_mode) & 0o777
        (owner, group) = (status.st_uid, status.st_gid)
        #if canImport(Darwin)
            modified = FileTime(status.st_mtimespec)
            changed = FileTime(status.st_ctimespec)
        #else
            modified = FileTime(status.st_mtim)
            changed = FileTime(status.st_ctim)
        #endif
    }

    /// What a path stands for.
    ///
    /// - Parameters:
    ///   - path: where to look.
    ///   - followingLinks: whether a symbolic link stands for what it points to.
    /// - Throws: the failure of the system, `isMissing` where nothing is there.
    public init(of path: String, followingLinks: Bool = true) throws(SystemError) {
        var status = stat()
        let code = followingLinks ? stat(path, &status) : lstat(path, &status)
        guard code == 0 else { throw .last }
        self.init(status)
    }

    /// What a path stands for, nil where nothing can be seen there.
    public static func seen(_ path: String, followingLinks: Bool = true) -> FileStatus? {
        var status = stat()
        let code = followingLinks ? stat(path, &status) : lstat(path, &status)
        return code == 0 ? FileStatus(status) : nil
    }

    /// Whether two are the same file, whatever became of it between.
    public func isSameFile(as other: FileStatus) -> Bool { inode == other.inode && device == other.device }
}

/// A time as file systems keep it.
public struct FileTime: Sendable, Equatable, Hashable {
    /// Unix seconds.
    public let seconds: Int
    /// What comes on top, less than a second.
    public let nanoseconds: Int

    /// Puts a time together.
    public init(seconds: Int, nanoseconds: Int) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

    init(_ time: timespec) { self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec) }

    var system: timespec { timespec(tv_sec: seconds, tv_nsec: nanoseconds) }
}
