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
    ///   - isSummed: false leaves the sum out, for a file that nobody will say it of.
    init(_ path: String, isReal: Bool, isSummed: Bool = true) {
        (self.path, self.isReal) = (path, isReal)
        sum = isReal && isSummed ? SHA256() : nil
    }

    /// Appends a line with its end.
    ///
    /// - Throws: `.system` where it cannot be written.
    func append(_ line: UnsafeRawBufferPointer, time: Int64?) throws(WeFlowError) {
        try append(line, rows: 1, times: time.map { $0...$0 })
    }

    /// Appends lines with their ends.
    ///
    /// - Parameters:
    ///   - lines: side by side.
    ///   - rows: how many.
    ///   - span: from the time of the oldest to that of the newest; nil where they have none.
    /// - Throws: `.system` where they cannot be written.
    func append(_ lines: UnsafeRawBufferPointer, rows: Int, times span: ClosedRange<Int64>?) throws(WeFlowError) {
        self.rows += Int64(rows)
        if let span {
            times = times.map { min($0.lowerBound, span.lowerBound)...max($0.upperBound, span.upperBound) } ?? span
        }
        try append(lines)
    }

    /// Appends bytes.
    ///
    /// - Throws: `.system` where they cannot be written.
    func append(_ bytes: UnsafeRawBufferPointer) throws(WeFlowError) {
        guard isReal else {
            offset += Int64(bytes.count)
            return
        }
        guard buffer.count + bytes.count >= Self.mostBuffered else { return buffer.append(contentsOf: bytes) }
        try flush()
        // As many as fill the buffer need not go through it.
        if bytes.count >= Self.mostBuffered / 2 { return try write(bytes) }
        buffer.append(contentsOf: bytes)
    }

    private func opened() throws(SystemError) -> File {
        if let file { return file }
        let opened = try File(path, for: isMade ? .changing : .making, followingLinks: false)
        (file, isMade) = (opened, true)
        return opened
    }

    private func flush() throws(WeFlowError) {
        // The file is there even where it has nothing.
        guard !buffer.isEmpty || !isMade else { return }
        try buffer.withUnsafeBytes { bytes in Result { () throws(WeFlowError) in try write(bytes) } }.get()
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(WeFlowError) {
        sum?.update(bytes)
        do throws(SystemError) { try opened().write(bytes, at: offset) } catch {
            throw .system("\(path) cannot be written", error)
        }
        offset += Int64(bytes.count)
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
