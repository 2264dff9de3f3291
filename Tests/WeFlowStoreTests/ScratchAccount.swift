import Foundation
import TestSupport
import WeFlowPages

@testable import WeFlowStore

/// An account folder with plain databases in a scratch folder.
struct ScratchAccount {
    private let folder: String

    init(_ scratch: ScratchFolder) throws {
        folder = scratch.file("account")
        for name in ["message", "contact", "session"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/db_storage/\(name)", withIntermediateDirectories: true)
        }
    }

    init(existing scratch: ScratchFolder) {
        folder = scratch.file("account")
    }

    /// The path of a database.
    func store(_ name: String) -> String { "\(folder)/db_storage/\(name)" }

    /// The account, newly opened.
    var account: Account { Account(folder: AccountFolder(path: folder), keys: KeyRing(.none)) }
}
