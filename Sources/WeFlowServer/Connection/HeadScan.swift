import NIOCore
import WeFlowSystem

/// Finds the end of a request's head, the empty line, in pieces as they arrive, and puts right what the HTTP parser does
/// not take.
struct HeadScan {
    /// Whether the request line goes on.
    private var isInLine = true
    /// Whether a line ended last, and whether a carriage return stands behind that.
    private var isAfterBreak = false
    private var isAfterReturn = false

    /// Of the piece that was found last: how many bytes of it belong to the request line, and whether something in it has
    /// to be rewritten.
    private var lineLength = 0
    private(set) var isPlain = true

    /// A piece: up to the end of the head, or all there is.
    ///
    /// - Returns: its length, and whether the head ends with it.
    mutating func find(_ bytes: UnsafeRawBufferPointer) -> (length: Int, isEnd: Bool) {
        guard let base = bytes.baseAddress else { return (0, false) }
        lineLength = isInLine ? bytes.count : 0
        let (length, isEnd) = findEnd(bytes, base)
        lineLength = min(lineLength, length)
        let line = UnsafeRawBufferPointer(rebasing: bytes[..<lineLength])
        isPlain = line.allSatisfy { $0 < 0x80 } && Memory.find(0x09, in: base + lineLength, length - lineLength) == nil
        return (length, isEnd)
    }

    private mutating func findEnd(
        _ bytes: UnsafeRawBufferPointer, _ base: UnsafeRawPointer
    ) -> (length: Int, isEnd: Bool) {
        var at = 0
        while at < bytes.count {
            if isAfterBreak {
                if bytes[at] == 0x0A { return (at + 1, true) }
                if bytes[at] == 0x0D, !isAfterReturn {
                    isAfterReturn = true
                    at += 1
                    continue
                }
                (isAfterBreak, isAfterReturn) = (false, false)
            }
            guard let lineBreak = Memory.find(0x0A, in: base + at, bytes.count - at) else {
                return (bytes.count, false)
            }
            at = lineBreak - base + 1
            if isInLine { (isInLine, lineLength) = (false, at) }
            isAfterBreak = true
        }
        return (at, false)
    }

    /// A piece that was found, with the bytes from 0x80 on in its request line percent-encoded, and with a blank for each
    /// tab in its fields.
    func rewritten(_ piece: ByteBuffer) -> ByteBuffer {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(piece.readableBytes + 2 * lineLength)
        for (index, byte) in piece.readableBytesView.enumerated() {
            if index < lineLength, byte >= 0x80 {
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            } else {
                bytes.append(index >= lineLength && byte == 0x09 ? UInt8(ascii: " ") : byte)
            }
        }
        return ByteBuffer(bytes: bytes)
    }

    /// What was found has been passed on.
    mutating func forgetRewriting() { (lineLength, isPlain) = (0, true) }
}
