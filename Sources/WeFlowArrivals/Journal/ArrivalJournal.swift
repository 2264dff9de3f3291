import Synchronization
import WeFlowPages
import WeFlowQuery
public import WeFlowState
public import WeFlowStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The journal of what arrived in an account (<doc:ArrivalsAndJournal>): position → shard, table, row; no text, no
/// names.
///
/// Every use first brings it up to date from the shards' own counters. The server, a watcher and a single call share
/// it: a lock lets one process at a time look at the store and append what it found.
public final class ArrivalJournal: Sendable {
    /// The account.
    public let account: Account
    private let state: StateFolder
    private let kept = Mutex(Kept())

    /// Entries beyond these go when the file is written anew.
    private static let mostEntries = 100_000
    /// Entries that are older go then too: a week.
    private static let longest: Int64 = 7 * 86_400
    /// The file is written anew when it has grown by this.
    private static let slack: Int64 = 16 << 20

    private struct Kept {
        var state: ArrivalState?
        var mark: JournalFile.Mark?
        var detector = ArrivalDetector()
        /// The file's size after it was written anew or first read.
        var smallest: Int64 = 0
        /// Where the file lies, once that was looked for.
        var folder: StateFolder?
    }

    /// Names the journal of an account.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - state: `$XDG_STATE_HOME/weflow`.
    public init(of account: Account, in state: StateFolder) {
        self.account = account
        self.state = state
    }

    /// The journal as of now, and what could not be looked at.
    struct View: Sendable {
        let state: ArrivalState
        let losses: MessageLosses
        let hashes: SessionHashes
    }

    /// A hash of the owner's username, by which a cursor tells whose it is.
    var accountHash: UInt64 { Self.hash(account.owner.username) }

    /// Whether a cursor is one of this account: by the owner, by the journal, or by the folder's name, which earlier
    /// versions took.
    func owns(_ cursor: ArrivalCursor, _ state: ArrivalState) -> Bool {
        cursor.journal == state.journal || cursor.account == accountHash
            || cursor.account == Self.hash(account.folder.name)
    }

    private static func hash(_ name: String) -> UInt64 {
        var hash = ChecksumFNV()
        hash.add(name.utf8)
        return hash.value
    }

    /// The cursor of a position in a state of the journal.
    func cursor(at position: UInt64, in state: ArrivalState, _ walk: ArrivalCursor.Walk? = nil) -> ArrivalCursor {
        let time = state.entries(from: position).reduce(Self.milliseconds / 1000) { min($0, $1.createTime) }
        return ArrivalCursor(
            account: accountHash, journal: state.journal, position: position, chain: state.chain(at: position) ?? 0,
            time: time, digest: CounterDigest(state, at: position), walk: walk)
    }

    /// Brings the journal up to date.
    ///
    /// - Throws: why the store or the journal cannot be read; `.conflict` where another process keeps it locked;
    ///   `.system` where the journal cannot be written.
    func update() throws(WeFlowError) -> View {
        try kept.withLock { kept throws(WeFlowError) in
            let folder = folder(&kept)
            let file = try JournalFile(lockedIn: folder)
            defer { file.unlock() }
            let isThere = try read(file, &kept)
            if isThere, let earlier = kept.state, earlier.isEarlier {
                // What came since an older program looked is found by the look that follows.
                _ = try begin(file, &kept, after: earlier)
            } else if !isThere {
                kept.detector = ArrivalDetector()
                let losses = try begin(file, &kept, after: nil)
                if let state = kept.state { return View(state: state, losses: losses, hashes: kept.detector.hashes) }
            }
            guard var state = kept.state else {
                throw WeFlowError(.system, "\(folder.path) does not keep what is written to it")
            }
            // The array must have one owner while it grows.
            kept.state = nil
            defer { kept.state = state }
            let (pass, losses) = try WeFlowError.retrying { () throws(WeFlowError) in
                let now = Self.milliseconds / 1000
                return try kept.detector.look(account, since: state, now: now) { rows throws(WeFlowError) in
                    try file.known(rows)
                }
            }
            if !pass.isEmpty {
                try file.append(pass, &kept.mark)
                state.apply(pass)
                kept.detector.confirm()
                try shorten(&state, file, &kept)
            }
            return View(state: state, losses: losses, hashes: kept.detector.hashes)
        }
    }

    /// Remembers that a client passed over messages whose rows are away, so that they are new when these come back.
    ///
    /// - Throws: `.system` where the journal cannot be written.
    func miss(_ missed: [(sum: UInt64, hash: TableHash)], asEvents: Bool) throws(WeFlowError) {
        try kept.withLock { kept throws(WeFlowError) in
            let file = try JournalFile(lockedIn: folder(&kept))
            defer { file.unlock() }
            guard try read(file, &kept), var state = kept.state,
                let pass = state.pass(missing: missed, asEvents: asEvents)
            else { return }
            kept.state = nil
            defer { kept.state = state }
            try file.append(pass, &kept.mark)
            state.apply(pass)
            kept.detector.forget()
        }
    }

    /// Where the journal lies, which is known for good once the owner is.
    private func folder(_ kept: inout Kept) -> StateFolder {
        let folder = kept.folder ?? state.takingOver(account)
        kept.folder = account.owner.isCertain ? folder : nil
        return folder
    }

    private func read(_ file: JournalFile, _ kept: inout Kept) throws(WeFlowError) -> Bool {
        let before = kept.mark
        let isThere = try file.read(&kept.state, &kept.mark)
        if before?.inode != kept.mark?.inode { kept.smallest = kept.mark?.size ?? 0 }
        return isThere
    }

    /// Begins a file, with what an older program's says where there is one.
    private func begin(
        _ file: JournalFile, _ kept: inout Kept, after earlier: ArrivalState?
    ) throws(WeFlowError) -> MessageLosses {
        let (base, losses) = try WeFlowError.retrying { () throws(WeFlowError) in
            try kept.detector.base(of: account, now: Self.milliseconds, after: earlier)
        }
        kept.state = try file.begin(base, &kept.mark)
        kept.smallest = kept.mark?.size ?? 0
        return losses
    }

    private func shorten(
        _ state: inout ArrivalState, _ file: JournalFile, _ kept: inout Kept
    ) throws(WeFlowError) {
        guard let size = kept.mark?.size,
            size > kept.smallest + Self.slack || state.entries.count > 2 * Self.mostEntries
        else { return }
        let rows = try kept.detector.knownRows(state) { rows throws(WeFlowError) in try file.known(rows) }
        let base = state.shortened(
            toLast: Self.mostEntries, since: state.seenAt.saturating(minus: Self.longest), rows: rows)
        state = try file.begin(base, &kept.mark)
        kept.smallest = kept.mark?.size ?? 0
    }

    /// The clock in Unix milliseconds.
    static var milliseconds: Int64 { milliseconds(of: CLOCK_REALTIME) }

    /// A clock in milliseconds.
    static func milliseconds(of clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
