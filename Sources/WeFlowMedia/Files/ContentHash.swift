import WeFlowCrypto

/// The MD5 of the bytes of a file, by which the client tells files apart. It protects nothing.
public struct ContentHash: Sendable {
    private var hash = MD5()

    /// Of no bytes yet.
    public init() {}

    /// Takes the next bytes in.
    public mutating func add(_ bytes: [UInt8]) { hash.update(bytes) }

    /// The hash of all bytes so far, 32 hex digits in lower case.
    public var text: String { HexDigits.text(hash.finalize()) }
}
