internal import WeFlowPages
internal import WeFlowQuery

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small file that may hold a secret.
struct PrivateFile {
    /// Its bytes.
    let bytes: [UInt8]
    private let path: String
    private let isOpenToOthers: Bool
    private static let largest = 1 << 20

    /// Reads a file.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: `.system` where it cannot be read.
    init?(path: String) throws(WeFlowError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("\(path) cannot be read", code: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("\(path) cannot be read", code: errno) }
        self.path = path
        // A pipe, as a shell's <(…) makes it, is private whatever its mode says.
        isOpenToOthers = status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o044 != 0
        bytes = try StateFolder.readAll(descriptor, limit: Self.largest, name: path)
    }

    /// Refuses a file that others can read.
    ///
    /// - Throws: `.unavailable` with the command that mends it.
    func refuseOthers() throws(WeFlowError) {
        guard isOpenToOthers else { return }
        throw WeFlowError(
            .unavailable, "\(path) holds a key and others can read it; run chmod 600 \(Self.quoted(path))")
    }

    /// The path as a shell takes it.
    static func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            "/._-+@%:,".utf8.contains(byte) || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte & 0xDF
        }
        return plain
            ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
