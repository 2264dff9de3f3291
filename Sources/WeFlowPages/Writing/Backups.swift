import Synchronization
import WeFlowSystem

/// Keeps databases as they were before the first change of a run, beside them (<doc:ChangingDatabases#The-backup>).
///
/// A backup is the committed state in one file: the pages as they are stored, encrypted where the database is, those of
/// a pending log in their places. Without a log it is the database byte for byte.
public final class Backups: Sendable {
    /// What a backup's name ends with.
    public static let suffix = ".weflow-backup"
    private let kept = Mutex<Set<String>>([])

    /// Starts a run; nothing is kept yet.
    public init() {}

    /// Keeps a database, where this run did not yet.
    ///
    /// The backup is written beside its name and renamed, so that an older one is there until the new one is whole.
    ///
    /// - Parameters:
    ///   - snapshot: the database as it is.
    ///   - path: where it lies.
    ///   - lock: keeps everybody else out of it.
    /// - Throws: `.storeFailed` where the backup cannot be written.
    func keep(_ snapshot: PageSnapshot, of path: String, under lock: WriteLock) throws(WeFlowError) {
        guard !kept.withLock({ $0.contains(path) }) else { return }
        let target = path + Self.suffix
        // The name is always the same: what a killed run left there is used up by the next.
        let temporary = target + ".partial"
        do throws(SystemError) {
            let file = try File.made(temporary, like: lock.database, mode: 0o600)
            try file.truncate(to: 0)
            try Self.copy(snapshot, to: file)
            try file.sync()
            try Paths.rename(temporary, to: target)
            try Folders.sync(Paths.folder(of: path))
        } catch {
            Paths.discard(temporary)
            throw WeFlowError(
                .storeFailed,
                "\(snapshot.database) was not changed, for its backup cannot be written: \(error.text); make room and "
                    + "give yourself permission in its folder, or pass --no-backup")
        }
        kept.withLock { _ = $0.insert(path) }
    }

    private static func copy(_ snapshot: PageSnapshot, to file: File) throws(SystemError) {
        let size = snapshot.pageSize
        let pagesAtOnce = max(1, (1 << 20) / size)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pagesAtOnce * size, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        var filled = 0
        for number in 1...max(snapshot.pageCount, 1) {
            guard let base = buffer.baseAddress else { return }
            do throws(PageFailure) {
                try snapshot.readStored(number, into: base + filled)
            } catch {
                if case .system(let code) = error.reason { throw SystemError(code) }
                throw SystemError.device
            }
            filled += size
            guard filled == buffer.count || number == snapshot.pageCount else { continue }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), at: offset)
            offset += Int64(filled)
            filled = 0
        }
    }
}
