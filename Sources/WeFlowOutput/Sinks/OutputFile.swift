public import WeFlowPages
internal import WeFlowQuery

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The file of `--output` (<doc:OutputFiles>): written beside its name with mode 0600 and renamed when complete, gzip
/// where the name ends in `.gz`.
///
/// A file that is let go before `finish` is removed, and an older one of the name stays as it is. Something that is no
/// regular file, such as a device or a named pipe, is written to directly.
public final class OutputFile: OutputSink {
    /// The name that an error uses, as it was given.
    private let name: String
    /// Where it will lie, links followed.
    private let target: String
    /// Where it lies until it is complete; nil where the target is written to directly.
    public private(set) var temporaryPath: String?
    private let descriptor: Int32
    private let gzip: Gzip?

    /// Creates the file beside its name.
    ///
    /// - Parameter path: where it shall lie in the end.
    /// - Throws: `.system` where it cannot be created there.
    public init(path: String) throws(WeFlowError) {
        name = path
        gzip = path.hasSuffix(".gz") ? Gzip() : nil
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw .system("\(path) cannot be written", code: EISDIR)
        }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            target = path
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
        } else {
            target = exists ? Self.followingLinks(path) : path
            let temporary = Self.temporaryPath(beside: target)
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            temporaryPath = descriptor >= 0 ? temporary : nil
        }
        guard descriptor >= 0 else { throw .system("\(path) cannot be written", code: errno) }
    }

    deinit {
        close(descriptor)
        if let temporaryPath { unlink(temporaryPath) }
    }

    /// Writes bytes, compressed where the name asks for it.
    ///
    /// - Throws: `.system` where they cannot be written.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        if let gzip { try gzip.add(bytes, put) } else { try put(bytes) }
    }

    /// Nothing: a file is read when it is complete.
    public func flush() {}

    /// Writes the rest, waits until the disk has it, and gives the file its name.
    ///
    /// - Throws: `.system` where that fails; an older file of the name is then still there.
    public func finish() throws {
        try gzip?.finish(put)
        guard let temporaryPath else { return }
        guard fsync(descriptor) == 0, rename(temporaryPath, target) == 0 else {
            throw WeFlowError.system("\(name) cannot be written", code: errno)
        }
        self.temporaryPath = nil
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        try writeAll(bytes, to: descriptor, name: name)
    }

    private static func followingLinks(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static let prefix = ".weflow-"
    private static let suffix = ".part"

    /// A hidden name in the same folder that no other run uses.
    private static func temporaryPath(beside path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        // A name may be at its longest already, so it is not repeated.
        return "\(path[..<slash])\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))\(suffix)"
    }

    /// Whether a name is that of a file which a process began that is no more.
    ///
    /// - Parameter name: a name in a folder that this machine alone writes to.
    /// - Returns: true where nobody will complete the file.
    public static func isLeftover(_ name: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix),
            let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), process > 0
        else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }
}
