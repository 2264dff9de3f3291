public import WeFlowPages
public import WeFlowStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
    private let notifier: Int32
    private let stopRead: Int32
    private let stopWrite: Int32
    /// Milliseconds between two looks.
    private static let interval: Int32 = 1000

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
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .system("the store cannot be watched", code: errno) }
        (stopRead, stopWrite) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if os(Linux)
            notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        #else
            notifier = -1
        #endif
    }

    deinit {
        for descriptor in [notifier, stopRead, stopWrite] where descriptor >= 0 { close(descriptor) }
    }

    /// Ends the wait of another thread, and every later one.
    public func stop() {
        var byte: UInt8 = 0
        _ = write(stopWrite, &byte, 1)
    }

    /// Waits.
    ///
    /// - Parameters:
    ///   - progress: what the thread keeps.
    ///   - milliseconds: at most; nil waits as long as it takes.
    ///   - output: a descriptor whose reader may go away, nil for none.
    /// - Returns: why the wait ended.
    public func wait(_ progress: inout Progress, atMost milliseconds: Int? = nil, output: Int32? = nil) -> Wake {
        var left = milliseconds ?? Int.max
        while true {
            if !progress.isWatching { progress.isWatching = watchFolders() }
            let stamp = self.stamp
            if stamp != progress.stamp {
                progress.stamp = stamp
                return .written
            }
            guard left > 0 else { return .timeout }
            let pause = Int32(min(Int(Self.interval), left))
            left -= Int(pause)
            var files = [pollfd(fd: stopRead, events: Int16(POLLIN), revents: 0)]
            files.append(pollfd(fd: notifier, events: Int16(POLLIN), revents: 0))
            // No event is asked for: a reader that is gone is told of anyway.
            files.append(pollfd(fd: output ?? -1, events: 0, revents: 0))
            let count = poll(&files, nfds_t(files.count), pause)
            guard count > 0 else { continue }
            if files[0].revents != 0 { return .stopped }
            if files[2].revents & Int16(POLLERR | POLLNVAL | POLLHUP) != 0 { return .outputClosed }
            if files[1].revents != 0 {
                let (isStore, isGone) = drain()
                if isGone { progress.isWatching = false }
                if isStore {
                    // What the look at the store will see need not call once more.
                    progress.stamp = self.stamp
                    return .written
                }
            }
        }
    }

    /// Whether all folders are watched now.
    private func watchFolders() -> Bool {
        #if os(Linux)
            guard notifier >= 0 else { return true }
            let events =
                UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF)
            return folders.map { inotify_add_watch(notifier, $0, events) }.allSatisfy { $0 >= 0 }
        #else
            return true
        #endif
    }

    /// Takes the events that lie ready: whether one is about a database or a log, and whether a folder is gone.
    private func drain() -> (isStore: Bool, isGone: Bool) {
        var (isStore, isGone) = (false, false)
        #if os(Linux)
            let headSize = 16
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while true {
                let count = read(notifier, &buffer, buffer.count)
                guard count > 0 else { break }
                var at = 0
                while at + headSize <= count {
                    let (mask, length) = buffer.withUnsafeBytes { bytes in
                        (
                            bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self),
                            Int(bytes.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
                        )
                    }
                    guard at + headSize + length <= count else { break }
                    let name = buffer[(at + headSize)..<(at + headSize + length)].prefix { $0 != 0 }
                    if mask & (UInt32(IN_IGNORED) | UInt32(IN_DELETE_SELF)) != 0 { isGone = true }
                    // An overflow names nothing.
                    if name.isEmpty || Self.isStore(name) { isStore = true }
                    at += headSize + length
                }
            }
        #endif
        return (isStore, isGone)
    }

    private static func isStore(_ name: ArraySlice<UInt8>) -> Bool {
        let ends = [".db", ".db-wal"]
        return ends.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
            && ["message_", "biz_message_", "session"].contains { name.starts(with: $0.utf8) }
    }

    /// A number that changes with size, time and identity of any database or log.
    private var stamp: UInt64 {
        var hash = ChecksumFNV()
        for folder in folders {
            guard let directory = opendir(folder) else { continue }
            defer { closedir(directory) }
            // The order of names in a folder is nobody's promise, so the numbers of files are added up.
            var sum: UInt64 = 0
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard Self.isStore(Array(name.utf8)[...]) else { continue }
                var status = stat()
                guard Self.status("\(folder)/\(name)", &status) else { continue }
                var file = ChecksumFNV()
                file.add(name.utf8)
                file.add(UInt64(status.st_ino))
                file.add(UInt64(bitPattern: Int64(status.st_size)))
                #if canImport(Darwin)
                    let time = status.st_mtimespec
                #else
                    let time = status.st_mtim
                #endif
                file.add(UInt64(bitPattern: Int64(time.tv_sec)))
                file.add(UInt64(bitPattern: Int64(time.tv_nsec)))
                sum &+= file.value
            }
            hash.add(sum)
        }
        return hash.value
    }

    private static func status(_ path: String, _ status: inout stat) -> Bool {
        stat(path, &status) == 0
    }
}
