public import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowSystem

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
    private let file: File
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
        let kind = FileStatus.seen(path)?.kind
        if kind == .folder { throw .system("\(path) cannot be written", .isFolder) }
        let (stream, temporary): (Descriptor?, String?)
        if let open = Self.standardStream(path) {
            (stream, temporary) = (open, nil)
        } else if let kind, kind != .file {
            (stream, temporary) = (nil, nil)
        } else {
            try WeFlowError.refuseLink(at: path)
            if isAlone { Self.removeLeftovers(in: Paths.folder(of: path)) }
            (stream, temporary) = (nil, Self.temporaryPath(beside: path))
        }
        file = try WeFlowError.trying("\(path) cannot be written") { () throws(SystemError) in
            if let stream { return try File(duplicating: stream) }
            if let temporary { return try File(temporary, for: .making) }
            return try File(path, for: .writing)
        }
        temporaryPath = temporary
        if temporary != nil { Leftovers.hold(file) }
    }

    deinit {
        // Before the file: while it is open it is locked, and nobody takes the name for a killed run's.
        if let temporaryPath { Paths.discard(temporaryPath) }
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
        try WeFlowError.trying("\(name) cannot be written") { () throws(SystemError) in
            try file.sync()
            try Paths.rename(temporaryPath, to: name)
        }
        self.temporaryPath = nil
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        try file.descriptor.write(bytes, name: name)
    }

    /// The descriptor that the system's own names for open streams stand for; they are links, whatever is behind them.
    private static func standardStream(_ path: String) -> Descriptor? {
        if path == "/dev/stdout" { return .standardOutput }
        if path == "/dev/stderr" { return .standardError }
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count)).map(Descriptor.init)
        }
        return nil
    }

    private static let prefix = ".weflow-"
    private static let suffix = ".part"

    /// A hidden name in the same folder that no other run uses.
    private static func temporaryPath(beside path: String) -> String {
        // Bytes: a slash before a combining mark is no character of its own.
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
        // A name may be at its longest already, so it is not repeated.
        return "\(path[..<slash])\(prefix)\(System.processID)-\(UInt32.random(in: 0 ... .max))\(suffix)"
    }

    /// Removes what killed runs left unfinished in a folder.
    public static func removeLeftovers(in folder: String) { Leftovers.remove(in: folder) { process(in: $0) } }

    /// The process that began a file of this name, nil where the name is none of ours.
    private static func process(in name: String) -> Int32? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        return Int32(name.dropFirst(prefix.count).prefix { $0 != "-" })
    }
}
