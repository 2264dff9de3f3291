import WeFlowPages
package import WeFlowSystem

/// A file of the account opened for reading, closed when its last owner lets go.
package final class SourceFile: Sendable {
    /// Its size when it was opened, in bytes.
    let size: Int
    private let file: File
    /// More than any picture or voice has; what is larger is not read into memory, in bytes.
    static let largestRead = 256 << 20

    /// Opens a regular file.
    init(path: String) throws(SystemError) {
        file = try File(path, for: .readingAtOnce)
        let status = try file.status()
        guard status.kind == .file else { throw .isFolder }
        size = Int(status.size)
    }

    /// Takes a regular file that is open.
    init(_ file: File) throws(SystemError) {
        self.file = file
        size = Int(clamping: try file.status().size)
    }

    /// Reads the whole file.
    func readAll() throws(SystemError) -> [UInt8] {
        guard size <= Self.largestRead else { throw .tooLarge }
        return try read(size, at: 0)
    }

    /// Reads up to `count` bytes; fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
        try file.bytes(count, at: Int64(offset))
    }

    /// Whether another file has the same bytes.
    func holdsSame(as other: SourceFile) -> Bool {
        guard size == other.size else { return false }
        return (try? file.holdsSame(as: other.file, size: Int64(size))) ?? false
    }

    /// Copies the file into a new, empty one; a later change of either leaves the other alone.
    ///
    /// - Parameters:
    ///   - target: the new file.
    ///   - path: its path, where another may take its place.
    /// - Throws: the failure of the system.
    package func copy(to target: File, at path: String) throws(SystemError) {
        try file.copy(to: target, at: path, size: Int64(size))
    }
}
