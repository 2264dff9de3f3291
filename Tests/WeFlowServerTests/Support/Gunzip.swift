import CZlib

/// Gzip read by zlib itself.
enum Gunzip {
    struct Failure: Error {}

    static func bytes(_ packed: [UInt8]) throws -> [UInt8] {
        var packed = packed
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Failure()
        }
        defer { inflateEnd(&stream) }
        var plain = [UInt8](repeating: 0, count: 16 << 20)
        let result = packed.withUnsafeMutableBufferPointer { packed in
            plain.withUnsafeMutableBufferPointer { plain in
                stream.next_in = packed.baseAddress
                stream.avail_in = UInt32(packed.count)
                stream.next_out = plain.baseAddress
                stream.avail_out = UInt32(plain.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { throw Failure() }
        return Array(plain.prefix(Int(stream.total_out)))
    }
}
