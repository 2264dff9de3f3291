import Synchronization
public import WeFlowPages
import WeFlowSystem

/// A folder of the user's that copies go into: whole or not at all, never in the place of anything that lies there, and
/// never through a symbolic link.
public final class CopyFolder: Sendable {
    /// The folder's path as it was given.
    public let path: String
    /// The copy that is being written.
    private let unfinished = Mutex<String?>(nil)

    private static let mark = ".weflow-"
    private static let pieceLength = 1 << 20

    /// Makes the folder where it is not there.
    ///
    /// - Throws: `.system` where it cannot be made.
    public init(_ path: String) throws(WeFlowError) {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        do throws(SystemError) {
            try Folders.make(path)
        } catch {
            throw Self.failure(path, "cannot be made", error)
        }
    }

    /// Removes what is not finished: for a run that is interrupted.
    public func abandon() {
        unfinished.withLock { $0.map(Paths.discard) }
    }

    /// What became of a copy.
    enum Outcome: Equatable {
        /// It was written.
        case written
        /// A regular file with the same bytes has the name already.
        case isThere
        /// Something else has the name.
        case isTaken
    }

    /// Writes a file under a name that nothing has yet.
    ///
    /// - Parameters:
    ///   - name: one component.
    ///   - time: when the copy says that it was changed, in Unix seconds.
    ///   - source: the bytes.
    /// - Returns: what became of it.
    /// - Throws: `.system` where it cannot be written.
    func put(_ name: String, time: Int64, _ source: Bytes) throws(WeFlowError) -> Outcome {
        let target = "\(path)/\(name)"
        do throws(SystemError) {
            if let there = FileStatus.seen(target, followingLinks: false) {
                guard there.kind == .file, there.size == (try source.size()) else { return .isTaken }
                return try source.holdsSame(as: File(target, for: .readingAtOnce, followingLinks: false))
                    ? .isThere : .isTaken
            }
            let temporary = Paths.temporary(beside: target, mark: Self.mark)
            unfinished.withLock { $0 = temporary }
            defer {
                Paths.discard(temporary)
                unfinished.withLock { $0 = nil }
            }
            let file = try File(temporary, for: .making, followingLinks: false)
            try source.write(to: file, pieceLength: Self.pieceLength)
            try Paths.setModified(temporary, to: FileTime(seconds: Int(clamping: time), nanoseconds: 0))
            return try Self.claim(target, for: temporary) ? .written : .isTaken
        } catch {
            throw Self.failure(target, "cannot be written", error)
        }
    }

    /// Gives a finished file its name, unless something has it.
    private static func claim(_ target: String, for temporary: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try Paths.link(temporary, as: target)
            return true
        } catch {
            if error.isExisting { return false }
            // Not every file system knows second names; there a look has to do.
            guard FileStatus.seen(target, followingLinks: false) == nil else { return false }
            try Paths.rename(temporary, to: target)
            return true
        }
    }

    private static func failure(_ path: String, _ what: String, _ error: SystemError) -> WeFlowError {
        WeFlowError(.system, "\(path) \(what): \(error.text)")
    }

    /// What is copied.
    enum Bytes {
        case file(File)
        case memory([UInt8])

        func size() throws(SystemError) -> Int64 {
            switch self {
            case .file(let file): try file.status().size
            case .memory(let bytes): Int64(bytes.count)
            }
        }

        func piece(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
            switch self {
            case .file(let file): try file.bytes(count, at: offset)
            case .memory(let bytes): Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
            }
        }

        func write(to target: File, pieceLength: Int) throws(SystemError) {
            var offset: Int64 = 0
            while true {
                let piece = try piece(pieceLength, at: offset)
                guard !piece.isEmpty else { return }
                try target.write(piece, at: offset)
                offset += Int64(piece.count)
            }
        }

        func holdsSame(as other: File) throws(SystemError) -> Bool {
            let pieceLength = CopyFolder.pieceLength
            var offset: Int64 = 0
            while true {
                let (own, others) = (try piece(pieceLength, at: offset), try other.bytes(pieceLength, at: offset))
                guard own == others else { return false }
                if own.isEmpty { return true }
                offset += Int64(own.count)
            }
        }
    }
}
