public import WeFlowSystem

/// The standard output, written with `write(2)` in large pieces.
///
/// `SIGPIPE` has to be ignored by the process, so that a closed pipe is an error that can be told from others.
public final class StandardOutput: OutputSink {
    let descriptor: Descriptor
    private var held: OutputBytes
    /// Pieces from this size on are written as they come.
    private static let threshold = 64 << 10

    /// Makes a sink for the standard output.
    ///
    /// - Parameter descriptor: another descriptor that is open for writing; it is not closed.
    public init(descriptor: Descriptor = .standardOutput) {
        self.descriptor = descriptor
        held = OutputBytes(capacity: Self.threshold)
        descriptor.widen(to: 1 << 20)
    }

    /// Takes bytes; small pieces are collected.
    ///
    /// - Throws: `ClosedPipe` where nobody reads any more, else `WeFlowError` of kind `.system`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        if held.count + bytes.count < Self.threshold {
            held.append(bytes)
        } else {
            try flush()
            try descriptor.write(bytes, name: "the standard output")
        }
    }

    /// Writes what was collected.
    ///
    /// - Throws: as `write`.
    public func flush() throws {
        guard !held.isEmpty else { return }
        defer { held.removeAll() }
        try held.withBytes { bytes throws(any Error) in
            try descriptor.write(bytes, name: "the standard output")
        }
    }

    /// Writes what was collected.
    ///
    /// - Throws: as `write`.
    public func finish() throws { try flush() }
}
