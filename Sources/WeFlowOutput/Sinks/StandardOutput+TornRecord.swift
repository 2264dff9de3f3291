#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

extension StandardOutput {
    /// Ends what a run before this one left unfinished: where the output goes on at the end of a file whose last bytes
    /// are not `end` (a watcher was killed while it wrote), `end` is written first, so that nothing is glued to it.
    ///
    /// - Parameter end: what each record ends with: the end of a line, or the empty line behind an event.
    /// - Throws: as `write`.
    public func endTornRecord(_ end: String) throws {
        let end = Array(end.utf8)
        var file = stat()
        guard fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG, file.st_size > 0 else { return }
        let appends = fcntl(descriptor, F_GETFL) & O_APPEND != 0
        guard appends || lseek(descriptor, 0, SEEK_CUR) == file.st_size else { return }
        let last = Self.read(last: end.count, of: file, at: descriptor)
        guard let last, last != end else { return }
        try end.withUnsafeBytes { try write($0) }
    }

    /// The last bytes of a file that may be open for writing only.
    ///
    /// - Returns: at most `count` bytes; nil where the file has no name any more, or may not be read.
    private static func read(last count: Int, of file: stat, at descriptor: Int32) -> [UInt8]? {
        guard let path = path(of: descriptor) else { return nil }
        let reader = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard reader >= 0 else { return nil }
        defer { close(reader) }
        var same = stat()
        guard fstat(reader, &same) == 0, same.st_dev == file.st_dev, same.st_ino == file.st_ino else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(count, Int(file.st_size)))
        return pread(reader, &bytes, bytes.count, file.st_size - off_t(bytes.count)) == bytes.count ? bytes : nil
    }

    private static func path(of descriptor: Int32) -> String? {
        #if canImport(Darwin)
            var name = [CChar](repeating: 0, count: Int(MAXPATHLEN))
            guard fcntl(descriptor, F_GETPATH, &name) == 0 else { return nil }
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #else
            "/proc/self/fd/\(descriptor)"
        #endif
    }
}
