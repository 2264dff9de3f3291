import Foundation

/// What others make of bytes that both sides can make: `Tests/Fixtures/cryptography`.
public enum ReferenceVectors {
    /// The lines of one kind, in words, without the first word.
    ///
    /// - Throws: why the file cannot be read.
    public static func lines(_ kind: String) throws -> [[String]] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/cryptography/vectors.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.first == kind ? Array(words.dropFirst()) : nil
        }
    }

    /// Bytes that look random and are the same in every run.
    public static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }

    /// The bytes that hex digits spell.
    public static func bytes(hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
