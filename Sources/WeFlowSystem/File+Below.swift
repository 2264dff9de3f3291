#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension File {
    /// Opens a regular file below a folder for reading. The path is walked part by part from the folder's own descriptor,
    /// and no part may be a symbolic link: whatever is put there, nothing outside of the folder is reached.
    ///
    /// - Parameters:
    ///   - folder: where the path begins; it may be reached by links.
    ///   - parts: the names of the folders below it, then that of the file.
    /// - Throws: the failure of the system; `isLink` where a part is a symbolic link, `isMissing` where a part is not there
    ///   or a name that is none, `isFolder` where the last part is no regular file.
    public convenience init(below folder: String, _ parts: [String]) throws(SystemError) {
        guard !parts.isEmpty, parts.allSatisfy(Self.isName) else { throw .missing }
        var current = openFile(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        for (index, part) in parts.enumerated() {
            guard current >= 0 else { throw .last }
            // A pipe of that name must not make anybody wait.
            let kind = index == parts.count - 1 ? O_NONBLOCK : O_DIRECTORY
            let next = openat(current, part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            let failure = SystemError.last
            _ = closeFile(current)
            guard next >= 0 else { throw failure }
            current = next
        }
        self.init(owning: current)
        guard try status().kind == .file else { throw .isFolder }
    }

    /// Whether a text is the name of something in a folder, and no way out of it.
    private static func isName(_ part: String) -> Bool {
        !part.isEmpty && part != "." && part != ".." && !part.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }
}
