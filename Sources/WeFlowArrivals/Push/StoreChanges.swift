public import WeFlowPages
public import WeFlowStore
public import WeFlowSystem

/// Waits for the client to write to an account (<doc:ArrivalsAndJournal>): events of the folders where the system gives
/// them, and a look at sizes and times every second, since network shares give none. While it waits it holds no file of
/// the store.
public final class StoreChanges: Sendable {
    /// Why a wait ended.
    public enum Wake: Sendable {
        /// Something may have been written.
        case written
        /// The time is over.
        case timeout
        /// `stop()` was called.
        case stopped
        /// Nobody reads the output any more.
        case outputClosed
    }

    private let folders: [String]
    private let events = FolderEvents()
    private let stopped: WakePipe
    /// Milliseconds between two looks.
    private static let interval = 1000

    /// What a waiting thread keeps between waits.
    public struct Progress: Sendable {
        fileprivate var stamp: UInt64 = 0
        fileprivate var isWatching = false

        /// Nothing was seen yet, so that the first wait may end at once.
        public init() {}
    }

    /// Prepares to watch.
    ///
    /// - Throws: `.system` where there are no descriptors left.
    public init(_ account: Account) throws(WeFlowError) {
        folders = ["message", "session"].map { "\(account.folder.store)/\($0)" }
        stopped = try WeFlowError.trying("the store cannot be watched") { () throws(SystemError) in try WakePipe() }
    }

    /// Ends the wait of another thread, and every later one.
    public func stop() { stopped.wake() }

    /// Waits.
    ///
    /// - Parameters:
    ///   - progress: what the thread keeps.
    ///   - milliseconds: at most; nil waits as long as it takes.
    ///   - output: a descriptor whose reader may go away, nil for none.
    /// - Returns: why the wait ended.
    public func wait(_ progress: inout Progress, atMost milliseconds: Int? = nil, output: Descriptor? = nil) -> Wake {
        var left = milliseconds ?? Int.max
        while true {
            if !progress.isWatching { progress.isWatching = watchFolders() }
            let stamp = self.stamp
            if stamp != progress.stamp {
                progress.stamp = stamp
                return .written
            }
            guard left > 0 else { return .timeout }
            let pause = min(Self.interval, left)
            left -= pause
            let said = Poll.wait(
                for: [
                    .readable(stopped.readEnd), events.descriptor.map(Poll.Interest.readable) ?? .gone(nil),
                    .gone(output),
                ], milliseconds: pause)
            if said[0].isAny { return .stopped }
            if said[2].isGone { return .outputClosed }
            if said[1].isAny {
                let taken = events.take()
                if taken.isFolderGone { progress.isWatching = false }
                // An overflow names nothing.
                if taken.names.contains(where: { $0.isEmpty || Self.isStore($0[...]) }) {
                    // What the look at the store will see need not call once more.
                    progress.stamp = self.stamp
                    return .written
                }
            }
        }
    }

    /// Whether all folders are watched now.
    private func watchFolders() -> Bool { folders.map(events.watch).allSatisfy { $0 } }

    private static func isStore(_ name: ArraySlice<UInt8>) -> Bool {
        let ends = [".db", ".db-wal"]
        return ends.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
            && ["message_", "biz_message_", "session"].contains { name.starts(with: $0.utf8) }
    }

    /// A number that changes with size, time and identity of any database or log.
    private var stamp: UInt64 {
        var hash = ChecksumFNV()
        for folder in folders {
            guard let names = try? Folders.names(in: folder) else { continue }
            // The order of names in a folder is nobody's promise, so the numbers of files are added up.
            var sum: UInt64 = 0
            for name in names where Self.isStore(Array(name.utf8)[...]) {
                guard let status = FileStatus.seen("\(folder)/\(name)") else { continue }
                var file = ChecksumFNV()
                file.add(name.utf8)
                file.add(status.inode)
                file.add(UInt64(bitPattern: status.size))
                file.add(UInt64(bitPattern: Int64(status.modified.seconds)))
                file.add(UInt64(bitPattern: Int64(status.modified.nanoseconds)))
                sum &+= file.value
            }
            hash.add(sum)
        }
        return hash.value
    }
}
