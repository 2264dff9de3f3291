/// Where the packets lie in a SILK v3 file (<doc:Voices#Container>).
struct SilkContainer {
    /// `#!SILK_V3`.
    static let magic: [UInt8] = [0x23, 0x21, 0x53, 0x49, 0x4C, 0x4B, 0x5F, 0x56, 0x33]

    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where the next packet's length stands.
    private(set) var position: Int

    /// Begins after the magic, or gives nil where there is none. One byte 0x02 may stand before it.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let start = bytes.first == 0x02 ? 1 : 0
        guard bytes.count >= start + Self.magic.count else { return nil }
        for (index, byte) in Self.magic.enumerated() where bytes[start + index] != byte { return nil }
        self.bytes = bytes
        position = start + Self.magic.count
    }

    /// The next packet, empty where the encoder sent none, or nil at the end: no bytes left, a negative length, or a
    /// packet that is not all there.
    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard bytes.count - position >= 2 else { return nil }
        let length = Int(Int16(truncatingIfNeeded: Int(bytes[position]) | Int(bytes[position + 1]) << 8))
        guard length >= 0, length <= bytes.count - position - 2 else { return nil }
        let start = position + 2
        position = start + length
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }
}
