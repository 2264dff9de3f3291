import Synchronization
import WeFlowPages
import WeFlowState
import WeFlowSystem

/// Puts files into the export folder: whole or not at all, mode 0600 in folders of mode 0700
/// (<doc:ExportingMedia#Writing>).
final class ExportFolder: ExportPlace {
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
    static let temporaryPrefix = ".weflow-"
    /// After how many seconds an unfinished file was left by a run that died.
    private static let abandonedAfter = 3600

    /// Unix seconds now.
    private let now: @Sendable () -> Int

    init(path: String, now: @escaping @Sendable () -> Int = { Int(Clock.seconds) }) {
        self.path = path
        self.now = now
    }

    /// The file at a path, nil where there is none or it is no regular file.
    func existing(_ path: String) -> ExportedThere? {
        guard let status = FileStatus.seen(path, followingLinks: false), status.kind == .file else { return nil }
        return ExportedThere(size: Int(status.size), modified: status.modified)
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
        try write(to: path, stamp: stamp) { file, _ throws(SystemError) in try file.write(bytes, at: 0) }
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
        try write(to: path, stamp: stamp) { file, path throws(SystemError) in try source.copy(to: file, at: path) }
        return true
    }

    /// Removes every unfinished file and begins no other: for a run that is interrupted.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            for path in state.unfinished { Paths.discard(path) }
            state.unfinished = []
        }
    }

    /// A new file that has no name, for what a program reads from its standard input.
    ///
    /// - Returns: a file that is read from its start; nil where there is no room for it.
    func scratch(_ parts: [ArraySlice<UInt8>]) throws(WeFlowError) -> File? {
        try makeFolder(path)
        let (temporary, file) = try open(in: path)
        Paths.discard(temporary)
        forget(temporary)
        do throws(SystemError) {
            var offset: Int64 = 0
            for part in parts {
                try file.write(part, at: offset)
                offset += Int64(part.count)
            }
            return file
        } catch {
            return nil
        }
    }

    /// A stamp of ours whose source was changed or copied since is renewed; the times of others are theirs.
    private func renew(_ existing: ExportedThere, _ path: String, _ stamp: ExportStamp) {
        guard existing.modified.nanoseconds == stamp.nanoseconds, existing.modified.seconds != stamp.seconds else {
            return
        }
        // Where this is refused, the next export compares once more.
        try? Paths.setModified(path, to: stamp.time)
    }

    private func holds(_ path: String, _ bytes: ArraySlice<UInt8>) -> Bool {
        guard let there = try? SourceFile(path: path).readAll() else { return false }
        return there.elementsEqual(bytes)
    }

    /// Writes beside the path and renames.
    private func write(
        to path: String, stamp: ExportStamp, _ body: (File, String) throws(SystemError) -> Void
    ) throws(WeFlowError) {
        let folder = Paths.folder(of: path)
        try makeFolder(folder)
        let (temporary, file) = try open(in: folder)
        do throws(SystemError) {
            try body(file, temporary)
            try file.close()
            try Paths.setModified(temporary, to: stamp.time)
            try state.withLock { state throws(SystemError) in
                // Nothing may appear after an interrupted run has cleaned up.
                guard !state.isAbandoned else { throw .interrupted }
                try Paths.rename(temporary, to: path)
                state.unfinished.remove(temporary)
            }
        } catch {
            Paths.discard(temporary)
            forget(temporary)
            throw .system("\(path) cannot be written", error)
        }
    }

    /// Makes a folder where it is not there, and removes what runs that died left in it.
    private func makeFolder(_ folder: String) throws(WeFlowError) {
        guard !state.withLock({ $0.folders.contains(folder) }) || !Paths.exists(folder) else { return }
        try StateFolder.makeFolder(folder)
        let now = now()
        Leftovers.remove(in: folder) { name in
            name.hasPrefix(Self.temporaryPrefix)
                ? Int32(name.dropFirst(Self.temporaryPrefix.count).prefix { $0 != "-" }) : nil
        }
        for name in FolderCache().names(in: folder) where name.hasPrefix(Self.temporaryPrefix) {
            let path = "\(folder)/\(name)"
            // By the time of its last change: the time of modification is its source's by now, and may be years old.
            if let status = FileStatus.seen(path, followingLinks: false),
                now - status.changed.seconds > Self.abandonedAfter
            {
                Paths.discard(path)
            }
        }
        state.withLock { _ = $0.folders.insert(folder) }
    }

    /// Opens a new file in a folder.
    private func open(in folder: String) throws(WeFlowError) -> (path: String, file: File) {
        let (number, isAbandoned) = state.withLock { state in
            state.count += 1
            return (state.count, state.isAbandoned)
        }
        let path = "\(folder)/\(Self.temporaryPrefix)\(System.processID)-\(number)-\(UInt32.random(in: 0 ... .max))"
        guard !isAbandoned else { throw .system("\(folder) is not written to any more", .interrupted) }
        state.withLock { _ = $0.unfinished.insert(path) }
        do throws(SystemError) {
            let file = try File(path, for: .making, followingLinks: false)
            Leftovers.hold(file)
            return (path, file)
        } catch {
            forget(path)
            throw .system("\(path) cannot be written", error)
        }
    }

    private func forget(_ path: String) {
        state.withLock { _ = $0.unfinished.remove(path) }
    }
}
