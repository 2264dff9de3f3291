import WeFlowSystem

/// Where a log breaks off although commits follow (<doc:WriteAheadLog#A-log-that-breaks-off>).
enum LogBreak: Equatable {
    /// The header is damaged, so no frame can be told.
    case header
    /// A frame does not fit, and a later one of this log ends a transaction: its number, from 1.
    case frame(Int64)
}

extension WALIndex {
    /// Headers behind a frame that does not fit that are looked at before the rest is taken for an older generation.
    private static let nearby = 4

    /// Where the log breaks off before commits of its own.
    ///
    /// - Parameters:
    ///   - log: the log, up to whose present end the index was brought.
    ///   - pageSize: bytes of a page of the database.
    ///   - size: bytes of the log.
    /// - Returns: nil where what follows is of an older generation, or a transaction that was never ended.
    /// - Throws: why the log cannot be read.
    func breaks(in log: File, pageSize: Int, size: Int64) throws(SystemError) -> LogBreak? {
        let frameSize = Int64(Self.frameHeaderSize + pageSize)
        guard !header.isEmpty else { return size >= Int64(Self.headerSize) + frameSize ? .header : nil }
        let place = try firstMisfit(in: log, pageSize: pageSize)
        var offset = place
        var isSeen = false
        var looked = 0
        // Frames of a rolled back transaction lie there too, with these salts; none of them ends a transaction.
        while offset + frameSize <= size, isSeen || looked < Self.nearby {
            let head = try log.bytes(16, at: offset)
            guard head.count == 16 else { return nil }
            if head[8...].elementsEqual(salts) {
                isSeen = true
                if offset > place, head[4..<8].contains(where: { $0 != 0 }), head[..<4].contains(where: { $0 != 0 }) {
                    return .frame((place - Int64(Self.headerSize)) / frameSize + 1)
                }
            }
            offset += frameSize
            looked += 1
        }
        return nil
    }

    /// Where the first frame behind the last commit lies that does not fit.
    private func firstMisfit(in log: File, pageSize: Int) throws(SystemError) -> Int64 {
        var running = chain
        var offset = committedEnd
        let frameSize = Self.frameHeaderSize + pageSize
        let stride = Chain.Stride(bytes: pageSize / Chain.parts)
        let bigEndian = header[3] & 1 == 1
        while true {
            let frame = try log.bytes(frameSize, at: offset)
            let fits =
                frame.count == frameSize
                && frame.withUnsafeBytes { frame in
                    guard frame[8..<16].elementsEqual(salts) else { return false }
                    running.add(UnsafeRawBufferPointer(rebasing: frame[..<8]), bigEndian: bigEndian)
                    running.add(body: frame, from: Self.frameHeaderSize, stride, bigEndian: bigEndian)
                    return running.s0 == frame.bigEndian(at: 16) && running.s1 == frame.bigEndian(at: 20)
                }
            guard fits else { return offset }
            offset += Int64(frameSize)
        }
    }
}
