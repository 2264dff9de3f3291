public import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder of the program's own small files: token, settings of the server, cursors, keys.
///
/// It is made when the first file is written, mode 0700; files have mode 0600 and are replaced as a whole, so that a
/// reader sees the old or the new one.
public struct StateFolder: Sendable, Equatable {
    /// The folder, without a trailing slash.
    public let path: String

    /// Names a folder; nothing is made.
    public init(path: String) { self.path = path }

    /// The folder of one account inside this one.
    package func account(_ name: String) -> StateFolder { StateFolder(path: "\(path)/\(name)") }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - name: the file's name in the folder.
    ///   - limit: the largest size in bytes.
    /// - Returns: its bytes, nil where there is none.
    /// - Throws: `.system` where it cannot be read or is larger than `limit`.
    public func read(_ name: String, limit: Int = 1 << 20) throws(WeFlowError) -> [UInt8]? {
        let path = file(name)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("\(path) cannot be read", code: errno)
        }
        defer { close(descriptor) }
        return try Self.readAll(descriptor, limit: limit, name: path)
    }

    /// Writes a file as a whole: beside its name, then renamed.
    ///
    /// - Throws: `.system` where that fails, and where a symbolic link has the name; the old file is then still there.
    public func write(_ bytes: [UInt8], to name: String) throws(WeFlowError) {
        try WeFlowError.refuseLink(at: file(name))
        let temporary = try create(bytes, for: name)
        guard rename(temporary, file(name)) == 0 else {
            let code = errno
            unlink(temporary)
            throw .system("\(file(name)) cannot be written", code: code)
        }
    }

    /// Writes a file that must not be there yet, as a whole.
    ///
    /// - Returns: whether it was written; false where another process was first.
    /// - Throws: `.system` where it cannot be written.
    public func writeNew(_ bytes: [UInt8], to name: String) throws(WeFlowError) -> Bool {
        let temporary = try create(bytes, for: name)
        defer { unlink(temporary) }
        if link(temporary, file(name)) == 0 { return true }
        guard errno == EEXIST else { throw .system("\(file(name)) cannot be written", code: errno) }
        return false
    }

    /// Removes what killed runs left unfinished of a file.
    public func removeLeftovers(of name: String) {
        let prefix = Self.temporaryPrefix(name)
        Leftovers.remove(in: path) { other in
            guard other.hasPrefix(prefix) else { return nil }
            let numbers = other.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
            return numbers.count == 2 && UInt32(numbers[1]) != nil ? Int32(numbers[0]) : nil
        }
    }

    private static func temporaryPrefix(_ name: String) -> String { ".\(name)." }

    /// Removes a file; one that is not there is no failure.
    ///
    /// - Throws: `.system` where it cannot be removed.
    public func remove(_ name: String) throws(WeFlowError) {
        guard unlink(file(name)) == 0 || errno == ENOENT else {
            throw .system("\(file(name)) cannot be removed", code: errno)
        }
    }

    /// Makes the folder, and those above it, with mode 0700 where they are not there.
    ///
    /// - Throws: `.system` where one cannot be made.
    public func make() throws(WeFlowError) { try Self.makeFolder(path) }

    /// Makes a folder, and those above it, with mode 0700 where they are not there.
    ///
    /// - Throws: `.system` where one cannot be made, or where a file of that name is in the way.
    public static func makeFolder(_ path: String) throws(WeFlowError) {
        if mkdir(path, 0o700) == 0 { return }
        // Bytes: a slash before a combining mark is no character of its own.
        if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
            try makeFolder(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 { return }
        }
        let code = errno
        var status = stat()
        guard code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .system("the folder \(path) cannot be made", code: code)
        }
    }

    /// Reads a descriptor to its end.
    ///
    /// - Parameters:
    ///   - descriptor: open for reading; it stays open.
    ///   - limit: the most bytes that are taken.
    ///   - name: what an error calls it.
    /// - Returns: all bytes.
    /// - Throws: `.system` where it cannot be read, or holds more than `limit`.
    public static func readAll(_ descriptor: Int32, limit: Int, name: String) throws(WeFlowError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        while true {
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
            let got = bytes.withUnsafeMutableBytes { room in
                systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: room[count...]))
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .system("\(name) cannot be read", code: errno)
            }
            count += got
            guard count <= limit else { throw WeFlowError(.system, "\(name) is larger than \(limit) bytes") }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Writes a new file beside the one of this name.
    ///
    /// - Returns: its path.
    private func create(_ bytes: [UInt8], for name: String) throws(WeFlowError) -> String {
        try make()
        let temporary = "\(path)/\(Self.temporaryPrefix(name))\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("\(file(name)) cannot be written", code: errno) }
        defer { close(descriptor) }
        Leftovers.hold(descriptor)
        var failure: Int32?
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty, failure == nil {
                let written = systemWrite(descriptor, rest)
                if written >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                } else if errno != EINTR {
                    failure = errno
                }
            }
        }
        if failure == nil, fsync(descriptor) != 0 { failure = errno }
        if let failure {
            unlink(temporary)
            throw .system("\(file(name)) cannot be written", code: failure)
        }
        return temporary
    }
}

// The methods above hide the functions of the C library that have their names.
private func systemRead(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, room.baseAddress, room.count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
