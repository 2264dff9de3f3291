#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The locks that any SQLite reader of a database in WAL mode holds while it reads (<doc:ReadingLive#The-lock>).
///
/// On the `-shm` file read slot 0: while it is held no checkpoint writes to the database file. On the database file the
/// shared lock: without it the last connection that closes would take itself for alone, and copy and remove the log
/// without asking for slot 0. A writer waits for neither.
///
/// Nothing is written, and no `-shm` is made. The locks belong to open files, so that closing another descriptor of
/// this process does not drop them, and end with the last owner of the value.
final class ReadLock: Sendable {
    private let files: [ReadOnlyFile]
    private static let readSlot0: off_t = 123
    private static let pendingByte: off_t = 0x4000_0000
    private static let sharedFirst: off_t = 0x4000_0002
    private static let sharedSize: off_t = 510
    private static let attempts = 400
    private static let pause: UInt32 = 5_000

    /// What came of asking for the locks.
    enum Outcome {
        case held(ReadLock)
        /// There is no `-shm`, or none that can be opened: nothing to hold, watch the file instead.
        case absent
        /// A checkpoint was at work for longer than two seconds.
        case busy
    }

    /// Takes the locks of the database at `path`, waiting for a checkpoint to end.
    static func take(database path: String) -> Outcome {
        for _ in 0..<attempts {
            guard case .success(let index) = ReadOnlyFile.open(path + "-shm"),
                case .success(let database) = ReadOnlyFile.open(path)
            else { return .absent }
            // The same steps as SQLite's, so that one that waits to be alone is not starved.
            guard lock(database, at: pendingByte, size: 1), lock(database, at: sharedFirst, size: sharedSize),
                unlock(database, at: pendingByte, size: 1), lock(index, at: readSlot0, size: 1)
            else {
                // A file system without locks will not get them by waiting.
                guard errno == EAGAIN || errno == EACCES || errno == EINTR else { return .absent }
                usleep(pause)
                continue
            }
            // Between opening and locking the last connection may have removed the file: its lock guards nothing.
            guard let opened = try? index.state(), FileState.of(path + "-shm")?.inode == opened.inode else { continue }
            return .held(ReadLock(files: [index, database]))
        }
        return .busy
    }

    private init(files: [ReadOnlyFile]) {
        self.files = files
    }

    private static func lock(_ file: ReadOnlyFile, at start: off_t, size: off_t) -> Bool {
        set(Int16(F_RDLCK), file, start, size)
    }

    private static func unlock(_ file: ReadOnlyFile, at start: off_t, size: off_t) -> Bool {
        set(Int16(F_UNLCK), file, start, size)
    }

    private static func set(_ kind: Int16, _ file: ReadOnlyFile, _ start: off_t, _ size: off_t) -> Bool {
        var request = flock()
        request.l_type = kind
        request.l_whence = Int16(SEEK_SET)
        request.l_start = start
        request.l_len = size
        return fcntl(file.descriptor, openFileLock, &request) == 0
    }

    /// `F_OFD_SETLK`, which both kernels know by a number that the headers show to GNU sources only.
    static var openFileLock: Int32 {
        #if canImport(Darwin)
            90
        #else
            37
        #endif
    }
}
