/// Numbers that look random and are the same in every run (SplitMix64), so that what failed can be run again.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Begins at a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// `count` bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// Bytes damaged the ways that files are: bits flipped, lengths that overflow, pieces cut, repeated, moved, put in.
    ///
    /// - Parameters:
    ///   - bytes: what is damaged.
    ///   - start: where damage begins; what is before stays.
    ///   - keepsLength: whether only bytes are changed.
    /// - Returns: the damaged bytes.
    public mutating func damaged(_ bytes: [UInt8], from start: Int = 0, keepsLength: Bool = false) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &self) {
            guard bytes.count > start else { return bytes }
            let at = Int.random(in: start..<bytes.count, using: &self)
            let end = min(at + Int.random(in: 1...64, using: &self), bytes.count)
            switch Int.random(in: 0..<(keepsLength ? 4 : 8), using: &self) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[at] = [0x00, 0x01, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            case 2: for place in at..<min(at + 9, bytes.count) { bytes[place] = 0xFF }
            case 3: for place in at..<end { bytes[place] = UInt8.random(in: 0...255, using: &self) }
            case 4: bytes.removeSubrange(at...)
            case 5: bytes.removeSubrange(at..<end)
            case 6: bytes.insert(contentsOf: bytes[at..<end], at: at)
            default: bytes.insert(contentsOf: self.bytes(end - at), at: at)
            }
        }
        return bytes
    }
}
