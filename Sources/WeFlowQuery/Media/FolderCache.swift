import Synchronization
import WeFlowSystem

/// Names of files in folders of the account, listed once and again when a folder changed.
///
/// A month's folder of pictures has thousands of names, so a listing is kept, and only the files that a message means are
/// looked at.
final class FolderCache: Sendable {
    private struct Listing {
        /// When names in the folder came or went last.
        let modified: FileTime
        /// Whether the folder had been at rest when it was listed; else a change within the clock's tick may be missing.
        let isSettled: Bool
        /// Names by what stands before their first `_` or `.`, in lower case.
        let names: [String: [String]]
        let all: [String]
    }

    private let listings = Mutex<[String: Listing]>([:])
    /// How many folders are kept.
    private static let capacity = 4096

    /// A file that was looked at.
    struct File: Sendable {
        let name: String
        let path: String
        let size: Int
        let modified: Int
    }

    /// The files of a folder, regular and not empty, whose name begins with `stem` up to a `_` or `.`, in any case.
    func files(in folder: String, stem: String) -> [File] {
        let key = Self.key(of: stem)
        return (listing(of: folder)?.names[key] ?? []).compactMap { name in
            let path = "\(folder)/\(name)"
            guard let status = FileStatus.seen(path), status.kind == .file, status.size > 0 else { return nil }
            return File(name: name, path: path, size: Int(status.size), modified: status.modified.seconds)
        }
    }

    /// All names in a folder, by name.
    func names(in folder: String) -> [String] {
        listing(of: folder)?.all ?? []
    }

    private func listing(of folder: String) -> Listing? {
        guard let status = FileStatus.seen(folder), status.kind == .folder else { return nil }
        if let known = listings.withLock({ $0[folder] }), known.isSettled, known.modified == status.modified {
            return known
        }
        guard let all = Self.list(folder) else { return nil }
        let listing = Listing(
            modified: status.modified, isSettled: Int(Clock.seconds) - status.modified.seconds > 2,
            names: Dictionary(grouping: all, by: Self.key), all: all)
        listings.withLock { listings in
            if listings.count >= Self.capacity { listings.removeAll() }
            listings[folder] = listing
        }
        return listing
    }

    private static func key(of name: String) -> String {
        let stem = name.utf8.prefix { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: ".") }
        return String(decoding: stem.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func list(_ folder: String) -> [String]? {
        (try? Folders.names(in: folder))?.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
