import Synchronization
import WeFlowPages
import WeFlowState

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Puts files into the export folder: whole or not at all, mode 0600 in folders of mode 0700
/// (<doc:ExportingMedia#Writing>).
final class ExportFolder: Sendable {
    /// The absolute path, without a trailing slash.
    let path: String
    private let state = Mutex(State())

    private struct State {
        /// Unfinished files.
        var unfinished: Set<String> = []
        /// Folders that are there.
        var folders: Set<String> = []
        var count = 0
        var isAbandoned = false
    }

    /// How a file that is being written is named; such names are never served.
    private static let temporaryPrefix = ".weflow-"
    /// After how many seconds an unfinished file was left by a run that died.
    private static let abandonedAfter = 3600

    /// Unix seconds now.
    private let now: @Sendable () -> Int

    init(path: String, now: @escaping @Sendable () -> Int = { time(nil) }) {
        self.path = path
        self.now = now
    }

    /// A regular file that is there already.
    struct Existing: Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        /// Whether the file was made of this source and not touched since.
        func bears(_ stamp: ExportStamp) -> Bool {
            seconds == stamp.seconds && nanoseconds == stamp.nanoseconds
        }
    }

    /// The file at a path, nil where there is none or it is no regular file.
    func existing(_ path: String) -> Existing? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Existing(
            size: Int(status.st_size), seconds: status.modifiedSeconds, nanoseconds: status.modifiedNanoseconds)
    }

    /// Puts bytes to a path; a file that holds the same is left alone.
    ///
    /// - Returns: whether it was written.
    /// - Throws: `.system` where it cannot be; the old file is then still there.
    func put(_ bytes: ArraySlice<UInt8>, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool {
        if let existing = existing(path), existing.size == bytes.count, holds(path, bytes) {
            renew(existing, path, stamp)
            return false
        }
        try write(to: path, stamp: stamp) { descriptor, _ in
            bytes.withUnsafeBytes { descriptor.writeAll($0) }
        }
        return true
    }

    /// Copies an open file to a path; a file that holds the same is left alone.
    ///
    /// - Returns: whether it was written.
    /// - Throws: `.system` where it cannot be; the old file is then still there.
    func copy(_ source: SourceFile, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool {
        if let existing = existing(path), existing.size == source.size,
            let other = try? SourceFile(path: path), source.holdsSame(as: other)
        {
            renew(existing, path, stamp)
            return false
        }
        try write(to: path, stamp: stamp) { source.copy(to: $0, at: $1) }
        return true
    }

    /// Removes every unfinished file and begins no other: for a run that is interrupted.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            for path in state.unfinished { unlink(path) }
            state.unfinished = []
        }
    }

    /// A new file that has no name, for what a program reads from its standard input.
    ///
    /// - Returns: a descriptor at the file's start, to be closed; -1 where there can be none.
    func scratch(_ parts: [ArraySlice<UInt8>]) throws(WeFlowError) -> Int32 {
        try makeFolder(path)
        let (temporary, descriptor) = try open(in: path)
        unlink(temporary)
        forget(temporary)
        for part in parts where part.withUnsafeBytes({ descriptor.writeAll($0) }) != nil {
            close(descriptor)
            return -1
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// A stamp of ours whose source was changed or copied since is renewed; the times of others are theirs.
    private func renew(_ existing: Existing, _ path: String, _ stamp: ExportStamp) {
        guard existing.nanoseconds == stamp.nanoseconds, existing.seconds != stamp.seconds else { return }
        // Where this is refused, the next export compares once more.
        _ = utimensat(AT_FDCWD, path, stamp.times, AT_SYMLINK_NOFOLLOW)
    }

    private func holds(_ path: String, _ bytes: ArraySlice<UInt8>) -> Bool {
        guard let there = try? SourceFile(path: path).readAll() else { return false }
        return there.elementsEqual(bytes)
    }

    /// Writes beside the path and renames.
    private func write(
        to path: String, stamp: ExportStamp, _ body: (Int32, String) -> Int32?
    ) throws(WeFlowError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try makeFolder(folder)
        let (temporary, descriptor) = try open(in: folder)
        var code = body(descriptor, temporary)
        if close(descriptor) != 0, code == nil { code = errno }
        if code == nil, utimensat(AT_FDCWD, temporary, stamp.times, AT_SYMLINK_NOFOLLOW) != 0 { code = errno }
        if code == nil {
            code = state.withLock { state in
                // Nothing may appear after an interrupted run has cleaned up.
                guard !state.isAbandoned else { return EINTR }
                guard rename(temporary, path) == 0 else { return errno }
                state.unfinished.remove(temporary)
                return nil
            }
        }
        guard let code else { return }
        unlink(temporary)
        forget(temporary)
        throw .system("\(path) cannot be written", code: code)
    }

    /// Makes a folder where it is not there, and removes what runs that died left in it.
    private func makeFolder(_ folder: String) throws(WeFlowError) {
        guard !state.withLock({ $0.folders.contains(folder) }) || access(folder, F_OK) != 0 else { return }
        try StateFolder.makeFolder(folder)
        let now = now()
        Leftovers.remove(in: folder) { name in
            name.hasPrefix(Self.temporaryPrefix)
                ? Int32(name.dropFirst(Self.temporaryPrefix.count).prefix { $0 != "-" }) : nil
        }
        for name in FolderCache().names(in: folder) where name.hasPrefix(Self.temporaryPrefix) {
            let path = "\(folder)/\(name)"
            var status = stat()
            // By the time of its last change: the time of modification is its source's by now, and may be years old.
            if lstat(path, &status) == 0, now - status.changedSeconds > Self.abandonedAfter { unlink(path) }
        }
        state.withLock { _ = $0.folders.insert(folder) }
    }

    /// Opens a new file in a folder.
    private func open(in folder: String) throws(WeFlowError) -> (path: String, descriptor: Int32) {
        let (number, isAbandoned) = state.withLock { state in
            state.count += 1
            return (state.count, state.isAbandoned)
        }
        let path = "\(folder)/\(Self.temporaryPrefix)\(getpid())-\(number)-\(UInt32.random(in: 0 ... .max))"
        guard !isAbandoned else { throw .system("\(folder) is not written to any more", code: EINTR) }
        state.withLock { _ = $0.unfinished.insert(path) }
        let descriptor = openNew(path)
        guard descriptor >= 0 else {
            let code = errno
            forget(path)
            throw .system("\(path) cannot be written", code: code)
        }
        Leftovers.hold(descriptor)
        return (path, descriptor)
    }

    private func forget(_ path: String) {
        state.withLock { _ = $0.unfinished.remove(path) }
    }
}

extension ExportStamp {
    /// As the system takes it: the times of access and of change.
    fileprivate var times: [timespec] {
        [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2)
    }
}

extension Int32 {
    /// Writes all bytes to this descriptor.
    ///
    /// - Returns: the `errno` of a failure, nil where there was none.
    func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        var rest = bytes
        while !rest.isEmpty {
            let written = systemWrite(self, rest)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if written == 0 || errno != EINTR {
                return written == 0 ? ENOSPC : errno
            }
        }
        return nil
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func openNew(_ path: String) -> Int32 {
    open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
}
