internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
import WeFlowState
internal import WeFlowSystem

/// The folder that is written into, and what is known of each file there: from what it was made, and how long it was.
///
/// A file is written anew where it was made from something else, where it is gone, or where its length is another.
final class RenderFolder {
    /// Which form of files is written, so that several can lie in one folder.
    private let stateName: String
    /// Where the files lie.
    let path: String
    /// Whose archive they show.
    private let account: String
    private var known: [String: Known] = [:]
    private var isChanged = false
    private var folders: Set<String> = []
    private var lastSave = Clock.monotonic

    /// How many files were written.
    private(set) var written = 0
    /// How many were left as they are.
    private(set) var unchanged = 0
    /// How many bytes were written.
    private(set) var bytes: Int64 = 0

    private struct Known {
        let digest: String
        let size: Int64
        /// Stands for all of the chat that it was made from; "" where that is not told.
        var chat = ""
    }

    /// Opens the folder, and makes it where it is not there.
    ///
    /// - Throws: `.usage` where it lies in the archive or shows another account; `.system` where it cannot be made or read.
    init(_ path: String, format: RenderRequest.Format, for source: ArchiveSource) throws(WeFlowError) {
        self.path = path
        account = source.account
        stateName = ".weflow-\(format.rawValue).json"
        if Self.lies(path, in: source.folder) {
            throw WeFlowError(.usage, "\(path) lies in the archive; give a folder outside of it")
        }
        do throws(SystemError) { try Folders.make(path) } catch {
            throw WeFlowError(.system, "\(path) cannot be made: \(error.text)")
        }
        try load()
        Self.removeLeftovers(in: path)
    }

    /// Whether a folder, which need not be there yet, lies in another.
    private static func lies(_ path: String, in other: String) -> Bool {
        guard let other = Paths.resolved(other) else { return false }
        var above = path
        while Paths.resolved(above) == nil, above != ".", above != "/" { above = Paths.folder(of: above) }
        guard let own = Paths.resolved(above) else { return false }
        return own == other || own.hasPrefix(other + "/")
    }

    // MARK: What is known

    private func load() throws(WeFlowError) {
        let state: JSONValue
        do {
            let file = try File("\(path)/\(stateName)", for: .reading)
            state = try JSONValue(
                parsing: file.bytes(Int(clamping: file.status().size), at: 0),
                limits: .init(bytes: .max, depth: 8, values: .max))
        } catch {
            // None yet, or one that cannot be read: everything is written anew.
            return
        }
        guard state["version"]?.wholeNumber == 1, case .object(let members)? = state["files"] else { return }
        let other = state.text("account")
        guard other == account else {
            throw WeFlowError(
                .usage, "\(path) shows the archive of another account (\(other)); give another folder")
        }
        for member in members {
            let parts = member.value.elements
            guard parts.count >= 2, let digest = parts[0].string, let size = parts[1].wholeNumber else { continue }
            known[member.name] = Known(
                digest: digest, size: size, chat: parts.count > 2 ? parts[2].string ?? "" : "")
        }
    }

