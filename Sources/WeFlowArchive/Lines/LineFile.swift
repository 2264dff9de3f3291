import WeFlowCrypto
import WeFlowPages
import WeFlowSystem

/// Reads a file line by line, and sums it up on the way. For one thread.
final class LineFile {
    private let file: File
    private let path: String
    private var room: UnsafeMutableRawBufferPointer
    /// What of the room is read and not handed out yet.
    private var ready = 0..<0
    private var offset: Int64 = 0
    private var isAtEnd = false
    private var sum: SHA256?
    /// Whether the last line that was handed out had no end.
    private(set) var isCut = false

    private static let pieceLength = 256 << 10
    /// A line that is longer is none that this program wrote.
    private static let longest = 1 << 30

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it lies; no link.
    ///   - sums: whether ``digest()`` will be asked for.
    /// - Throws: `.invalidData` where it is not there, `.system` where it cannot be opened.
    init(_ path: String, sums: Bool) throws(WeFlowError) {
        self.path = path
        file = try Self.open(path)
        sum = sums ? SHA256() : nil
        room = .allocate(byteCount: Self.pieceLength, alignment: 16)
    }

    deinit { room.deallocate() }

    static func open(_ path: String) throws(WeFlowError) -> File {
        do throws(SystemError) {
            return try File(path, for: .reading, followingLinks: false)
        } catch {
            if error.isMissing {
                throw WeFlowError(
                    .invalidData, "\(path) is missing, which the archive's manifest names; bring it back from a backup")
            }
            throw .system("\(path) cannot be read", error)
        }
    }

    /// The next line without its end, lent until the next call; nil behind the last.
    ///
    /// - Throws: `.system` where the file cannot be read.
    func next() throws(WeFlowError) -> UnsafeRawBufferPointer? {
        var searched = 0
        while true {
            let held = UnsafeRawBufferPointer(rebasing: room[ready])
            if held.count > searched, let base = held.baseAddress,
                let end = Memory.find(0x0A, in: base + searched, held.count - searched)
            {
                let length = end - base
                ready = ready.lowerBound + length + 1..<ready.upperBound
                return UnsafeRawBufferPointer(rebasing: held[..<length])
            }
            searched = held.count
            if isAtEnd {
                guard !held.isEmpty else { return nil }
                ready = ready.upperBound..<ready.upperBound
                isCut = true
                return held
            }
            try fill()
        }
    }

    private func fill() throws(WeFlowError) {
        if ready.lowerBound > 0 {
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[ready]))
            ready = 0..<ready.count
        }
        if ready.count == room.count {
            guard room.count < Self.longest else { throw WeFlowError(.invalidData, "\(path) is damaged") }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: room.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[ready]))
            room.deallocate()
            room = larger
        }
        guard let base = room.baseAddress else { return }
        let free = room.count - ready.upperBound
        do throws(SystemError) {
            let got = try file.read(into: base + ready.upperBound, count: free, at: offset)
            sum?.update(UnsafeRawBufferPointer(start: base + ready.upperBound, count: got))
            offset += Int64(got)
            isAtEnd = got < free
            ready = ready.lowerBound..<ready.upperBound + got
        } catch {
            throw .system("\(path) cannot be read", error)
        }
    }

    /// Length and SHA-256 of the whole file, whose rest is read now.
    ///
    /// - Throws: `.system` where the file cannot be read.
    func digest() throws(WeFlowError) -> (bytes: Int64, digest: Digest256) {
        while !isAtEnd {
            ready = 0..<0
            try fill()
        }
        return (offset, Digest256(sum?.finalize() ?? []))
    }

    /// Makes sure that the file is what the manifest says; its rest is read now.
    ///
    /// - Throws: `.invalidData` where it is not.
    func check(_ record: FileRecord) throws(WeFlowError) {
        let (bytes, digest) = try digest()
        guard bytes == record.bytes, digest == record.digest else { throw Self.damaged(path) }
    }

    static func damaged(_ path: String) -> WeFlowError {
        WeFlowError(
            .invalidData, "\(path) is damaged: it is not what the archive's manifest says; bring it back from a backup")
    }
}

extension WeFlowError {
    /// A failure of the system under us.
    static func system(_ attempt: String, _ error: SystemError) -> WeFlowError {
        WeFlowError(.system, "\(attempt): \(error.text)")
    }
}
