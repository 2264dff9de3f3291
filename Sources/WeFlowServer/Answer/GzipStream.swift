import CZlib
import NIOCore
import WeFlowPages

/// Gzips one answer piece by piece.
///
/// The state lies in memory of its own, since zlib checks that it is not moved.
final class GzipStream {
    /// Fast rather than small: the client is on this machine.
    private static let level: CInt = 3
    private static let chunkSize = 32 << 10

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: `.system` where there is no memory for it.
    init() throws(WeFlowError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard weflow_deflate_init_gzip(stream, Self.level) == Z_OK else {
            stream.deallocate()
            throw WeFlowError(.system, "the answer cannot be gzipped: no memory")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses further bytes; zlib may keep what comes of them for a later call.
    func compress(_ input: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var output = ByteBuffer()
        input.withUnsafeReadableBytes { bytes in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.chunkSize) { room in
                    stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(room.count)
                    deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    return room.count - Int(stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
