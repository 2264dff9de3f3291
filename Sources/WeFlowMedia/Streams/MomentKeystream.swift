/// The stream with which media of moments are covered, readable from any offset (<doc:MomentStreams#The-generator>).
///
/// Covering and uncovering are the same. Going forward costs one round per 2 KiB; going back starts again from the key.
public struct MomentKeystream: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: UInt64
    private var generator: Isaac64
    /// How many rounds the generator has made; its block is that of the last one.
    private var rounds = 0

    /// The stream of `key`.
    public init(key: UInt64) {
        self.key = key
        generator = Isaac64(key: key)
    }

    /// The key that a moment gives as text: 1 to 20 decimal digits up to 18446744073709551615, nothing else.
    public static func key(from text: String) -> UInt64? {
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt64(text)
    }

    /// XORs `bytes`, which lie at `offset` of the body, with the stream.
    ///
    /// - Parameters:
    ///   - bytes: any number of them, changed in place.
    ///   - offset: not negative, and inside the body: the stream is made up to there.
    public mutating func xor(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        guard offset >= 0 else { return }
        var done = 0
        while done < bytes.count {
            let position = offset &+ done
            let within = position % Isaac64.blockLength
            let length = min(Isaac64.blockLength - within, bytes.count - done)
            seek(to: position / Isaac64.blockLength)
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[done..<done + length])
            generator.block.withUnsafeBytes { block in
                part.xor(with: UnsafeRawBufferPointer(rebasing: block[within..<within + length]))
            }
            done += length
        }
    }

    /// Makes the generator's block the one with this number.
    private mutating func seek(to block: Int) {
        if block &+ 1 < rounds {
            generator = Isaac64(key: key)
            rounds = 0
        }
        while rounds <= block {
            generator.next()
            rounds += 1
        }
    }

    /// `<redacted>`.
    public var description: String { "<redacted>" }
    /// Nothing inside is shown.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
