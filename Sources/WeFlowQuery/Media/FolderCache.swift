import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Names of files in folders of the account, listed once and again when a folder changed.
///
/// A month's folder of pictures has thousands of names, so a listing is kept, and only the files that a message means are
/// looked at.
final class FolderCache: Sendable {
    private struct Listing {
        let seconds: Int
        let nanoseconds: Int
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
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
            return File(name: name, path: path, size: Int(status.st_size), modified: status.modifiedSeconds)
        }
    }

    /// All names in a folder, by name.
    func names(in folder: String) -> [String] {
        listing(of: folder)?.all ?? []
    }

    private func listing(of folder: String) -> Listing? {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        let (seconds, nanoseconds) = (status.modifiedSeconds, status.modifiedNanoseconds)
        if let known = listings.withLock({ $0[folder] }), known.isSettled, known.seconds == seconds,
            known.nanoseconds == nanoseconds
        {
            return known
        }
        guard let all = Self.list(folder) else { return nil }
        let listing = Listing(
            seconds: seconds, nanoseconds: nanoseconds, isSettled: time(nil) - seconds > 2,
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
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension stat {
    /// When the file was last changed, Unix seconds.
    var modifiedSeconds: Int {
        #if canImport(Darwin)
            st_mtimespec.tv_sec
        #else
            st_mtim.tv_sec
        #endif
    }

    /// When the file's content or attributes changed last, in Unix seconds; no program can set it.
    var changedSeconds: Int {
        #if canImport(Darwin)
            st_ctimespec.tv_sec
        #else
            st_ctim.tv_sec
        #endif
    }

    /// The part of the modification's time below a second, in nanoseconds.
    var modifiedNanoseconds: Int {
        #if canImport(Darwin)
            st_mtimespec.tv_nsec
        #else
            st_mtim.tv_nsec
        #endif
    }
}
