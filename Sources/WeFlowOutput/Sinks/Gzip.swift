internal import CZlib
internal import WeFlowPages

/// A gzip stream (RFC 1952) that is fed piece by piece. It holds no name and no time, so equal input gives equal bytes.
public final class Gzip {
    private let stream: UnsafeMutablePointer<z_stream>
    private let room: UnsafeMutableBufferPointer<UInt8>
    private var isReady: Bool

    /// Starts a stream.
    ///
    /// - Parameter level: 1 (fast) to 9 (small).
    public init(level: Int32 = 6) {
        // zlib keeps a pointer back to the structure, so it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        room = .allocate(capacity: 64 << 10)
        isReady = weflow_deflate_init_gzip(stream, min(max(level, 1), 9)) == Z_OK
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        room.deallocate()
    }

    /// Compresses bytes; what comes out of them so far is handed to `consume`.
    ///
    /// - Throws: what `consume` throws; `WeFlowError` of kind `.system` where there is no memory.
    public func add(_ bytes: UnsafeRawBufferPointer, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        var rest = bytes
        // zlib counts in 32 bits.
        while rest.count > Int(Int32.max) {
            try run(UnsafeRawBufferPointer(rebasing: rest[..<Int(Int32.max)]), Z_NO_FLUSH, consume)
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(Int32.max)...])
        }
        try run(rest, Z_NO_FLUSH, consume)
    }

    /// Hands on everything that was added, so that a reader can show it; the stream goes on.
    ///
    /// - Throws: as `add`.
    public func flush(_ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), Z_SYNC_FLUSH, consume)
    }

    /// Ends the stream; nothing may be added after it.
    ///
    /// - Throws: as `add`.
    public func finish(_ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH, consume)
    }

    /// The whole of `bytes` compressed at once, as an HTTP body.
    ///
    /// - Throws: `WeFlowError` of kind `.system` where there is no memory.
    public static func compressed(_ bytes: UnsafeRawBufferPointer, level: Int32 = 6) throws -> OutputBytes {
        let gzip = Gzip(level: level)
        var output = OutputBytes(capacity: bytes.count / 4)
        try gzip.add(bytes) { output.append($0) }
        try gzip.finish { output.append($0) }
        return output
    }

    private static let outOfMemory = WeFlowError(
        .system, "the output cannot be compressed: there is no memory; leave .gz out of the name")

    private func run(
        _ bytes: UnsafeRawBufferPointer, _ mode: Int32, _ consume: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard isReady else { throw Self.outOfMemory }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        repeat {
            stream.pointee.next_out = room.baseAddress
            stream.pointee.avail_out = UInt32(room.count)
            let result = deflate(stream, mode)
            // "No progress" only says that nothing was left to do.
            guard result >= Z_OK || result == Z_BUF_ERROR else { throw Self.outOfMemory }
            let count = room.count - Int(stream.pointee.avail_out)
            if count > 0 { try consume(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count])) }
        } while stream.pointee.avail_out == 0
    }
}
