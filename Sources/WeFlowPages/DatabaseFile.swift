import Synchronization
public import WeFlowSystem

/// One database of the account, opened live and read-only; gives snapshots of it (<doc:ReadingLive>).
///
/// Holds the file descriptors, the cipher and the index of the log between snapshots, so that a further snapshot costs
/// a few system calls and the frames that are new. Changes nothing in the store.
public final class DatabaseFile: Sendable {
    /// The file's path.
    public let path: String
    /// The path below `db_storage`, as errors name it.
    public let name: String
    private let logPath: String
    private let logName: String
    private let keys: KeyRing
    private let state = Mutex(State())
    private static let attempts = 100
    /// Between two attempts, in milliseconds, for a writer to finish what it is at.
    private static let pause = 2

    /// Names a database; nothing is opened before the first snapshot.
    public init(path: String, name: String, keys: KeyRing) {
        self.path = path
        logPath = path + "-wal"
        self.name = name
        logName = name + "-wal"
        self.keys = keys
    }

    /// Whether a snapshot was taken before, so that another costs little.
    package var wasRead: Bool { state.withLock { $0.stamp != nil } }

    /// What is kept between snapshots.
    private struct State {
        var file: File?
        var identity: FileState?
        var log: File?
        var logIdentity: FileState?
        var wal = WALIndex()
        var cipher: PageCipher?
        var stamp: Stamp?
        var generation: UInt32 = 0
        var epoch: UInt32 = 0
        /// What was found of the log in the state that it had then.
        var judged: (log: FileState, logBreak: LogBreak?)?
    }

    /// What two snapshots of the same content have in common.
    private struct Stamp: Equatable {
        let file: FileState
        let walHeader: [UInt8]
        let walEnd: Int64
        let firstPageTail: [UInt8]
    }

    /// The committed state of the database as of now.
    ///
    /// - Returns: a snapshot, which holds the shared read lock while it lives where there is a `-shm`.
    /// - Throws: `.unavailable` where the file is missing, empty, in motion or locked away, or the key does not fit;
    ///   `.storeFailed` where its first page is damaged.
    public func snapshot() throws(WeFlowError) -> PageSnapshot {
        try state.withLock { state throws(WeFlowError) in
            try snapshot(&state) { ReadLock.take(database: path) }
        }
    }

    /// Says whether the content may have changed since a snapshot, for less than another snapshot costs.
    ///
    /// - Returns: what the next snapshot will have as its `epoch` and `generation`, unless something is committed
    ///   meanwhile.
    /// - Throws: what ``snapshot()`` throws.
    public func version() throws(WeFlowError) -> (epoch: UInt32, generation: UInt32) {
        let known: (UInt32, UInt32)? = try state.withLock { state throws(WeFlowError) in
            do throws(SystemError) {
                try refreshFile(&state)
                try refreshLog(&state)
                guard let file = state.file, let identity = state.identity, state.stamp != nil else { return nil }
                let offset = state.wal.frames[1].map { $0 + Int64(WALIndex.frameHeaderSize) }
                let source = offset == nil ? file : state.log ?? file
                let tail = try source.bytes(
                    PageCipher.reserve, at: (offset ?? 0) + Int64(PageCipher.pageSize - PageCipher.reserve))
                guard tail.count == PageCipher.reserve else { return nil }
                note(
                    Stamp(
                        file: identity, walHeader: state.wal.header, walEnd: state.wal.committedEnd,
                        firstPageTail: tail), in: &state)
                return (state.epoch, state.generation)
            } catch {
                throw unreadable(error)
            }
        }
        if let known { return known }
        let snapshot = try snapshot()
        return (snapshot.epoch, snapshot.generation)
    }

    /// Whether ``version()`` would say the same again, as far as that can be told at once: without waiting for anybody,
    /// and by no more than a few bytes of the files.
    ///
    /// - Parameters:
    ///   - version: what ``version()`` gave.
    ///   - store: `db_storage`, below which it is called by its name; nil where it is to be found by its path.
    /// - Returns: false where it is another, and where it cannot be told so.
    public func isStill(_ version: (epoch: UInt32, generation: UInt32), in store: HeldFolder? = nil) -> Bool {
        state.withLockIfAvailable { state in
            guard (state.epoch, state.generation) == version, let stamp = state.stamp, let file = state.file,
                seen(name, path, in: store) == stamp.file
            else { return false }
            let log = seen(logName, logPath, in: store).flatMap { $0.size > 0 ? $0 : nil }
            do throws(SystemError) {
                guard let known = state.log else {
                    guard log == nil else { return false }
                    return try file.holds(stamp.firstPageTail, at: Self.tailPlace)
                }
                guard let log, let before = state.logIdentity, (log.inode, log.device) == (before.inode, before.device),
                    stamp.walHeader.count == WALIndex.headerSize, stamp.walEnd == state.wal.committedEnd,
                    try known.holds(stamp.walHeader), try !state.wal.goesOn(in: known)
                else { return false }
                guard let frame = state.wal.frames[1] else {
                    return try file.holds(stamp.firstPageTail, at: Self.tailPlace)
                }
                let place = frame + Int64(WALIndex.frameHeaderSize) + Self.tailPlace
                return try known.holds(stamp.firstPageTail, at: place)
            } catch {
                return false
            }
        } ?? false
    }

