import Synchronization
import WeFlowCrypto
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowSystem

/// Takes exported media and files them by their content: each once, whatever shows it.
///
/// It is the place that the export puts files to, so nothing lies about under a name that one thread was told of and
/// another takes away: what it says is there has been filed before.
final class MediaIntake: ExportPlace {
    /// A file of the archive.
    struct Stored: Sendable {
        let path: String
        let record: FileRecord

        /// What a line says of it in `media`.
        func json(type: String) -> [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.string("path", path)
            writer.string("sha256", record.sha256)
            writer.integer("bytes", record.bytes)
            writer.string("type", type)
            writer.endObject()
            return writer.bytes.array()
        }
    }

    /// What the paths of exported files begin with; nothing lies there.
    let path = "media"
    private let staging: Staging
    private let known: @Sendable (String) -> Bool
    private let state = Mutex(State())

    private struct State {
        /// What was exported to a path: a later message may mean it too.
        var filed: [String: (stored: Stored, there: ExportedThere)] = [:]
        var isAbandoned = false
    }

    private static let pieceLength = 1 << 20

    /// - Parameters:
    ///   - staging: where new files go.
    ///   - known: whether the archive has a file of this name.
    init(_ staging: Staging, known: @escaping @Sendable (String) -> Bool) {
        (self.staging, self.known) = (staging, known)
    }

    func existing(_ path: String) -> ExportedThere? { state.withLock { $0.filed[path]?.there } }

    /// What an exported file is in the archive.
    ///
    /// - Parameter path: where it was exported to.
    /// - Returns: its name and what the manifest says of it.
    /// - Throws: `.system` where nothing was.
    func stored(_ path: String) throws(WeFlowError) -> Stored {
        guard let filed = state.withLock({ $0.filed[path] }) else {
            throw WeFlowError(.system, "\(path) was not exported")
        }
        return filed.stored
    }

    func put(_ bytes: ArraySlice<UInt8>, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool {
        let record = FileRecord(bytes: Int64(bytes.count), digest: .of(bytes))
        return try file(record, path, stamp) { () throws(WeFlowError) in
            try make(stamp) { file, _ throws(SystemError) in try file.write(bytes, at: 0) }
        }
    }

    func copy(_ source: SourceFile, to path: String, stamp: ExportStamp) throws(WeFlowError) -> Bool {
        // What counts is what arrived: the source may be written to meanwhile.
        let own = try make(stamp) { file, path throws(SystemError) in try source.copy(to: file, at: path) }
        let record = try Self.record(of: own)
        let isNew = try file(record, path, stamp) { own }
        if !isNew { Paths.discard(own) }
        return isNew
    }

    func scratch(_ parts: [ArraySlice<UInt8>]) throws(WeFlowError) -> File? {
        let path = "\(staging.folder)/\(try staging.place())"
        do throws(SystemError) {
            let file = try File(path, for: .making, followingLinks: false)
            Paths.discard(path)
            var offset: Int64 = 0
            for part in parts {
                try file.write(part, at: offset)
                offset += Int64(part.count)
            }
            return file
        } catch {
            return nil
        }
    }

    func abandon() { state.withLock { $0.isAbandoned = true } }

    /// Makes a new file, as old as what it was made of.
    private func make(
        _ stamp: ExportStamp, _ write: (File, String) throws(SystemError) -> Void
    ) throws(WeFlowError) -> String {
        let path = "\(staging.folder)/\(try staging.place())"
        do throws(SystemError) {
            guard !state.withLock({ $0.isAbandoned }) else { throw .interrupted }
            let file = try File(path, for: .making, followingLinks: false)
            try write(file, path)
            try file.close()
            try Paths.setModified(path, to: FileTime(seconds: stamp.seconds, nanoseconds: 0))
        } catch {
            Paths.discard(path)
            throw .system("\(path) cannot be written", error)
        }
        return path
    }

    /// Files a content, and says from then on that it is there.
    ///
    /// - Parameters:
    ///   - record: length and sum of the content.
    ///   - path: where it is exported to.
    ///   - stamp: what the content was made of.
    ///   - make: makes the new file where the content is not there yet.
    /// - Returns: whether it was not.
    /// - Throws: what `make` throws.
    private func file(
        _ record: FileRecord, _ path: String, _ stamp: ExportStamp, _ make: () throws(WeFlowError) -> String
    ) throws(WeFlowError) -> Bool {
        let stored = Stored(path: ArchivePath.media(record.digest, ending: Self.ending(of: path)), record: record)
        var isNew = false
        if !known(stored.path), staging.kept(stored.path) == nil {
            // Two that do so at once write the same, and the later one's takes the place of the earlier one's.
            staging.keep(try make(), as: stored.path, record)
            isNew = true
        }
        let there = ExportedThere(size: Int(clamping: record.bytes), stamp: stamp)
        state.withLock { $0.filed[path] = (stored, there) }
        return isNew
    }

    /// Forgets where files were exported to, once no message can mean them any more.
    func forget() { state.withLock { $0.filed = [:] } }

    /// Length and SHA-256 of a file.
    ///
    /// - Throws: `.system` where it cannot be read.
    static func record(of path: String) throws(WeFlowError) -> FileRecord {
        var sum = SHA256()
        var offset: Int64 = 0
        do throws(SystemError) {
            let file = try File(path, for: .reading, followingLinks: false)
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 16)
            defer { room.deallocate() }
            while let base = room.baseAddress {
                let got = try file.read(into: base, count: room.count, at: offset)
                sum.update(UnsafeRawBufferPointer(start: base, count: got))
                offset += Int64(got)
                if got < room.count { break }
            }
        } catch {
            throw .system("\(path) cannot be read", error)
        }
        return FileRecord(bytes: offset, digest: Digest256(sum.finalize()))
    }

    /// What the name of a file ends with, in letters and digits.
    private static func ending(of path: String) -> String {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")),
            dot > path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        else { return "bin" }
        let ending = path[path.utf8.index(after: dot)...].lowercased()
        let isPlain = ending.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
        return isPlain && 1...10 ~= ending.utf8.count ? ending : "bin"
    }
}
