import WeFlowMedia
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore
import WeFlowSystem

/// Copies of the files of messages in a folder: one of equal files, each with the time of its oldest message
/// (<doc:FilesAndUnread#Copies>).
public struct FileCopies: Sendable {
    /// What was done.
    public struct Report: Sendable, Equatable {
        /// Files that were written.
        public var written = 0
        /// Files that lay there already.
        public var alreadyThere = 0
        /// Files that are larger than was asked for.
        public var tooLarge = 0
        /// Files that are not in the account.
        public var absent = 0
        /// Files that are not what the message says.
        public var mismatch = 0
        /// What could not be read.
        public var unreadable = 0
    }

    private let folder: CopyFolder
    private let finder: FileFinder
    private let largest: Int64?

    /// Prepares to copy; nothing is written yet.
    ///
    /// - Parameters:
    ///   - folder: where to.
    ///   - account: whose files.
    ///   - largest: the most bytes of a file that is copied, nil for any.
    public init(to folder: CopyFolder, of account: Account, largest: Int64?) {
        (self.folder, self.largest) = (folder, largest)
        finder = FileFinder(account)
    }

    /// Copies files.
    ///
    /// - Parameters:
    ///   - files: which of `all` are copied.
    ///   - all: all files that the filters let through, newest first: they decide who has which name.
    /// - Returns: what was done.
    /// - Throws: `.system` where the folder cannot be written to.
    public func copy(_ files: Range<Int>, of all: [FileEntry]) throws(WeFlowError) -> Report {
        var report = Report()
        var names = DocumentNames()
        var copies: [String: (name: String, time: Int64)] = [:]
        var identities: [String] = []
        for entry in all.reversed() {
            let identity = identity(of: entry)
            identities.append(identity)
            guard copies[identity] == nil else { continue }
            copies[identity] = (names.name(entry.fileName, identity: identity), entry.createTime)
        }
        identities.reverse()
        var done: Set<String> = []
        for place in files.reversed() {
            let (entry, identity) = (all[place], identities[place])
            guard entry.state == .present else {
                if entry.state == .absent { report.absent += 1 } else { report.mismatch += 1 }
                continue
            }
            if let largest, entry.found.sizeOnDisk > largest {
                report.tooLarge += 1
                continue
            }
            guard let copy = copies[identity], done.insert(identity).inserted else { continue }
            let source: File
            do throws(SystemError) {
                source = try finder.open(entry.found)
            } catch {
                done.remove(identity)
                report.unreadable += 1
                continue
            }
            let marked = DocumentNames.marks(of: identity).map { DocumentName(entry.fileName).marked($0).text }
            switch try put([copy.name] + marked.filter { names.isFree($0, for: identity) }, copy.time, source) {
            case .written: report.written += 1
            case .isThere: report.alreadyThere += 1
            case .isTaken: report.unreadable += 1
            }
        }
        return report
    }

    /// Writes a copy under the first of these names that is free.
    private func put(_ names: [String], _ time: Int64, _ source: File) throws(WeFlowError) -> CopyFolder.Outcome {
        for name in names {
            let outcome = try folder.put(name, time: time, .file(source))
            if outcome != .isTaken { return outcome }
        }
        throw WeFlowError(
            .system, "\(folder.path)/\(names.last ?? "") is another file; move it away, or copy into another folder")
    }

    /// What tells a file's bytes from those of others: the MD5 of its message, else of its bytes, else its place.
    private func identity(of entry: FileEntry) -> String {
        if !entry.md5.isEmpty { return entry.md5 }
        if entry.state == .present, let hash = hash(of: entry) { return hash }
        return md5Hex("\(entry.sessionID) \(entry.localID) \(entry.createTime) \(entry.recordPath ?? "")")
    }

    private func hash(of entry: FileEntry) -> String? {
        do throws(SystemError) {
            let source = CopyFolder.Bytes.file(try finder.open(entry.found))
            var hash = ContentHash()
            var offset: Int64 = 0
            while true {
                let piece = try source.piece(1 << 20, at: offset)
                guard !piece.isEmpty else { return hash.text }
                hash.add(piece)
                offset += Int64(piece.count)
            }
        } catch {
            return nil
        }
    }
}
