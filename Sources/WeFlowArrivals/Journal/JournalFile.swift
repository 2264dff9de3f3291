import WeFlowPages
import WeFlowState
import WeFlowSystem

/// The journal's file: records one behind the other, appended under a lock that all processes take
/// (<doc:ArrivalsAndJournal#The-journal>).
///
/// A record that a killed process left unfinished is cut off by the next one; nothing of it was ever handed out.
struct JournalFile {
    private static let name = "arrivals"
    private static let lockName = "arrivals.lock"
    private static let largest = 256 << 20

    private let folder: StateFolder
    private let lock: File
    private var path: String { folder.file(Self.name) }

    /// How far a file was read.
    struct Mark: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64

        init(device: UInt64, inode: UInt64, size: Int64) {
            (self.device, self.inode, self.size) = (device, inode, size)
        }

        init(_ file: File) throws(SystemError) {
            let status = try file.status()
            self.init(device: status.device, inode: status.inode, size: status.size)
        }
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
        let lock = try WeFlowError.trying("\(path) cannot be written") { () throws(SystemError) in
            try File(path, for: .changingOrMaking)
        }
        let isHeld = try WeFlowError.trying("\(path) cannot be locked") { () throws(SystemError) in
            try lock.lock(.exclusive, waiting: Self.patience)
        }
        guard isHeld else {
            throw WeFlowError(
                .conflict, "another process has kept \(path) locked for five seconds; wait for it, or end it")
        }
        self.lock = lock
    }

    /// Gives the lock back.
    func unlock() {
        // Nothing was written to it.
        try? lock.close()
    }

    /// What the file holds now.
    ///
    /// - Parameters:
    ///   - state: what was read of it before, brought up to date; nil where nothing was.
    ///   - mark: how far that was.
    /// - Returns: false where there is no journal, or none that can be read: one has to be begun.
    /// - Throws: `.system` where the file cannot be read.
    func read(_ state: inout ArrivalState?, _ mark: inout Mark?) throws(WeFlowError) -> Bool {
        let file: File
        do throws(SystemError) {
            file = try File(path, for: .changing)
        } catch {
            guard error == .missing else { throw .system("\(path) cannot be read", error) }
            (state, mark) = (nil, nil)
            return false
        }
        let now = try WeFlowError.trying("\(path) cannot be read") { () throws(SystemError) in try Mark(file) }
        var known = Mark(device: now.device, inode: now.inode, size: 0)
        if let mark, let state, mark.device == now.device, mark.inode == now.inode, mark.size <= now.size {
            if mark.size == now.size { return true }
            known.size = mark.size
            _ = state
        } else {
            state = nil
        }
        if state == nil {
            guard let base = try base(file, of: now.size, &known.size) else {
                mark = nil
                return false
            }
            state = ArrivalState(base)
        }
        try WeFlowError.trying("\(path) cannot be read") { () throws(SystemError) in try file.go(to: known.size) }
        var rest = try StateFolder.readAll(file, limit: Self.largest, name: path)[...]
        while let (record, size) = ArrivalRecord.read(rest), case .pass(let pass) = record {
            state?.apply(pass)
            known.size += Int64(size)
            rest = rest.dropFirst(size)
        }
        if !rest.isEmpty {
            try WeFlowError.trying("\(path) cannot be repaired") { () throws(SystemError) in
                try file.truncate(to: known.size)
            }
        }
        mark = known
        return true
    }

    /// The record at the file's beginning, with the place of the sums behind it.
    ///
    /// - Returns: nil where it is none that can be read, or the sums are not all there.
    private func base(_ file: File, of size: Int64, _ end: inout Int64) throws(WeFlowError) -> ArrivalBase? {
        let head = try bytes(file, ArrivalRecord.headSize, at: 0)
        guard let count = ArrivalRecord.size(head[...]), Int64(count) <= size,
            case .base(var base)? = ArrivalRecord.read(try bytes(file, count, at: 0)[...])?.record,
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
        let file = try WeFlowError.trying("\(path) cannot be read") { () throws(SystemError) in
            try File(path, for: .reading)
        }
        return rows.known(from: try bytes(file, rows.count * 8, at: rows.place))
    }

    private func bytes(_ file: File, _ count: Int, at place: Int64) throws(WeFlowError) -> [UInt8] {
        try WeFlowError.trying("\(path) cannot be read") { () throws(SystemError) in
            try file.bytes(count, at: place)
        }
    }

    /// Begins a file with a record, in place of the one that is there.
    ///
    /// - Throws: `.system` where it cannot be written.
    /// - Returns: the state that the file then says.
    func begin(_ base: ArrivalBase, _ mark: inout Mark?) throws(WeFlowError) -> ArrivalState {
        folder.removeLeftovers(of: Self.name)
        let record = ArrivalRecord.base(base).bytes
        try folder.write(record + base.rows.bytes, to: Self.name)
        mark = try? Mark(File(path, for: .reading))
        var base = base
        base.rows = base.rows.filed(at: Int64(record.count))
        return ArrivalState(base)
    }

    /// Appends a record.
    ///
    /// - Throws: `.system` where it cannot be written; nothing of it is then in the file.
    func append(_ pass: ArrivalPass, _ mark: inout Mark?) throws(WeFlowError) {
        guard let known = mark else { return }
        let bytes = ArrivalRecord.pass(pass).bytes
        try WeFlowError.trying("\(path) cannot be written") { () throws(SystemError) in
            let file = try File(path, for: .writing)
            do throws(SystemError) {
                try file.write(bytes, at: known.size)
            } catch {
                // What stays behind where even that fails is cut off by the next reader.
                try? file.truncate(to: known.size)
                throw error
            }
        }
        mark?.size += Int64(bytes.count)
    }
}