    private func seen(_ name: String, _ path: String, in store: HeldFolder?) -> FileState? {
        store.map { $0.seen(name).map(FileState.init) } ?? FileState.of(path)
    }

    /// Where the end of page 1 lies that no two contents have in common.
    private static let tailPlace = Int64(PageCipher.pageSize - PageCipher.reserve)

    /// Counts a generation on where the content may be another.
    private func note(_ stamp: Stamp, in state: inout State) {
        guard stamp != state.stamp else { return }
        state.generation &+= 1
        state.stamp = stamp
    }

    /// The locks for a change, and the committed state under them.
    ///
    /// - Returns: nil where somebody uses the database.
    /// - Throws: why it cannot be locked or written; what ``snapshot()`` throws.
    func lockedSnapshot() throws(WeFlowError) -> (lock: WriteLock, snapshot: PageSnapshot)? {
        // The locks are taken with the state in hand: else a reader of this process could wait for them with it in its.
        try state.withLock { state throws(WeFlowError) in
            let taken: WriteLock?
            do throws(SystemError) {
                taken = try WriteLock.take(database: path)
            } catch {
                throw unwritable(error)
            }
            guard let lock = taken else { return nil }
            return (lock, try snapshot(&state) { .absent })
        }
    }

    private func snapshot(_ state: inout State, _ lock: () -> ReadLock.Outcome) throws(WeFlowError) -> PageSnapshot {
        for _ in 0..<Self.attempts {
            if !hasHotJournal, let snapshot = try take(&state, lock()) { return snapshot }
            Clock.pause(milliseconds: Self.pause)
        }
        if hasHotJournal {
            throw WeFlowError(
                .unavailable,
                "\(name): an unfinished transaction lies in its -journal; open WeChat once so that it is rolled back")
        }
        throw PageFailure(.moved, database: name, page: 0).error
    }

