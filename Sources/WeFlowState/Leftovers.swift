public import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that a killed run began and nobody will complete. They hold what the finished file would have held, so the next
/// run in their folder removes them.
///
/// Such a file bears the number of its process. While it is written it is locked, which other machines and containers
/// see, in which that number says nothing.
public enum Leftovers {
    /// Locks a file that is being written, as long as it is open.
    public static func hold(_ descriptor: Int32) {
        // Where a file system has no locks, the process's number has to do.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    /// Removes the leftovers of a folder.
    ///
    /// - Parameters:
    ///   - folder: where they lie; one that cannot be listed has none.
    ///   - process: the number of the process in a file's name, nil where the name is not one that we give.
    public static func remove(in folder: String, _ process: (String) -> Int32?) {
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            guard entry.pointee.d_name.0 == CChar(UInt8(ascii: ".")) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let process = process(name), isGone(process) { names.append(name) }
        }
        for name in names { remove("\(folder.isEmpty ? "." : folder)/\(name)") }
    }

    /// Whether a process is no more, as far as this machine knows.
    static func isGone(_ process: Int32) -> Bool {
        process > 0 && kill(process, 0) != 0 && errno == ESRCH
    }

    private static func remove(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            return
        }
        // Somebody who still writes it has it locked; one who cannot lock here has a process that is known to be gone.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return }
        unlink(path)
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
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        throw WeFlowError(
            .system,
            "\(name ?? path) is a symbolic link, which is not followed; give the name of the file itself, or remove the link"
        )
    }
}
