#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of the store opened for writing, closed when its last owner lets go.
///
/// Only the change of a database opens one; everything else goes through `ReadOnlyFile`.
final class WritableFile: Sendable {
    let descriptor: Int32

    /// Opens a file that is there; a symbolic link is refused with `ELOOP`, for SQLite would look for the log beside
    /// what it points to.
    static func open(_ path: String) throws(SystemFailure) -> WritableFile {
        try WritableFile(path.withCString { openFile($0, O_RDWR | O_NOFOLLOW, 0) })
    }

    /// Opens a file, and makes it where it is not there.
    ///
    /// - Parameters:
    ///   - path: where it lies; a symbolic link there is refused.
    ///   - owner: whose user, group and mode a new file gets.
    ///   - mode: what is left of that mode.
    /// - Returns: the file, with what it held.
    /// - Throws: the `errno` of the attempt.
    static func make(_ path: String, like owner: WritableFile, mode: mode_t = 0o666) throws(SystemFailure)
        -> WritableFile
    {
        var status = stat()
        guard fstat(owner.descriptor, &status) == 0 else { throw SystemFailure(errno) }
        let mode = status.st_mode & mode
        let file = try WritableFile(path.withCString { openFile($0, O_RDWR | O_CREAT | O_NOFOLLOW, mode) })
        // Else WeChat could not open what the administrator left behind. A file system without owners and modes
        // refuses both and needs neither.
        if geteuid() == 0 { _ = fchown(file.descriptor, status.st_uid, status.st_gid) }
        _ = fchmod(file.descriptor, mode)
        return file
    }

    private init(_ descriptor: Int32) throws(SystemFailure) {
        guard descriptor >= 0 else { throw SystemFailure(errno) }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemFailure) {
        var done = 0
        while let base = bytes.baseAddress, done < bytes.count {
            let written = pwrite(descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemFailure(errno)
            }
            done += written
        }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: Int64) throws(SystemFailure) {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemFailure) in try write(bytes, at: offset) }
        }.get()
    }

    /// Cuts the file, or fills it with zeros, to a size.
    func truncate(to size: Int64) throws(SystemFailure) {
        while ftruncate(descriptor, off_t(size)) != 0 {
            guard errno == EINTR else { throw SystemFailure(errno) }
        }
    }

    /// Waits until all that was written is on the disk.
    func sync() throws(SystemFailure) { try syncFile(descriptor) }

    /// Waits until the names in the folder of `path` are on the disk.
    static func syncFolder(of path: String) throws(SystemFailure) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? (path.hasPrefix("/") ? "/" : ".") : String(path[..<end])
        let descriptor = folder.withCString { openFile($0, O_RDONLY | O_DIRECTORY, 0) }
        guard descriptor >= 0 else { throw SystemFailure(errno) }
        defer { close(descriptor) }
        try syncFile(descriptor)
    }
}

private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags | O_CLOEXEC, mode)
}

private func syncFile(_ descriptor: Int32) throws(SystemFailure) {
    #if canImport(Darwin)
        // `fsync` there leaves the bytes in the drive's own memory; some file systems know nothing better.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    while fsync(descriptor) != 0 {
        guard errno == EINTR else { throw SystemFailure(errno) }
    }
}
