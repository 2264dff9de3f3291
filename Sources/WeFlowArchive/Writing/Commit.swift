import WeFlowOutput
import WeFlowPages
import WeFlowSystem

/// The decision of a run (<doc:ArchiveFiles#The-decision>): which new files get which names. While it is written nothing of
/// the archive has changed; once it has its name, everything has, whatever becomes of the process.
struct Commit {
    /// A file that gets its name.
    struct Move: Equatable {
        /// Where it lies, below the archive's folder.
        let file: String
        /// The name that it gets, below the archive's folder.
        let name: String
    }

    /// Its name, below the archive's folder.
    static let name = "state/commit"
    /// In the order in which they are made: the manifest's is the last.
    let moves: [Move]

    /// Reads the decision that was not carried out to its end.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: `.system` where it cannot be read, `.invalidData` where it says what no decision says.
    static func read(in folder: String) throws(WeFlowError) -> Commit? {
        let bytes: [UInt8]
        do throws(SystemError) {
            let file = try File("\(folder)/\(name)", for: .reading, followingLinks: false)
            bytes = try file.bytes(Int(clamping: try file.status().size), at: 0)
        } catch {
            guard !error.isMissing else { return nil }
            throw .system("\(folder)/\(name) cannot be read", error)
        }
        var moves: [Move] = []
        let isWhole = bytes.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            while scan.next() != nil {
                var (file, name): (String?, String?)
                guard
                    scan.members({ scan, key in
                        guard let text = scan.string() else { return false }
                        if scan.matches(key, "file") { file = scan.text(text) }
                        if scan.matches(key, "name") { name = scan.text(text) }
                        return true
                    }), let file, let name, ArchivePath.isSafe(file), ArchivePath.isSafe(name)
                else { return false }
                moves.append(Move(file: file, name: name))
            }
            return true
        }
        guard isWhole else { throw WeFlowError(.invalidData, "\(folder)/\(name) is damaged; remove it") }
        return Commit(moves: moves)
    }

    /// Its text.
    var bytes: OutputBytes {
        var writer = JSONWriter()
        for move in moves {
            writer.beginObject()
            writer.string("file", move.file)
            writer.string("name", move.name)
            writer.endObject()
            writer.endLine()
        }
        return writer.finish()
    }

    /// Gives the files their names, as far as they do not have them, and takes the decision away.
    ///
    /// - Throws: `.system` where that fails; it can be done again.
    func carryOut(in folder: String) throws(WeFlowError) {
        var folders: Set<String> = []
        func give(_ move: Move) throws(SystemError) {
            let (file, name) = ("\(folder)/\(move.file)", "\(folder)/\(move.name)")
            let place = Paths.folder(of: name)
            if folders.insert(place).inserted { try Folders.make(place) }
            do throws(SystemError) {
                try Paths.rename(file, to: name)
            } catch {
                // One that is not there has its name already.
                guard error.isMissing, FileStatus.seen(file, followingLinks: false) == nil else { throw error }
            }
        }
        do throws(SystemError) {
            for move in moves.dropLast() { try give(move) }
            // The manifest names what is on the disk.
            try Disk.settle(folder, files: EmptyCollection(), folders: folders)
            if let last = moves.last { try give(last) }
            try Folders.sync(folder)
            try Paths.remove("\(folder)/\(Self.name)")
        } catch {
            throw .system("\(folder) cannot be written", error)
        }
    }
}

/// Waits for the disk.
enum Disk {
    /// Waits until everything that was written below a folder is on the disk.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - files: what was written, for systems that cannot wait for all at once.
    ///   - others: likewise.
    ///   - folders: where names changed, likewise.
    /// - Throws: the failure of the system.
    static func settle(
        _ folder: String, files: some Sequence<String>, and others: [String] = [], folders: Set<String>
    ) throws(SystemError) {
        if try Folders.syncAll(around: folder) { return }
        for file in files { try File(file, for: .changing, followingLinks: false).sync() }
        for file in others { try File(file, for: .changing, followingLinks: false).sync() }
        var all: Set<String> = [folder]
        for name in folders {
            var name = name
            // New folders have to be found from above.
            while name.utf8.count > folder.utf8.count, all.insert(name).inserted { name = Paths.folder(of: name) }
        }
        for name in all { try Folders.sync(name) }
    }
}
