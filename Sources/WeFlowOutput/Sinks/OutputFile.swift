public import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The file of `--output` (<doc:OutputFiles>): written beside its name with mode 0600 and renamed when complete, gzip
/// where the name ends in `.gz`.
///
/// A file that is let go before `finish` is removed, and an older one of the name stays as it is. Something that is no
/// regular file, such as a device or a named pipe, is written to directly. A symbolic link to a file is refused: it is
/// neither followed nor replaced.
public final class OutputFile: OutputSink {
    /// The name that an error uses, as it was given.
    private let name: String
    /// Where it lies until it is complete; nil where the target is written to directly.
    public private(set) var temporaryPath: String?
    private let descriptor: Int32
    private let gzip: Gzip?

    /// Creates the file beside its name.
    ///
    /// - Parameters:
    ///   - path: where it shall lie in the end.
    ///   - isAlone: false where many files are made in one folder, which need not be looked through for each.
    /// - Throws: `.system` where it cannot be created there, or a symbolic link has the name.
    public init(path: String, isAlone: Bool = true) throws(WeFlowError) {
        name = path
        gzip = path.hasSuffix(".gz") ? Gzip() : nil
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw .system("\(path) cannot be written", code: EISDIR)
        }
        if let stream = Self.standardStream(path) {
            descriptor = fcntl(stream, F_DUPFD_CLOEXEC, 0)
        } else if exists, status.st_mode & S_IFMT != S_IFREG {
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
        } else {
            try WeFlowError.refuseLink(at: path)
            if isAlone { Self.removeLeftovers(in: Self.folder(of: path)) }
            let temporary = Self.temporaryPath(beside: path)
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            temporaryPath = descriptor >= 0 ? temporary : nil
        }
        guard descriptor >= 0 else { throw .system("\(path) cannot be written", code: errno) }
        if temporaryPath != nil { Leftovers.hold(descriptor) }
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
        guard fsync(descriptor) == 0, rename(temporaryPath, name) == 0 else {
            throw WeFlowError.system("\(name) cannot be written", code: errno)
        }
        self.temporaryPath = nil
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        try writeAll(bytes, to: descriptor, name: name)
    }

    /// The descriptor that the system's own names for open streams stand for; they are links, whatever is behind them.
    private static func standardStream(_ path: String) -> Int32? {
        if path == "/dev/stdout" { return STDOUT_FILENO }
        if path == "/dev/stderr" { return STDERR_FILENO }
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }

    /// The folder that a file lies in.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static let prefix = ".weflow-"
    private static let suffix = ".part"

    /// A hidden name in the same folder that no other run uses.
    private static func temporaryPath(beside path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        // A name may be at its longest already, so it is not repeated.
        return "\(path[..<slash])\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))\(suffix)"
    }

    /// Removes what killed runs left unfinished in a folder.
    public static func removeLeftovers(in folder: String) { Leftovers.remove(in: folder) { process(in: $0) } }

    /// The process that began a file of this name, nil where the name is none of ours.
    private static func process(in name: String) -> Int32? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        return Int32(name.dropFirst(prefix.count).prefix { $0 != "-" })
    }
}
