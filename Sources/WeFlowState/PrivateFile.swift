public import WeFlowPages
import WeFlowSystem

/// A small file that may hold a secret.
public struct PrivateFile: Sendable {
    /// Its bytes.
    public let bytes: [UInt8]
    private let path: String
    /// Whether others can read it.
    public let isOpenToOthers: Bool
    /// The largest size in bytes where none is given.
    public static let largest = 1 << 20

    /// Reads a file; nil where there is none.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - limit: the largest size in bytes.
    /// - Throws: `.system` where it cannot be read or is larger.
    public init?(path: String, limit: Int = PrivateFile.largest) throws(WeFlowError) {
        guard let file = try StateFolder.open(path) else { return nil }
        let status = try WeFlowError.trying("\(path) cannot be read") { () throws(SystemError) in try file.status() }
        self.path = path
        // A pipe, as a shell's <(…) makes it, is private whatever its mode says.
        isOpenToOthers = status.kind == .file && status.mode & 0o044 != 0
        bytes = try StateFolder.readAll(file, limit: limit, name: path)
    }

    /// Refuses a file that others can read.
    ///
    /// - Parameter secret: what it holds, with its article.
    /// - Throws: `.unavailable` with the command that mends it.
    public func refuseOthers(holding secret: String) throws(WeFlowError) {
        guard isOpenToOthers else { return }
        throw WeFlowError(
            .unavailable, "\(path) holds \(secret) and others can read it; run chmod 600 \(Self.quoted(path))")
    }

    /// The path as a shell takes it.
    public static func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            "/._-+@%:,".utf8.contains(byte) || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte & 0xDF
        }
        return plain
            ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