    /// Page 1 as it lies in the file, or nil where the database is not encrypted, too short, or cannot be read.
    ///
    /// For ``KeyRing/prepare(_:)``: what is wrong with the file is for ``snapshot()`` to say.
    public func storedFirstPage() -> [UInt8]? {
        guard let file = try? File(path, for: .readingAtOnce) else { return nil }
        let page = [UInt8](unsafeUninitializedCapacity: PageCipher.pageSize) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = (try? file.read(into: base, count: PageCipher.pageSize, at: 0)) ?? 0
        }
        return page.count == PageCipher.pageSize && !page.starts(with: PageSnapshot.magic) ? page : nil
    }

    /// Whether a rollback journal is beside the file: half of a transaction may then be in it.
    ///
    /// WeChat uses logs; a journal is left by another program that was stopped while it wrote.
    private var hasHotJournal: Bool {
        guard let journal = try? File(path + "-journal", for: .readingAtOnce) else { return false }
        // A journal that was played back is empty, or its header is zeros.
        return (try? journal.holds(Self.journalMagic)) == true
    }

    private static let journalMagic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]

    /// One attempt; nil where the file changed meanwhile.
    private func take(_ state: inout State, _ lock: ReadLock.Outcome) throws(WeFlowError) -> PageSnapshot? {
        do throws(SystemError) {
            try refreshFile(&state)
            try refreshLog(&state)
        } catch {
            throw unreadable(error)
        }
        guard let file = state.file, let before = state.identity else { return nil }
        let held: ReadLock? = if case .held(let lock) = lock { lock } else { nil }

        var raw = try firstPage(of: state, file: file, count: PageCipher.pageSize)
        // Only a database that is not encrypted can have larger pages.
        if raw.starts(with: PageSnapshot.magic) {
            raw = try firstPage(of: state, file: file, count: PageSnapshot.largestPage)
        }
        // A log that was restarted meanwhile holds another page there; the next attempt finds it in the file.
        if let log = state.log, !state.wal.isEmpty, (try? log.holds(state.wal.header)) != true { return nil }
        if held == nil {
            guard let after = try? file.state(), after == before else { return nil }
        }
        guard raw.count >= 512 else {
            throw WeFlowError(
                .unavailable, "\(name) is empty; open WeChat once so that it fills it, or copy the account again")
        }
        let stamp = Stamp(
            file: before, walHeader: state.wal.header, walEnd: state.wal.committedEnd,
            firstPageTail: Array(raw.prefix(PageCipher.pageSize).suffix(PageCipher.reserve)))
        raw += repeatElement(0, count: max(0, PageCipher.pageSize - raw.count))
        note(stamp, in: &state)
        let plain = raw.starts(with: PageSnapshot.magic)
        if !plain && state.cipher?.salt != Array(raw[..<PageCipher.saltSize]) {
            state.cipher = try raw.withUnsafeBytes { bytes in
                let page = UnsafeRawBufferPointer(rebasing: bytes[..<PageCipher.pageSize])
                return Result { () throws(WeFlowError) in try keys.cipher(for: name, firstPage: page) }
            }.get()
        }
        return try PageSnapshot(
            database: name, file: file, fileState: before, log: state.log, wal: state.wal,
            cipher: plain ? nil : state.cipher, lock: held, generation: state.generation, epoch: state.epoch,
            firstPage: raw)
    }

    /// What ``logBreak()`` found of the log as it is now; nil where it has changed since, or was not looked at.
    func judgedLog() -> LogBreak?? {
        guard let log = FileState.of(logPath), log.size > 0 else { return .some(nil) }
        return state.withLock { state in
            guard let judged = state.judged, judged.log == log else { return nil }
            return .some(judged.logBreak)
        }
    }

    /// Keeps what was found of the log in a state that was seen before it was looked at; only for a database that was
    /// opened.
    func keep(_ logBreak: LogBreak?, of log: FileState?) {
        state.withLock { state in
            state.judged = state.file == nil ? nil : log.map { ($0, logBreak) }
        }
    }

    /// The log's state as of now; nil where there is none.
    var logState: FileState? { FileState.of(logPath) }

    /// Where the log breaks off now, of a database that was opened.
    func seenBreak() -> LogBreak? {
        state.withLock { state in
            do throws(SystemError) {
                guard let file = state.file else { return nil }
                try refreshLog(&state)
                guard let log = state.log, let size = state.logIdentity?.size else { return nil }
                let pageSize = try PageSnapshot.pageSize(of: file) ?? PageCipher.pageSize
                return try state.wal.breaks(in: log, pageSize: pageSize, size: size)
            } catch {
                // A log that cannot be read is told by what reads it.
                return nil
            }
        }
    }

    /// Opens the file, or opens it anew where another took its place.
    private func refreshFile(_ state: inout State) throws(SystemError) {
        if state.file != nil, let there = FileState.of(path), let open = state.identity,
            there.inode == open.inode, there.device == open.device
        {
            state.identity = there
            return
        }
        let file = try File(path, for: .readingAtOnce)
        state = State(generation: state.generation, epoch: state.epoch &+ 1)
        state.file = file
        state.identity = try file.state()
    }

    /// Opens the log where there is one and takes in its new commits.
    private func refreshLog(_ state: inout State) throws(SystemError) {
        guard let there = FileState.of(logPath), there.size > 0 else {
            state.log = nil
            state.wal = WALIndex()
            return
        }
        if state.log == nil || state.logIdentity?.inode != there.inode {
            state.log = try File(logPath, for: .readingAtOnce)
            state.wal = WALIndex()
        }
        state.logIdentity = there
        guard let log = state.log, let file = state.file else { return }
        let size = try PageSnapshot.pageSize(of: file) ?? PageCipher.pageSize
        try state.wal.advance(pageSize: size) { target, count, offset throws(SystemError) in
            try log.read(into: target, count: count, at: offset)
        }
    }

    /// Reads page 1 as stored: from the log where it was committed there, else from the file.
    ///
    /// - Returns: the bytes read, fewer than `count` where there are no more.
    private func firstPage(of state: State, file: File, count: Int) throws(WeFlowError) -> [UInt8] {
        let offset = state.wal.frames[1].map { $0 + Int64(WALIndex.frameHeaderSize) }
        let source = offset == nil ? file : state.log ?? file
        do throws(SystemError) {
            return try source.bytes(count, at: offset ?? 0)
        } catch {
            throw unreadable(error)
        }
    }
}
