#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A call of the system that failed.
public struct SystemError: Error, Sendable, Equatable {
    /// The `errno` of the call.
    public let code: Int32

    /// Names a failure by its number.
    public init(_ code: Int32) { self.code = code }

    /// The failure of the call that was made last on this thread.
    public static var last: SystemError { SystemError(errno) }

    /// What the system says of it.
    public var text: String { String(cString: strerror(code)) }

    /// Whether there is no file of that name.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    /// Whether what should be a folder is none.
    public var isNoFolder: Bool { code == ENOTDIR }
    /// Whether a file of that name is there already.
    public var isExisting: Bool { code == EEXIST }
    /// Whether a symbolic link stood where none may stand.
    public var isLink: Bool { code == ELOOP }
    /// Whether the reader of a pipe or socket is gone.
    public var isClosedPipe: Bool { code == EPIPE }
    /// Whether somebody else holds the lock.
    public var isLocked: Bool { code == EAGAIN || code == EACCES || code == EWOULDBLOCK }

    /// Whether this user may not do it.
    public var isForbidden: Bool { code == EACCES || code == EPERM }
    /// Whether the file system takes no changes.
    public var isReadOnly: Bool { code == EROFS }

    /// Whether another program listens there.
    public var isAddressInUse: Bool { code == EADDRINUSE }
    /// Whether this machine has no such address, or not that kind of them.
    public var isNoAddress: Bool { [EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT].contains(code) }

    /// A folder stands where a file is wanted.
    public static let isFolder = SystemError(EISDIR)
    /// The file is larger than what is taken of it.
    public static let tooLarge = SystemError(EFBIG)
    /// The run was interrupted.
    public static let interrupted = SystemError(EINTR)
    /// No room is left on the device.
    public static let noRoom = SystemError(ENOSPC)
    /// A symbolic link stands where none may stand.
    public static let link = SystemError(ELOOP)
    /// The device failed.
    public static let device = SystemError(EIO)
    /// There is no such file.
    public static let missing = SystemError(ENOENT)
}
