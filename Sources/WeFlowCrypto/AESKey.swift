package import CPageLanes

/// An AES key, expanded once and wiped when its last owner lets go. Whole blocks of 16 bytes go through it, without
/// padding.
///
/// Where the CPU has no instructions for AES it is plain C without tables: a fiftieth as fast, and its time tells nothing
/// of key or text either.
public final class AESKey: Sendable {
    /// The fastest instructions of this CPU, found out once.
    package static let fastest = weflow_best_cipher()
    /// The size of a block in bytes.
    public static let blockLength = 16

    /// The instructions by which the key was expanded, and which take it.
    package let cipher: weflow_cipher
    // Written in `init`, before anybody else sees it, and only read until `deinit`.
    private nonisolated(unsafe) let expanded: UnsafeMutablePointer<weflow_aes>

    /// Expands a key for the fastest instructions of this CPU.
    ///
    /// - Parameter key: 16 or 32 bytes.
    public convenience init(_ key: some Collection<UInt8>) { self.init(key, cipher: Self.fastest) }

    /// Expands a key.
    ///
    /// - Parameters:
    ///   - key: 16 or 32 bytes.
    ///   - cipher: instructions that this CPU has.
    package init(_ key: some Collection<UInt8>, cipher: weflow_cipher) {
        precondition(key.count == 16 || key.count == 32, "an AES key has 16 or 32 bytes")
        self.cipher = cipher
        expanded = .allocate(capacity: 1)
        expanded.initialize(to: weflow_aes())
        var bytes = Array(key)
        weflow_aes_init(cipher, expanded, bytes, bytes.count)
        weflow_wipe(&bytes, bytes.count)
    }

    deinit {
        weflow_wipe(expanded, MemoryLayout<weflow_aes>.size)
        expanded.deallocate()
    }

    /// The round keys, valid as long as this object is.
    package var schedule: UnsafePointer<weflow_aes> { UnsafePointer(expanded) }

    /// Encrypts blocks in CBC mode.
    ///
    /// - Parameters:
    ///   - plain: a multiple of 16 bytes.
    ///   - iv: 16 bytes.
    ///   - target: as many bytes as `plain`: those, or others altogether.
    public func encryptCBC(_ plain: UnsafeRawBufferPointer, iv: [UInt8], into target: UnsafeMutableRawBufferPointer) {
        run(weflow_cbc_encrypt, plain, iv, target)
    }

    /// Decrypts blocks in CBC mode.
    ///
    /// - Parameters:
    ///   - cipher: a multiple of 16 bytes.
    ///   - iv: 16 bytes.
    ///   - target: as many bytes as `cipher`: those, or others altogether.
    public func decryptCBC(_ cipher: UnsafeRawBufferPointer, iv: [UInt8], into target: UnsafeMutableRawBufferPointer) {
        run(weflow_cbc_decrypt, cipher, iv, target)
    }

    private typealias Function =
        @convention(c) (
            weflow_cipher, UnsafePointer<weflow_aes>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?,
            UnsafeMutablePointer<UInt8>?, Int
        ) -> Void

    private func run(
        _ function: Function, _ source: UnsafeRawBufferPointer, _ iv: [UInt8], _ target: UnsafeMutableRawBufferPointer
    ) {
        precondition(
            source.count.isMultiple(of: Self.blockLength) && iv.count == Self.blockLength
                && target.count >= source.count,
            "AES takes whole blocks")
        function(
            cipher, expanded, iv, source.baseAddress?.assumingMemoryBound(to: UInt8.self),
            target.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count / Self.blockLength)
    }
}

extension AESKey: Equatable {
    /// Whether both are the same key for the same instructions, in a time that does not tell where they differ.
    public static func == (one: AESKey, other: AESKey) -> Bool {
        let bytes = [one, other].map {
            UnsafeRawBufferPointer(start: $0.expanded, count: MemoryLayout<weflow_aes>.size)
        }
        return zip(bytes[0], bytes[1]).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
