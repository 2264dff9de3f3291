import WeFlowSystem

/// The locks that any SQLite reader of a database in WAL mode holds while it reads (<doc:ReadingLive#The-lock>).
///
/// On the `-shm` file read slot 0: while it is held no checkpoint writes to the database file. On the database file the
/// shared lock: without it the last connection that closes would take itself for alone, and copy and remove the log
/// without asking for slot 0. A writer waits for neither.
///
/// Nothing is written, and no `-shm` is made. The locks belong to open files, so that closing another descriptor of
/// this process does not drop them, and end with the last owner of the value.
final class ReadLock: Sendable {
    private let files: [File]
    private static let readSlot0: Range<Int64> = 123..<124
    private static let pendingByte: Range<Int64> = 0x4000_0000..<0x4000_0001
    private static let shared: Range<Int64> = 0x4000_0002..<0x4000_0200
    private static let attempts = 400
    /// Between two attempts, in milliseconds.
    private static let pause = 5

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
            let (index, database): (File, File)
            do throws(SystemError) {
                index = try File(path + "-shm", for: .readingAtOnce)
                database = try File(path, for: .readingAtOnce)
                // The same steps as SQLite's, so that one that waits to be alone is not starved.
                guard try database.lock(.shared, bytes: pendingByte), try database.lock(.shared, bytes: shared),
                    try database.lock(nil, bytes: pendingByte), try index.lock(.shared, bytes: readSlot0)
                else {
                    Clock.pause(milliseconds: pause)
                    continue
                }
            } catch {
                // No such file, or a file system without locks, which will not get them by waiting.
                return .absent
            }
            // Between opening and locking the last connection may have removed the file: its lock guards nothing.
            guard let opened = try? index.state(), FileState.of(path + "-shm")?.inode == opened.inode else { continue }
            return .held(ReadLock(files: [index, database]))
        }
        return .busy
    }

    private init(files: [File]) {
        self.files = files
    }
}
