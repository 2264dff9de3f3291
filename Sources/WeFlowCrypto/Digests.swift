internal import CPageLanes

/// SHA-256 (FIPS 180-4) of bytes that come in pieces, by the CPU's instructions for it where it has them.
public struct SHA256: Sendable {
    /// The fastest instructions of this CPU, found out once.
    private static let fastest = weflow_best_sha256()

    private var state = weflow_digest()

    /// Of no bytes yet.
    public init() { weflow_sha256_init(&state) }

    /// Takes the next bytes in.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        weflow_sha256_update(Self.fastest, &state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Takes the next bytes in.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The 32 bytes that all bytes so far come to; more may follow.
    public func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(WEFLOW_SHA256_SIZE)) { target, count in
            weflow_sha256_final(Self.fastest, state, target.baseAddress)
            count = Int(WEFLOW_SHA256_SIZE)
        }
    }

    /// The 32 bytes that these bytes come to.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    /// The 32 bytes that these bytes come to.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finalize()
    }
}

/// MD5 (RFC 1321) of bytes that come in pieces: how the client names what it names. It protects nothing.
public struct MD5: Sendable {
    private var state = weflow_digest()

    /// Of no bytes yet.
    public init() { weflow_md5_init(&state) }

    /// Takes the next bytes in.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        weflow_md5_update(&state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Takes the next bytes in.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The 16 bytes that all bytes so far come to; more may follow.
    public func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(WEFLOW_MD5_SIZE)) { target, count in
            weflow_md5_final(state, target.baseAddress)
            count = Int(WEFLOW_MD5_SIZE)
        }
    }

    /// The 16 bytes that these bytes come to.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    /// The 16 bytes that these bytes come to.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = MD5()
        digest.update(bytes)
        return digest.finalize()
    }
}