    /// Writes down what is known, where it changed.
    ///
    /// - Throws: `.system` where it cannot be written.
    func save() throws(WeFlowError) {
        guard isChanged else { return }
        let files = known.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, file in
            var parts: [JSONValue] = [.string(file.digest), .number(String(file.size))]
            if !file.chat.isEmpty { parts.append(.string(file.chat)) }
            return JSONValue.Member(name: name, value: .array(parts))
        }
        let state = JSONValue.object([
            .init(name: "version", value: .number("1")), .init(name: "account", value: .string(account)),
            .init(name: "files", value: .object(files)),
        ])
        var file = try RenderedFile(at: "\(path)/\(stateName)")
        try file.write(state.json)
        _ = try file.finish()
        isChanged = false
    }

    /// Writes down what is known every few seconds, so that a run that is ended goes on where it was.
    ///
    /// - Throws: as `save`.
    func saveNowAndThen() throws(WeFlowError) {
        guard Clock.monotonic - lastSave > 5_000_000_000 else { return }
        lastSave = Clock.monotonic
        try save()
    }

    /// Whether a file is there that was made from the same.
    func holds(_ name: String, madeFrom digest: String) -> Bool { known[name]?.digest == digest && isThere(name) }

    /// Whether a file is there, and all of its chat is as it was.
    func holds(_ name: String, ofChat digest: String) -> Bool { known[name]?.chat == digest && isThere(name) }

    /// Remembers what stands for all of the chat that a file belongs to.
    func remember(_ name: String, ofChat digest: String) {
        guard known[name]?.chat != digest else { return }
        known[name]?.chat = digest
        isChanged = true
    }

    private func isThere(_ name: String) -> Bool {
        guard let status = FileStatus.seen("\(path)/\(name)", followingLinks: false), status.kind == .file else {
            return false
        }
        return status.size == known[name]?.size
    }

    // MARK: Writing

    /// Writes a file where what it is made from has changed.
    ///
    /// - Parameters:
    ///   - name: its path below the folder.
    ///   - digest: stands for all that it is made from.
    ///   - body: writes it; where that throws, the older file stays.
    /// - Throws: what `body` throws; `.system` where it cannot be written.
    func update(_ name: String, madeFrom digest: String, _ body: (inout RenderedFile) throws -> Void) throws {
        guard !holds(name, madeFrom: digest) else {
            unchanged += 1
            return
        }
        try makeFolder(of: name)
        var file = try RenderedFile(at: "\(path)/\(name)")
        try body(&file)
        try finish(&file, name, madeFrom: digest)
    }

    /// Completes a file that was begun by `begin`.
    ///
    /// - Throws: `.system` where it cannot be written.
    func finish(_ file: inout RenderedFile, _ name: String, madeFrom digest: String) throws(WeFlowError) {
        let size = try file.finish()
        known[name] = Known(digest: digest, size: size)
        isChanged = true
        written += 1
        bytes += size
    }

    /// Counts a file that something else wrote, for instance SQLite.
    func note(_ name: String, madeFrom digest: String, size: Int64) {
        known[name] = Known(digest: digest, size: size)
        isChanged = true
        written += 1
        bytes += size
    }

    /// Counts a file that stays as it is.
    func noteUnchanged() { unchanged += 1 }

    /// Makes the folder that a file lies in.
    ///
    /// - Throws: `.system` where it cannot be made.
    func makeFolder(of name: String) throws(WeFlowError) {
        let folder = Paths.folder(of: "\(path)/\(name)")
        guard folders.insert(folder).inserted else { return }
        do throws(SystemError) { try Folders.make(folder) } catch {
            throw WeFlowError(.system, "\(folder) cannot be made: \(error.text)")
        }
        Self.removeLeftovers(in: folder)
    }

    /// Brings a file of the archive beside the pages: what is only looked at as a second name of the same bytes where the file
    /// system can, else a copy.
    ///
    /// - Throws: `.damaged` where the archive lacks it; `.system` where it cannot be written.
    func bring(_ file: ArchiveSource.File, as name: String, from source: ArchiveSource) throws(WeFlowError) {
        guard !holds(name, madeFrom: file.sha256) else { return }
        let target = "\(path)/\(name)"
        guard let original = FileStatus.seen(source.path(file.path), followingLinks: false), original.kind == .file,
            original.size == file.bytes
        else {
            throw WeFlowError.damaged(
                "\(source.path(file.path)) is missing or damaged: it is not what manifest.json says; see weflow archive verify"
            )
        }
        try makeFolder(of: name)
        var isLinked = MediaPaths.isShownOnly(file.path)
        if isLinked { isLinked = try link(source.path(file.path), as: target) }
        if !isLinked { try copy(source.path(file.path), to: target) }
        note(name, madeFrom: file.sha256, size: file.bytes)
    }

    /// Gives a file a second name, in place of the one that bears it.
    ///
    /// - Returns: whether it could be done: not to another file system, nor on one without second names.
    private func link(_ path: String, as target: String) throws(WeFlowError) -> Bool {
        let temporary = Paths.temporary(beside: target, mark: RenderedFile.mark)
        do throws(SystemError) { try Paths.link(path, as: temporary) } catch { return false }
        // Of two names of one file neither is removed by a renaming.
        defer { Paths.discard(temporary) }
        do throws(SystemError) { try Paths.rename(temporary, to: target) } catch {
            throw WeFlowError(.system, "\(target) cannot be written: \(error.text)")
        }
        return true
    }

    private func copy(_ path: String, to target: String) throws(WeFlowError) {
        var copy = try RenderedFile(at: target)
        do throws(SystemError) {
            let original = try File(path, for: .reading)
            var offset: Int64 = 0
            while true {
                let bytes = try original.bytes(1 << 20, at: offset)
                if bytes.isEmpty { break }
                offset += Int64(bytes.count)
                try copy.put(bytes)
            }
        } catch {
            throw WeFlowError(.system, "\(target) cannot be written: \(error.text)")
        }
        _ = try copy.finish()
    }

    /// Removes what killed runs left unfinished in a folder.
    private static func removeLeftovers(in folder: String) {
        Leftovers.remove(in: folder) { name in
            guard name.hasPrefix(RenderedFile.mark) else { return nil }
            return Int32(name.dropFirst(RenderedFile.mark.count).prefix { $0 != "-" })
        }
    }
}
