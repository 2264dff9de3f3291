import Synchronization
import WeFlowOutput
import WeFlowPages
import WeFlowSystem

/// The new files of a run, which have no names yet. A run that is killed leaves nothing but these behind, and the next one
/// begins by removing them.
final class Staging: Sendable {
    /// The archive's folder.
    let folder: String
    /// False in a rehearsal, which makes nothing at all.
    let isReal: Bool
    private let state = Mutex(State())
    /// Held as long as this is.
    private let lock: File?

    private struct State {
        var count = 0
        var keeps = 0
        /// Whether the folder is there.
        var isMade = false
        /// The new files, by the names that they will have.
        var files: [String: Kept] = [:]
        var bytes: Int64 = 0
    }

    private struct Kept {
        /// Where it lies.
        let file: String
        /// What the manifest will say of it; nil where it does not name it.
        let record: FileRecord?
        /// When it was kept: those of one chat follow each other.
        let number: Int
    }

    private static let next = "state/next"

    /// Takes the archive's lock, carries out what a run that was killed had decided, and removes what else it left.
    ///
    /// - Parameters:
    ///   - folder: the archive's folder.
    ///   - isReal: false for a rehearsal, which takes no lock either.
    ///   - warn: hears where the file system knows no locks.
    /// - Throws: `.conflict` where another run has the lock; `.system` where the folder cannot be written.
    init(_ folder: String, isReal: Bool, warn: (String) -> Void) throws(WeFlowError) {
        (self.folder, self.isReal) = (folder, isReal)
        guard isReal else {
            lock = nil
            return
        }
        lock = try Self.lock(folder, warn)
        try Commit.read(in: folder)?.carryOut(in: folder)
        try clear()
    }

    private static func lock(_ folder: String, _ warn: (String) -> Void) throws(WeFlowError) -> File {
        let lock: File
        do throws(SystemError) {
            try Folders.make("\(folder)/\(ArchivePath.state)")
            lock = try File("\(folder)/state/lock", for: .changingOrMaking, followingLinks: false)
        } catch {
            throw .system("\(folder) cannot be written", error)
        }
        do throws(SystemError) {
            if try lock.lock(.exclusive) { return lock }
        } catch {
            warn(
                "\(folder) lies on a file system without locks (\(error.text)): see to it that one run at a time writes "
                    + "to it")
            return lock
        }
        throw WeFlowError(.conflict, "another run is writing to the archive \(folder); wait for it, or end it")
    }

    /// Removes what has no name.
    private func clear() throws(WeFlowError) {
        do throws(SystemError) {
            try Folders.removeAll("\(folder)/\(Self.next)")
        } catch {
            throw .system("\(folder)/state cannot be written", error)
        }
    }

    /// Where a new file can be written.
    ///
    /// - Throws: `.system` where the folder for it cannot be made.
    func place() throws(WeFlowError) -> String {
        do throws(SystemError) {
            return try state.withLock { state throws(SystemError) in
                // Under the lock: whoever is given the second place may write to it before the first one has made the folder.
                if isReal, !state.isMade { try Folders.make("\(folder)/\(Self.next)") }
                state.isMade = true
                state.count += 1
                return "\(Self.next)/\(state.count)"
            }
        } catch {
            throw .system("\(folder)/state cannot be written", error)
        }
    }

    /// A new file, to be written line by line.
    ///
    /// - Parameter isSummed: false for one that the manifest will not name.
    /// - Returns: the file; it is made when the first bytes leave its buffer.
    /// - Throws: `.system` where the folder for it cannot be made.
    func newFile(isSummed: Bool = true) throws(WeFlowError) -> SummedFile {
        SummedFile("\(folder)/\(try place())", isReal: isReal, isSummed: isSummed)
    }

    /// Lets go of a file that is not wanted after all.
    func discard(_ file: SummedFile) {
        if isReal { Paths.discard(file.path) }
    }

    /// Keeps a file that is complete for the name that it will have.
    func keep(_ path: String, as name: String, _ record: FileRecord?) {
        let relative = String(path.utf8.dropFirst(folder.utf8.count + 1)) ?? path
        let earlier = state.withLock { state in
            if let record { state.bytes += record.bytes }
            state.keeps += 1
            return state.files.updateValue(Kept(file: relative, record: record, number: state.keeps), forKey: name)
        }
        if isReal, let earlier { Paths.discard("\(folder)/\(earlier.file)") }
    }

    /// Keeps bytes for the name that they will have.
    ///
    /// - Throws: `.system` where they cannot be written.
    func keep(_ bytes: borrowing OutputBytes, as name: String, isNamed: Bool = true) throws(WeFlowError) {
        let file = try newFile()
        try bytes.withBytes { bytes throws(WeFlowError) in try file.append(bytes) }
        let record = try file.finish()
        keep(file.path, as: name, isNamed ? record : nil)
    }

    /// Keeps bytes that the manifest does not name.
    ///
    /// - Throws: `.system` where they cannot be written.
    func keep(state bytes: [UInt8], as name: String) throws(WeFlowError) {
        let file = try newFile()
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(WeFlowError) in try file.append(bytes) }
        }.get()
        _ = try file.finish()
        keep(file.path, as: name, nil)
    }

    /// What is kept for a name.
    func kept(_ name: String) -> (path: String, record: FileRecord?)? {
        state.withLock { state in
            state.files[name].map { ("\(folder)/\($0.file)", $0.record) }
        }
    }

    /// What the manifest is to say of all that is kept.
    var records: [String: FileRecord] { state.withLock { $0.files.compactMapValues(\.record) } }

    /// The names among those that are kept which are of a kind.
    func names(_ isOne: (String) -> Bool) -> [String] { state.withLock { $0.files.keys.filter(isOne) } }

    /// How many bytes are kept, and files.
    var size: (bytes: Int64, files: Int) { state.withLock { ($0.bytes, $0.files.count) } }

    /// Gives all files their names: first all is on the disk, then it is decided, then it is done.
    ///
    /// - Parameter last: the names that come last, in this order.
    /// - Throws: `.system` where that fails. Before the decision the archive is as it was; after it the next run does the
    ///   rest.
    func commit(last: [String]) throws(WeFlowError) {
        let files = state.withLock { state in
            let files = state.files
            (state.files, state.bytes) = ([:], 0)
            return files
        }
        guard isReal, !files.isEmpty else { return }
        let first = files.filter { !last.contains($0.key) }.sorted { $0.value.number < $1.value.number }
        var moves = first.map { Commit.Move(file: $0.value.file, name: $0.key) }
        for name in last { if let kept = files[name] { moves.append(Commit.Move(file: kept.file, name: name)) } }
        let commit = Commit(moves: moves)
        let temporary = "\(folder)/\(Commit.name).new"
        do throws(SystemError) {
            try Paths.remove(temporary)
            let file = try File(temporary, for: .making, followingLinks: false)
            try commit.bytes.withBytes { bytes throws(SystemError) in try file.write(bytes, at: 0) }
            try Disk.settle(
                folder, files: moves.lazy.map { [folder] in "\(folder)/\($0.file)" }, and: [temporary],
                folders: ["\(folder)/\(Self.next)", "\(folder)/state"])
            try Paths.rename(temporary, to: "\(folder)/\(Commit.name)")
            try Folders.sync("\(folder)/\(ArchivePath.state)")
        } catch {
            throw .system("\(folder) cannot be written", error)
        }
        try commit.carryOut(in: folder)
    }

    /// Removes what was not kept, at the end of a run; and all of it where one failed.
    func end() {
        guard isReal else { return }
        // What is left is removed by the next run.
        try? clear()
    }
}
