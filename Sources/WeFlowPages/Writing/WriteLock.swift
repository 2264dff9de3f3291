#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The locks that keep everybody else out of a database while it is changed: those of a SQLite connection in exclusive
/// mode.
///
/// Whoever has a database open in WAL mode holds the shared lock on its file for as long, and one on its `-shm`, also
/// between two statements; so the exclusive lock is to be had exactly when no WeChat has the database open, and while
/// it is held none can open it. Readers of `weflow` hold the shared lock only while a query runs.
///
/// The locks belong to open files: they end with the last owner of the value, or with the process however it ends.
final class WriteLock: Sendable {
    /// The database file.
    let database: WritableFile
    /// Its `-shm`, where there is one.
    private let index: WritableFile?
    /// `PENDING`, `RESERVED` and `SHARED` of the database file, which lie side by side.
    private static let fileLocks: (start: off_t, size: off_t) = (0x4000_0000, 512)
    /// All eight locks of the `-shm`, and the one that its users hold for as long as they use it.
    private static let indexLocks: (start: off_t, size: off_t) = (120, 9)

    /// Takes the locks of the database at `path`, at once or not at all.
    ///
    /// - Returns: the locks, or nil where somebody uses the database.
    /// - Throws: why the database cannot be opened for writing, or not be locked.
    static func take(database path: String) throws(SystemFailure) -> WriteLock? {
        let database = try WritableFile.open(path)
        guard try lock(database, fileLocks) else { return nil }
        let index: WritableFile?
        do throws(SystemFailure) {
            index = try WritableFile.open(path + "-shm")
        } catch {
            guard error.code == ENOENT else { throw error }
            index = nil
        }
        if let index, try !lock(index, indexLocks) { return nil }
        // Whoever replaces the file by another does so by its name: the lock of a file without one guards nothing.
        guard let named = FileState.of(path), named.inode == (try identity(of: database)) else { return nil }
        return WriteLock(database: database, index: index)
    }

    private init(database: WritableFile, index: WritableFile?) {
        self.database = database
        self.index = index
    }

    private static func identity(of file: WritableFile) throws(SystemFailure) -> UInt64 {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw SystemFailure(errno) }
        return FileState(status).inode
    }

    private static func lock(_ file: WritableFile, _ range: (start: off_t, size: off_t)) throws(SystemFailure) -> Bool {
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        request.l_start = range.start
        request.l_len = range.size
        while fcntl(file.descriptor, ReadLock.openFileLock, &request) != 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN, EACCES: return false
            default: throw SystemFailure(errno)
            }
        }
        return true
    }
}
