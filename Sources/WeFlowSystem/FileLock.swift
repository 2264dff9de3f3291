#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension File {
    /// Whether others may hold the lock too.
    public enum Sharing: Sendable {
        /// Readers hold it together.
        case shared
        /// One holds it alone.
        case exclusive
    }

    /// Takes the lock of the whole file, which all processes of this program ask for; it is given back when the file is
    /// closed, however the process ends.
    ///
    /// - Parameters:
    ///   - sharing: with whom.
    ///   - milliseconds: how long it is waited for; 0: it is had at once or not at all.
    /// - Returns: whether it is held now.
    /// - Throws: the failure of the system.
    public func lock(_ sharing: Sharing, waiting milliseconds: Int = 0) throws(SystemError) -> Bool {
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        var pause = 200
        while lockFile(descriptor.number, (sharing == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw .last }
            guard Clock.monotonic < deadline else { return false }
            // Most locks are held for a moment: soon at first, then less and less often.
            Clock.pause(microseconds: pause)
            pause = min(pause * 2, 20_000)
        }
        return true
    }

    /// Takes or gives back the lock of a range of bytes, which belongs to this open file: closing another one of this
    /// process does not drop it.
    ///
    /// - Parameters:
    ///   - sharing: with whom; nil gives it back.
    ///   - range: which bytes; they need not exist.
    /// - Returns: whether it is so now; false where somebody else holds it.
    /// - Throws: the failure of the system; a file system without locks fails.
    public func lock(_ sharing: Sharing?, bytes range: Range<Int64>) throws(SystemError) -> Bool {
        var request = flock()
        request.l_type = Int16(sharing.map { $0 == .shared ? F_RDLCK : F_WRLCK } ?? F_UNLCK)
        request.l_whence = Int16(SEEK_SET)
        request.l_start = off_t(range.lowerBound)
        request.l_len = off_t(range.upperBound - range.lowerBound)
        while fcntl(descriptor.number, Self.lockOfOpenFile, &request) != 0 {
            if errno == EINTR { continue }
            guard errno == EAGAIN || errno == EACCES else { throw .last }
            return false
        }
        return true
    }

    /// `F_OFD_SETLK`, which both kernels know by a number that the headers show to GNU sources only.
    private static var lockOfOpenFile: Int32 {
        #if canImport(Darwin)
            90
        #else
            37
        #endif
    }
}

private func lockFile(_ number: Int32, _ operation: Int32) -> Int32 { flock(number, operation) }
