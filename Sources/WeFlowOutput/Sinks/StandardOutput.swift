#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The standard output, written with `write(2)` in large pieces.
///
/// `SIGPIPE` has to be ignored by the process, so that a closed pipe is an error that can be told from others.
public final class StandardOutput: OutputSink {
    let descriptor: Int32
    private var held: OutputBytes
    /// Pieces from this size on are written as they come.
    private static let threshold = 64 << 10
    #if os(Linux)
        /// `F_SETPIPE_SZ`, which the C library shows only to programs that ask for GNU extensions.
        private static let setPipeSize: Int32 = 1031
    #endif

    /// Makes a sink for the standard output.
    ///
    /// - Parameter descriptor: another descriptor that is open for writing; it is not closed.
    public init(descriptor: Int32 = 1) {
        self.descriptor = descriptor
        held = OutputBytes(capacity: Self.threshold)
        #if os(Linux)
            // Fewer changes between writer and reader; where it is no pipe or not allowed, it stays as it is.
            _ = fcntl(descriptor, Self.setPipeSize, 1 << 20)
        #endif
    }

    /// Takes bytes; small pieces are collected.
    ///
    /// - Throws: `ClosedPipe` where nobody reads any more, else `WeFlowError` of kind `.system`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        if held.count + bytes.count < Self.threshold {
            held.append(bytes)
        } else {
            try flush()
            try writeAll(bytes, to: descriptor, name: "the standard output")
        }
    }

    /// Writes what was collected.
    ///
    /// - Throws: as `write`.
    public func flush() throws {
        guard !held.isEmpty else { return }
        defer { held.removeAll() }
        try held.withBytes { bytes throws(any Error) in
            try writeAll(bytes, to: descriptor, name: "the standard output")
        }
    }

    /// Writes what was collected.
    ///
    /// - Throws: as `write`.
    public func finish() throws { try flush() }
}
