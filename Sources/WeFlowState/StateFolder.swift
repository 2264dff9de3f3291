public import WeFlowPages
public import WeFlowSystem

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
        return try Self.open(path).map { file throws(WeFlowError) in
            try Self.readAll(file, limit: limit, name: path)
        }
    }

    /// Writes a file as a whole: beside its name, then renamed.
    ///
    /// - Throws: `.system` where that fails, and where a symbolic link has the name; the old file is then still there.
    public func write(_ bytes: [UInt8], to name: String) throws(WeFlowError) {
        try WeFlowError.refuseLink(at: file(name))
        let temporary = try create(bytes, for: name)
        do throws(SystemError) {
            try Paths.rename(temporary, to: file(name))
        } catch {
            Paths.discard(temporary)
            throw .system("\(file(name)) cannot be written", error)
        }
    }

    /// Writes a file that must not be there yet, as a whole.
    ///
    /// - Returns: whether it was written; false where another process was first.
    /// - Throws: `.system` where it cannot be written.
    public func writeNew(_ bytes: [UInt8], to name: String) throws(WeFlowError) -> Bool {
        let temporary = try create(bytes, for: name)
        defer { Paths.discard(temporary) }
        do throws(SystemError) {
            try Paths.link(temporary, as: file(name))
            return true
        } catch {
            guard error.isExisting else { throw .system("\(file(name)) cannot be written", error) }
            return false
        }
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
        try WeFlowError.trying("\(file(name)) cannot be removed") { () throws(SystemError) in
            try Paths.remove(file(name))
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
        try Folders.make(path) { folder, failure in WeFlowError.system("the folder \(folder) cannot be made", failure) }
    }

    /// Opens a file for reading; nil where there is none.
    static func open(_ path: String) throws(WeFlowError) -> File? {
        do throws(SystemError) {
            return try File(path, for: .reading)
        } catch {
            if error.isMissing { return nil }
            throw .system("\(path) cannot be read", error)
        }
    }

    /// Reads a file to its end.
    ///
    /// - Parameters:
    ///   - file: open for reading, at the place where the reading begins.
    ///   - limit: the most bytes that are taken.
    ///   - name: what an error calls it.
    /// - Returns: all bytes.
    /// - Throws: `.system` where it cannot be read, or holds more than `limit`.
    public static func readAll(_ file: File, limit: Int, name: String) throws(WeFlowError) -> [UInt8] {
        try withExtendedLifetime(file) { () throws(WeFlowError) in
            try readAll(file.descriptor, limit: limit, name: name)
        }
    }

    /// Reads a stream to its end, in the same way.
    ///
    /// - Throws: as the other form.
    public static func readAll(_ stream: Descriptor, limit: Int, name: String) throws(WeFlowError) -> [UInt8] {
        do throws(SystemError) {
            return try stream.readAll(limit: limit)
        } catch {
            if error == .tooLarge { throw WeFlowError(.system, "\(name) is larger than \(limit) bytes") }
            throw .system("\(name) cannot be read", error)
        }
    }

    /// Writes a new file beside the one of this name.
    ///
    /// - Returns: its path.
    private func create(_ bytes: [UInt8], for name: String) throws(WeFlowError) -> String {
        try make()
        let temporary =
            "\(path)/\(Self.temporaryPrefix(name))\(System.processID)-\(UInt32.random(in: 0 ... .max))"
        do throws(SystemError) {
            let file = try File(temporary, for: .making)
            Leftovers.hold(file)
            do throws(SystemError) {
                try file.write(bytes, at: 0)
                try file.sync()
            } catch {
                Paths.discard(temporary)
                throw error
            }
        } catch {
            throw .system("\(file(name)) cannot be written", error)
        }
        return temporary
    }
}
