#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What is done to files by their names.
public enum Paths {
    /// The path without links, `.` and `..`; nil where it leads nowhere.
    public static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// The same in bytes, for a path that is no text.
    public static func resolvedBytes(_ path: String) -> [UInt8]? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    /// The folder that a path lies in: `.` where it names none.
    public static func folder(of path: String) -> String {
        // Bytes: a slash before a combining mark is no character of its own.
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether a path begins at the root, whatever follows the slash: before a combining mark that is no character of its
    /// own.
    public static func isAbsolute(_ path: some StringProtocol) -> Bool { path.utf8.first == UInt8(ascii: "/") }

    /// Removes a file; one that is not there is no failure.
    ///
    /// - Throws: the failure of the system.
    public static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .last }
    }

    /// Removes a file that nobody misses; where that fails it is somebody else's to clean up.
    public static func discard(_ path: String) { _ = unlink(path) }

    /// Gives a file another name, in place of the one that bears it.
    ///
    /// - Throws: the failure of the system.
    public static func rename(_ path: String, to other: String) throws(SystemError) {
        guard renameFile(path, other) == 0 else { throw .last }
    }

    /// Gives a file another name where that is possible; where it is not, the file stays what it is.
    public static func move(_ path: String, to other: String) { _ = renameFile(path, other) }

    /// Gives a file a second name, which must not be there yet.
    ///
    /// - Throws: the failure of the system, `isExisting` where the name is taken.
    public static func link(_ path: String, as other: String) throws(SystemError) {
        guard linkFile(path, other) == 0 else { throw .last }
    }

    /// What somebody may do.
    public struct Rights: OptionSet, Sendable {
        /// As the system counts them.
        public let rawValue: Int32
        /// Puts rights together.
        public init(rawValue: Int32) { self.rawValue = rawValue }
        /// To read.
        public static let reading = Rights(rawValue: R_OK)
        /// To write.
        public static let writing = Rights(rawValue: W_OK)
        /// To run a program, or to reach what is in a folder.
        public static let running = Rights(rawValue: X_OK)
    }

    /// Asks whether this user may do something with a file.
    ///
    /// - Throws: the failure of the system where not.
    public static func check(_ path: String, for rights: Rights) throws(SystemError) {
        guard access(path, rights.rawValue) == 0 else { throw .last }
    }

    /// Whether this user may do something with a file.
    public static func allows(_ path: String, _ rights: Rights) -> Bool { access(path, rights.rawValue) == 0 }

    /// Whether something is there; a link stands for what it points to.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Sets the times of access and of change; a link is set itself.
    ///
    /// - Throws: the failure of the system.
    public static func setModified(_ path: String, to time: FileTime) throws(SystemError) {
        let times = [time.system, time.system]
        guard utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last }
    }

    /// A hidden name beside `path` that no other run uses, and that says which process began it.
    ///
    /// - Parameters:
    ///   - path: the name that is wanted in the end; it may be at its longest already, so it is not repeated.
    ///   - mark: what the name begins with, a dot in front.
    /// - Returns: the path.
    public static func temporary(beside path: String, mark: String) -> String {
        let folder = folder(of: path)
        let name = "\(mark)\(getpid())-\(UInt32.random(in: 0 ... .max))"
        return folder == "/" ? "/\(name)" : folder == "." && !path.hasPrefix("./") ? name : "\(folder)/\(name)"
    }
}

/// Folders.
public enum Folders {
    /// Makes a folder, and those above it, for this user alone where they are not there.
    ///
    /// - Throws: the failure of the system; `isExisting` where a file of that name is in the way.
    public static func make(_ path: String) throws(SystemError) { try make(path) { $1 } }

    /// The same, where it matters which of the folders could not be made.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - failure: what is thrown for a folder that cannot be made, and why.
    /// - Throws: what `failure` gives.
    public static func make<Failure: Error>(
        _ path: String, failure: (String, SystemError) -> Failure
    ) throws(Failure) {
        if mkdir(path, 0o700) == 0 { return }
        // Bytes: a slash before a combining mark is no character of its own.
        if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
            try make(String(path[..<slash]), failure: failure)
            if mkdir(path, 0o700) == 0 { return }
        }
        let code = SystemError.last
        guard code.isExisting, FileStatus.seen(path)?.kind == .folder else { throw failure(path, code) }
    }

    /// Whether a folder is there, a link to one included.
    public static func exists(_ path: String) -> Bool { FileStatus.seen(path)?.kind == .folder }

    /// Removes a folder with all that is in it, links as links; what is not there is no failure.
    ///
    /// - Throws: the failure of the system.
    public static func removeAll(_ path: String) throws(SystemError) {
        guard let status = FileStatus.seen(path, followingLinks: false) else { return }
        guard status.kind == .folder else { return try Paths.remove(path) }
        for name in try names(in: path) { try removeAll("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw .last }
    }

    /// The names in a folder, in no order; `.` and `..` are left out.
    ///
    /// - Throws: the failure of the system.
    public static func names(in folder: String) throws(SystemError) -> [String] {
        var names: [String] = []
        try each(in: folder) { names.append(String(cString: $0)) }
        return names
    }

    /// The names in a folder that are no texts, in bytes.
    ///
    /// - Throws: the failure of the system.
    public static func unreadableNames(in folder: String) throws(SystemError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        try each(in: folder) { name in
            if String(validatingCString: name) == nil {
                names.append(Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
            }
        }
        return names
    }

    private static func each(in folder: String, _ body: (UnsafePointer<CChar>) -> Void) throws(SystemError) {
        guard let directory = opendir(folder) else { throw .last }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) { name in
                    if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { body(name) }
                }
            }
        }
    }

    /// Removes an empty folder; one that is not empty stays.
    public static func discard(_ path: String) { _ = rmdir(path) }

    /// Waits until the names in a folder are on the disk.
    ///
    /// - Throws: the failure of the system.
    public static func sync(_ folder: String) throws(SystemError) {
        let number = openFile(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0 else { throw .last }
        defer { _ = closeFile(number) }
        try syncFile(number)
    }
}

extension Folders {
    /// Waits until all that was written to the file system of a folder is on the disk.
    ///
    /// - Returns: false where the system cannot do that, and each file has to be waited for.
    /// - Throws: the failure of the system.
    public static func syncAll(around folder: String) throws(SystemError) -> Bool {
        #if os(Linux)
            let number = openFile(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            guard number >= 0 else { throw .last }
            defer { _ = closeFile(number) }
            while syncFileSystem(number) != 0 {
                if errno == EINTR { continue }
                if errno == ENOSYS || errno == EINVAL { return false }
                throw .last
            }
            return true
        #else
            return false
        #endif
    }
}

#if os(Linux)
    /// `syncfs`, which the headers show to GNU sources only.
    @_silgen_name("syncfs") private func syncFileSystem(_ number: Int32) -> Int32
#endif

private func renameFile(_ path: String, _ other: String) -> Int32 { rename(path, other) }
private func linkFile(_ path: String, _ other: String) -> Int32 { link(path, other) }
