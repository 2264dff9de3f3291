import WeFlowPages

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

    /// Takes the lock, waiting for whoever has it.
    ///
    /// - Throws: `.system` where the folder or the lock's file cannot be made.
    init(lockedIn folder: StateFolder) throws(WeFlowError) {
        self.folder = folder
        try folder.make()
        let path = folder.file(Self.lockName)
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .system("\(path) cannot be written", code: errno) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(lock)
                throw .system("\(path) cannot be locked", code: code)
            }
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
        guard lseek(descriptor, off_t(known.size), SEEK_SET) >= 0 else {
            throw .system("\(path) cannot be read", code: errno)
        }
        var rest = try StateFolder.readAll(descriptor, limit: Self.largest, name: path)[...]
        while let (record, size) = ArrivalRecord.read(rest) {
            switch record {
            case .base(let base):
                // Only the first record is one.
                guard state == nil else { break }
                state = ArrivalState(base)
            case .pass(let pass): state?.apply(pass)
            }
            if state == nil { break }
            known.size += Int64(size)
            rest = rest.dropFirst(size)
        }
        if !rest.isEmpty, ftruncate(descriptor, off_t(known.size)) != 0 {
            throw .system("\(path) cannot be repaired", code: errno)
        }
        mark = state == nil ? nil : known
        return state != nil
    }

    /// Begins a file with a record, in place of the one that is there.
    ///
    /// - Throws: `.system` where it cannot be written.
    func begin(_ base: ArrivalBase, _ mark: inout Mark?) throws(WeFlowError) {
        folder.removeLeftovers(of: Self.name)
        try folder.write(ArrivalRecord.base(base).bytes, to: Self.name)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        mark = descriptor >= 0 ? Self.mark(descriptor) : nil
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
