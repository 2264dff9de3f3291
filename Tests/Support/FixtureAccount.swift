public import Foundation

/// One of the invented accounts under `Tests/Fixtures/accounts`, and what is true of it.
public struct FixtureAccount: Sendable {
    /// The folder of the account, its keys and its truth.
    public let folder: String
    /// The account folder, the one that holds `db_storage`.
    public let path: String
    /// The database key in hex digits, nil where the account is not encrypted.
    public let key: String?
    /// The owner's username.
    public let username: String

    /// The names of all accounts.
    public static let names = ["kdf", "none", "raw-wal"]

    /// Reads the keys of an account.
    ///
    /// - Parameter name: one of ``names``.
    /// - Throws: why they cannot be read.
    public init(_ name: String) throws {
        let accounts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/accounts")
        folder = accounts.appendingPathComponent(name).path
        let keys = try JSON(parsing: Data(contentsOf: URL(fileURLWithPath: folder + "/keys.json")))
        path = accounts.appendingPathComponent(keys["account"]?.text ?? "").path
        key = keys["databaseKey"]?.text
        username = keys["wxid"]?.text ?? ""
    }

    /// What a right reader says of the account.
    public func truth() throws -> JSON {
        try JSON(parsing: Data(contentsOf: URL(fileURLWithPath: folder + "/truth.json")))
    }

    /// The folder's own name.
    public var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// The messages of a talker as the truth has them, newest first.
    public func messages(of talker: String) throws -> [JSON] {
        let rows = try truth()["messages"]?[talker]?.items ?? []
        func order(_ row: JSON) -> [Int] { ["createTime", "localId", "shard"].map { row[$0]?.int ?? 0 } }
        return rows.sorted { order($1).lexicographicallyPrecedes(order($0)) }
    }

    /// A copy of the account folder that a test may damage.
    ///
    /// - Returns: the copy's path.
    public func copy(to scratch: ScratchFolder) throws -> String {
        let target = scratch.file(name)
        try FileManager.default.copyItem(atPath: path, toPath: target)
        return target
    }

    /// Every file below the account folder and its bytes.
    public func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let file = "\(path)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[name] = try Data(contentsOf: URL(fileURLWithPath: file))
        }
        return files
    }
}
