import Foundation

/// A folder of one test, removed with all that is in it when the test lets go of it.
public final class ScratchFolder: Sendable {
    /// The folder.
    public let path: String

    /// Makes an empty folder.
    public init() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("weflow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        path = base.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("the folder \(path) stays: \(error)")
        }
    }

    /// The path of a file in the folder; a whole path stays as it is.
    public func file(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

    /// The names of all that is in the folder, sorted.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    /// The content of a file in the folder.
    public func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    /// The content of a file in the folder; nil where there is none.
    public func contents(_ name: String) throws -> [UInt8]? {
        FileManager.default.fileExists(atPath: file(name)) ? try bytes(of: name) : nil
    }

    /// The rights of a file in the folder.
    public func mode(_ name: String) throws -> Int {
        let rights = try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions]
        return (rights as? NSNumber)?.intValue ?? -1
    }

    /// Writes a file in the folder.
    public func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    /// Writes a text to a file in the folder, with the folders above it.
    public func put(_ text: String, at name: String, mode: UInt32 = 0o644) throws {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }
}
