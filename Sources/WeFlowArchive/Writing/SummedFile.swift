import WeFlowCrypto
import WeFlowPages
import WeFlowSystem

/// A new file that is summed up while it is written, through a buffer. For one thread.
final class SummedFile {
    let path: String
    /// Nil in a rehearsal, which writes nothing.
    private var file: File?
    private var isMade = false
    private var buffer: [UInt8] = []
    private var offset: Int64 = 0
    private var sum: SHA256?
    private(set) var rows: Int64 = 0
    private var times: ClosedRange<Int64>?
    private let isReal: Bool

    private static let mostBuffered = 128 << 10

    /// Begins a file, which is made when the first bytes leave the buffer.
    ///
    /// - Parameters:
    ///   - path: where, a name that is free.
    ///   - isReal: false writes nothing and counts.
    init(_ path: String, isReal: Bool) {
        (self.path, self.isReal) = (path, isReal)
        sum = isReal ? SHA256() : nil
    }

    /// Appends a line with its end.
    ///
    /// - Throws: `.system` where it cannot be written.
    func append(_ line: UnsafeRawBufferPointer, time: Int64?) throws(WeFlowError) {
        rows += 1
        if let time {
            times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        }
        try append(line)
    }

    /// Appends bytes.
    ///
    /// - Throws: `.system` where they cannot be written.
    func append(_ bytes: UnsafeRawBufferPointer) throws(WeFlowError) {
        offset += Int64(bytes.count)
        guard isReal else { return }
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.mostBuffered { try flush() }
    }

    private func opened() throws(SystemError) -> File {
        if let file { return file }
        let opened = try File(path, for: isMade ? .changing : .making, followingLinks: false)
        (file, isMade) = (opened, true)
        return opened
    }

    private func flush() throws(WeFlowError) {
        do throws(SystemError) {
            let file = try opened()
            try buffer.withUnsafeBytes { bytes in
                sum?.update(bytes)
                return Result { () throws(SystemError) in
                    try file.write(bytes, at: offset - Int64(bytes.count))
                }
            }.get()
        } catch {
            throw .system("\(path) cannot be written", error)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Lets go of the file and the buffer; what is appended later opens it again.
    ///
    /// - Throws: `.system` where it cannot be written.
    func rest() throws(WeFlowError) {
        guard isReal else { return }
        try flush()
        file = nil
        buffer = []
    }

    /// Completes the file.
    ///
    /// - Returns: what the manifest is to say of it.
    /// - Throws: `.system` where it cannot be written.
    func finish() throws(WeFlowError) -> FileRecord {
        if isReal { try flush() }
        file = nil
        buffer = []
        return FileRecord(
            bytes: offset, digest: Digest256(sum?.finalize() ?? []), rows: rows,
            first: times?.lowerBound ?? 0, last: times?.upperBound ?? 0)
    }
}
