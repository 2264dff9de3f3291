import WeFlowSystem

extension StandardOutput {
    /// Ends what a run before this one left unfinished: where the output goes on at the end of a file whose last bytes
    /// are not `end` (a watcher was killed while it wrote), `end` is written first, so that nothing is glued to it.
    ///
    /// - Parameter end: what each record ends with: the end of a line, or the empty line behind an event.
    /// - Throws: as `write`.
    public func endTornRecord(_ end: String) throws {
        let end = Array(end.utf8)
        guard let file = try? descriptor.status(), file.kind == .file, file.size > 0,
            descriptor.appends || descriptor.place == file.size
        else { return }
        let last = Self.read(last: end.count, of: file, at: descriptor)
        guard let last, last != end else { return }
        try end.withUnsafeBytes { try write($0) }
    }

    /// The last bytes of a file that may be open for writing only.
    ///
    /// - Returns: at most `count` bytes; nil where the file has no name any more, or may not be read.
    private static func read(last count: Int, of file: FileStatus, at descriptor: Descriptor) -> [UInt8]? {
        guard let path = descriptor.path, let reader = try? File(path, for: .readingAtOnce),
            let same = try? reader.status(), same.isSameFile(as: file)
        else { return nil }
        let size = min(count, Int(file.size))
        let bytes = try? reader.bytes(size, at: file.size - Int64(size))
        return bytes?.count == size ? bytes : nil
    }
}
