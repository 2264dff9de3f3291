#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The shared lock on read slot 0 of a `-shm` file: while it is held no checkpoint writes to the database file, and no
/// writer waits (facts: store 2.5).
///
/// Nothing is written, and no `-shm` is made. The lock belongs to the open file, so that closing another descriptor of
/// this process does not drop it, and ends with the last owner of the value.
final class ReadLock: Sendable {
    private let file: ReadOnlyFile
    private static let readSlot0: off_t = 123
    private static let attempts = 400
    private static let pause: UInt32 = 5_000

    /// What came of asking for the lock.
    enum Outcome {
        case held(ReadLock)
        /// There is no `-shm`, or none that can be opened: nothing to hold, watch the file instead.
        case absent
        /// A checkpoint was at work for longer than two seconds.
        case busy
    }

    /// Takes the lock of the database at `path`, waiting for a checkpoint to end.
    static func take(database path: String) -> Outcome {
        guard case .success(let file) = ReadOnlyFile.open(path + "-shm") else { return .absent }
        for _ in 0..<attempts {
            var request = flock()
            request.l_type = Int16(F_RDLCK)
            request.l_whence = Int16(SEEK_SET)
            request.l_start = readSlot0
            request.l_len = 1
            if fcntl(file.descriptor, openFileLock, &request) == 0 {
                return .held(ReadLock(file))
            }
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else { return .absent }
            usleep(pause)
        }
        return .busy
    }

    private init(_ file: ReadOnlyFile) {
        self.file = file
    }

    /// `F_OFD_SETLK`, which both kernels know by a number that the headers show to GNU sources only.
    private static var openFileLock: Int32 {
        #if canImport(Darwin)
            90
        #else
            37
        #endif
    }
}
