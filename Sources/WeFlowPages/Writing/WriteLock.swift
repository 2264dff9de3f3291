import WeFlowSystem

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
    let database: File
    /// Its `-shm`, where there is one.
    private let index: File?
    /// `PENDING`, `RESERVED` and `SHARED` of the database file, which lie side by side.
    private static let fileLocks: Range<Int64> = 0x4000_0000..<0x4000_0200
    /// All eight locks of the `-shm`, and the one that its users hold for as long as they use it.
    private static let indexLocks: Range<Int64> = 120..<129

    /// Takes the locks of the database at `path`, at once or not at all.
    ///
    /// - Returns: the locks, or nil where somebody uses the database.
    /// - Throws: why the database cannot be opened for writing, or not be locked.
    static func take(database path: String) throws(SystemError) -> WriteLock? {
        let database = try File(path, for: .changing, followingLinks: false)
        guard try database.lock(.exclusive, bytes: fileLocks) else { return nil }
        let index: File?
        do throws(SystemError) {
            index = try File(path + "-shm", for: .changing, followingLinks: false)
        } catch {
            guard error == .missing else { throw error }
            index = nil
        }
        if let index, try !index.lock(.exclusive, bytes: indexLocks) { return nil }
        // Whoever replaces the file by another does so by its name: the lock of a file without one guards nothing.
        guard let named = FileState.of(path), named.inode == (try database.state().inode) else { return nil }
        return WriteLock(database: database, index: index)
    }

    private init(database: File, index: File?) {
        self.database = database
        self.index = index
    }
}

extension File {
    /// Opens a file that lies beside another and belongs to it, and makes it where it is not there; a symbolic link there
    /// is refused.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - owner: whose user, group and mode it gets: else WeChat could not open what the administrator left behind.
    ///   - mode: what is left of that mode.
    /// - Returns: the file, with what it held.
    /// - Throws: the failure of the system.
    static func made(_ path: String, like owner: File, mode: UInt32 = 0o666) throws(SystemError) -> File {
        let status = try owner.status()
        let mode = status.mode & mode
        let file = try File(path, for: .changingOrMaking, followingLinks: false, mode: mode)
        file.take(ownerOf: status, mode: mode)
        return file
    }
}
