import WeFlowCrypto

/// A SHA-256.
struct Digest256: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: some Sequence<UInt8>) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (place, byte) in bytes.prefix(32).enumerated() { words[place / 8] = words[place / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Reads 64 hex digits.
    init?(hex: some Collection<UInt8>) {
        guard hex.count == 64 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (place, digit) in hex.enumerated() {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            case 0x41...0x46: value = digit - 0x41 + 10
            default: return nil
            }
            words[place / 16] = words[place / 16] << 4 | UInt64(value)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Its bytes.
    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// 64 hex digits in lower case.
    var hex: String { HexDigits.text(bytes) }

    /// The digest of some bytes.
    static func of(_ bytes: some Collection<UInt8>) -> Digest256 { Digest256(SHA256.hash(Array(bytes))) }

    /// A number made of it.
    var number: UInt64 { words.0 }

    static func == (a: Digest256, b: Digest256) -> Bool {
        a.words.0 == b.words.0 && a.words.1 == b.words.1 && a.words.2 == b.words.2 && a.words.3 == b.words.3
    }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// What the manifest says of a file.
package struct FileRecord: Hashable, Sendable {
    /// Its length.
    package var bytes: Int64
    var digest: Digest256
    /// How many lines it has, 0 where it has none.
    package var rows: Int64 = 0
    /// The time of its oldest and of its newest row, Unix seconds.
    package var first: Int64 = 0
    package var last: Int64 = 0
    /// Its SHA-256 in hex digits.
    package var sha256: String { digest.hex }
}
