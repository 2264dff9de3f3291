public import WeFlowPages
public import WeFlowSystem

/// Files that a killed run began and nobody will complete. They hold what the finished file would have held, so the next
/// run in their folder removes them.
///
/// Such a file bears the number of its process. While it is written it is locked, which other machines and containers
/// see, in which that number says nothing.
public enum Leftovers {
    /// Locks a file that is being written, as long as it is open.
    public static func hold(_ file: File) {
        // Where a file system has no locks, the process's number has to do.
        _ = try? file.lock(.exclusive)
    }

    /// Removes the leftovers of a folder.
    ///
    /// - Parameters:
    ///   - folder: where they lie; one that cannot be listed has none.
    ///   - process: the number of the process in a file's name, nil where the name is not one that we give.
    public static func remove(in folder: String, _ process: (String) -> Int32?) {
        let folder = folder.isEmpty ? "." : folder
        for name in (try? Folders.names(in: folder)) ?? [] where name.utf8.first == UInt8(ascii: ".") {
            if let process = process(name), System.isGone(process) { remove("\(folder)/\(name)") }
        }
    }

    private static func remove(_ path: String) {
        guard let file = try? File(path, for: .readingAtOnce, followingLinks: false), let status = try? file.status(),
            status.kind == .file, status.owner == System.effectiveUserID
        else { return }
        // Somebody who still writes it has it locked; one who cannot lock here has a process that is known to be gone.
        let isFree = (try? file.lock(.exclusive)) ?? true
        if isFree { Paths.discard(path) }
    }
}

extension WeFlowError {
    /// Refuses a symbolic link in the place of a file that is to be replaced: to follow it would write where nobody
    /// looks, and to put the file in its place would lose the link.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - name: what an error calls it.
    /// - Throws: `.system` where it is one.
    public static func refuseLink(at path: String, name: String? = nil) throws(WeFlowError) {
        guard FileStatus.seen(path, followingLinks: false)?.kind == .link else { return }
        throw WeFlowError(
            .system,
            "\(name ?? path) is a symbolic link, which is not followed; give the name of the file itself, or remove the link"
        )
    }
}
