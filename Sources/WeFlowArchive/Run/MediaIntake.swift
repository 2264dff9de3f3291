import Synchronization
import WeFlowCrypto
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowSystem

/// Files exported media by their content: each once, whatever shows it.
final class MediaIntake: Sendable {
    /// A file of the archive.
    struct Stored: Sendable {
        let path: String
        let record: FileRecord

        /// What a line says of it in `media`.
        func json(type: String) -> [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("path")
            writer.string(path)
            writer.key("sha256")
            writer.string(record.sha256)
            writer.key("bytes")
            writer.integer(record.bytes)
            writer.key("type")
            writer.string(type)
            writer.endObject()
            return writer.bytes.array()
        }
    }

    private let staging: Staging
    private let known: @Sendable (String) -> Bool
    private let state = Mutex(State())

    private struct State {
        /// What files of the export folder were, by their paths there: a later message may mean one that is filed already.
        var filed: [String: Stored] = [:]
        var count = 0
    }

    private static let pieceLength = 1 << 20

    /// - Parameters:
    ///   - staging: where new files go.
    ///   - known: whether the archive has a file of this name.
    init(_ staging: Staging, known: @escaping @Sendable (String) -> Bool) {
        (self.staging, self.known) = (staging, known)
    }

    /// Files an exported file.
    ///
    /// - Parameters:
    ///   - path: where it was exported to.
    ///   - most: the largest that is taken, in bytes; nil without a bound.
    /// - Returns: what it is now; nil where it is larger.
    /// - Throws: `.system` where it cannot be read or moved.
    func take(_ path: String, atMost most: Int64?) throws(WeFlowError) -> Stored? {
        // Nobody else may put another file in its place while it is summed up.
        let own = "\(staging.folder)/\(try staging.place())"
        do throws(SystemError) {
            try Paths.rename(path, to: own)
        } catch {
            if error.isMissing, let stored = state.withLock({ $0.filed[path] }) { return stored }
            throw .system("\(path) cannot be moved", error)
        }
        let record = try Self.record(of: own)
        if let most, record.bytes > most {
            Paths.discard(own)
            return nil
        }
        let stored = Stored(path: ArchivePath.media(record.digest, ending: Self.ending(of: path)), record: record)
        let isNew = state.withLock { state in
            state.filed[path] = stored
            guard !known(stored.path), staging.kept(stored.path) == nil else { return false }
            staging.keep(own, as: stored.path, record)
            return true
        }
        if !isNew { Paths.discard(own) }
        return stored
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
