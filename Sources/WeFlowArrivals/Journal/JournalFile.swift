import WeFlowPages
import WeFlowState

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The journal's file: records one behind the other, appended under a lock that all processes take
/// (<doc:ArrivalsAndJournal#The-journal>).
///
/// A record that a killed process left unfinished is cut off by the next one; nothing of it was ever handed out.
struct JournalFile {
    private static let name = "arrivals"
    private static let lockName = "arrivals.lock"
    private static let largest = 256 << 20

    private let folder: StateFolder
    private let lock: Int32
    private var path: String { folder.file(Self.name) }

    /// How far a file was read.
    struct Mark: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
    }

    /// How long somebody else may hold the lock, in milliseconds.
    private static let patience = 5000

    /// Takes the lock, waiting for whoever has it.
    ///
    /// - Throws: `.conflict` where another process keeps it for five seconds; `.system` where the folder or the lock's
    ///   file cannot be made.
    init(lockedIn folder: StateFolder) throws(WeFlowError) {
        self.folder = folder
        try folder.make()
        let path = folder.file(Self.lockName)
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .system("\(path) cannot be written", code: errno) }
        // A lock that is waited for has no end of its own, so it is asked for again and again.
        let start = ArrivalJournal.milliseconds(of: CLOCK_MONOTONIC)
        var pause: UInt32 = 200
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            guard code == EWOULDBLOCK else {
                close(lock)
                throw .system("\(path) cannot be locked", code: code)
            }
            guard ArrivalJournal.milliseconds(of: CLOCK_MONOTONIC) - start < Self.patience else {
                close(lock)
                throw WeFlowError(
                    .conflict, "another process has kept \(path) locked for five seconds; wait for it, or end it")
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }

    /// Gives the lock back.
    func unlock() { close(lock) }

    /// What the file holds now.
    ///
    /// - Parameters:
    ///   - state: what was read of it before, brought up to date; nil where nothing was.
    ///   - mark: how far that was.
    /// - Returns: false where there is no journal, or none that can be read: one has to be begun.
    /// - Throws: `.system` where the file cannot be read.
    func read(_ state: inout ArrivalState?, _ mark: inout Mark?) throws(WeFlowError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .system("\(path) cannot be read", code: errno) }
            (state, mark) = (nil, nil)
            return false
        }
        defer { close(descriptor) }
        guard let now = Self.mark(descriptor) else { throw .system("\(path) cannot be read", code: errno) }
        var known = Mark(device: now.device, inode: now.inode, size: 0)
        if let mark, let state, mark.device == now.device, mark.inode == now.inode, mark.size <= now.size {
            if mark.size == now.size { return true }
            known.size = mark.size
            _ = state
        } else {
            state = nil
        }
        if state == nil {
            guard let base = try base(descriptor, of: now.size, &known.size) else {
                mark = nil
                return false
            }
            state = ArrivalState(base)
        }
        guard lseek(descriptor, off_t(known.size), SEEK_SET) >= 0 else {
            throw .system("\(path) cannot be read", code: errno)
        }
        var rest = try StateFolder.readAll(descriptor, limit: Self.largest, name: path)[...]
        while let (record, size) = ArrivalRecord.read(rest), case .pass(let pass) = record {
            state?.apply(pass)
            known.size += Int64(size)
            rest = rest.dropFirst(size)
        }
        if !rest.isEmpty, ftruncate(descriptor, off_t(known.size)) != 0 {
            throw .system("\(path) cannot be repaired", code: errno)
        }
        mark = known
        return true
    }

    /// The record at the file's beginning, with the place of the sums behind it.
    ///
    /// - Returns: nil where it is none that can be read, or the sums are not all there.
    private func base(_ descriptor: Int32, of size: Int64, _ end: inout Int64) throws(WeFlowError) -> ArrivalBase? {
        let head = try bytes(descriptor, ArrivalRecord.headSize, at: 0)
        guard let count = ArrivalRecord.size(head[...]), Int64(count) <= size,
            case .base(var base)? = ArrivalRecord.read(try bytes(descriptor, count, at: 0)[...])?.record,
            Int64(base.rows.count) <= (size - Int64(count)) / 8
        else { return nil }
        base.rows = base.rows.filed(at: Int64(count))
        end = Int64(count) + Int64(base.rows.count) * 8
        return base
    }

    /// The rows that a base says are known.
    ///
    /// - Throws: `.system` where the file cannot be read.
    func known(_ rows: ArrivalBase.Rows) throws(WeFlowError) -> KnownRows {
        guard rows.count > 0 else { return rows.known(from: []) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("\(path) cannot be read", code: errno) }
        defer { close(descriptor) }
        return rows.known(from: try bytes(descriptor, rows.count * 8, at: rows.place))
    }

    private func bytes(_ descriptor: Int32, _ count: Int, at place: Int64) throws(WeFlowError) -> [UInt8] {
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, size in
            while size < count {
                let got = pread(
                    descriptor, room.baseAddress.map { $0 + size }, count - size, off_t(place) + off_t(size))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { break }
                size += got
            }
        }
        if let failure { throw .system("\(path) cannot be read", code: failure) }
        return bytes
    }

    /// Begins a file with a record, in place of the one that is there.
    ///
    /// - Throws: `.system` where it cannot be written.
    /// - Returns: the state that the file then says.
    func begin(_ base: ArrivalBase, _ mark: inout Mark?) throws(WeFlowError) -> ArrivalState {
        folder.removeLeftovers(of: Self.name)
        let record = ArrivalRecord.base(base).bytes
        try folder.write(record + base.rows.bytes, to: Self.name)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        mark = descriptor >= 0 ? Self.mark(descriptor) : nil
        var base = base
        base.rows = base.rows.filed(at: Int64(record.count))
        return ArrivalState(base)
    }

    /// Appends a record.
    ///
    /// - Throws: `.system` where it cannot be written; nothing of it is then in the file.
    func append(_ pass: ArrivalPass, _ mark: inout Mark?) throws(WeFlowError) {
        guard let known = mark else { return }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("\(path) cannot be written", code: errno) }
        defer { close(descriptor) }
        let bytes = ArrivalRecord.pass(pass).bytes
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(
                    descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written,
                    off_t(known.size) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                // What stays behind where even that fails is cut off by the next reader.
                _ = ftruncate(descriptor, off_t(known.size))
                throw .system("\(path) cannot be written", code: code)
            }
            written += count
        }
        mark?.size += Int64(bytes.count)
    }

    private static func mark(_ descriptor: Int32) -> Mark? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return Mark(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size)
        )
    }
}
