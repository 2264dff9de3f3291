import WeFlowSystem

/// Key bytes in memory of their own, wiped when the last owner lets go.
///
/// The description never shows them, so a key cannot slip into an error or a log.
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    // Unchecked: the buffer is written only in `init` and `deinit`, when nobody else holds a reference.
    private let buffer: UnsafeMutableRawBufferPointer

    /// Copies `bytes`; the caller's copy is the caller's to wipe.
    public init(_ bytes: UnsafeRawBufferPointer) {
        buffer = .allocate(byteCount: bytes.count, alignment: 16)
        buffer.copyMemory(from: bytes)
    }

    /// Makes `count` bytes that `fill` writes once.
    public init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        buffer = .allocate(byteCount: count, alignment: 16)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        fill(buffer)
    }

    /// Copies an array of bytes.
    public convenience init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { target in bytes.withUnsafeBytes { target.copyMemory(from: $0) } }
    }

    /// Copies a collection of bytes.
    public convenience init(_ bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    deinit {
        Self.wipe(buffer)
        buffer.deallocate()
    }

    /// How many bytes there are.
    public var count: Int { buffer.count }

    /// Lends the bytes for the time of `body`.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(buffer))
    }

    /// Overwrites memory in a way that the compiler may not leave out.
    public static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        Memory.wipe(memory)
    }

    /// Never the bytes.
    public var description: String { "<redacted>" }
    /// Never the bytes.
    public var debugDescription: String { "<redacted>" }
}

extension SecretBytes: CustomReflectable {
    /// Never the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
