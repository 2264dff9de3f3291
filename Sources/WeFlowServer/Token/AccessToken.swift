public import WeFlowPages
internal import WeFlowParameters
public import WeFlowState

/// The token that every endpoint but health asks for: 32 random bytes, base64url without padding.
public struct AccessToken: Sendable {
    private let ascii: SecretBytes
    /// The file in the state folder.
    static let file = "token"

    /// Takes a token as it was stored or given, blanks and line ends around it dropped.
    ///
    /// - Returns: nil where it is empty or has characters that a header cannot carry.
    public init?(_ text: String) {
        let trimmed = Array(text.trimmingBlanks.utf8)
        guard !trimmed.isEmpty, trimmed.count <= 4096, trimmed.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        ascii = SecretBytes(trimmed)
    }

    private init(ascii: [UInt8]) { self.ascii = SecretBytes(ascii) }

    /// A new token.
    public static func random() -> AccessToken {
        // The system's generator is the kernel's, fit for secrets.
        var generator = SystemRandomNumberGenerator()
        return AccessToken(ascii: base64url((0..<32).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }))
    }

    /// The token as a client sends it: for `weflow token`, and nowhere else.
    public var text: String { ascii.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    /// Whether it is the very token that was given out before, which needs no comparison.
    func isIdentical(to other: AccessToken) -> Bool { ascii === other.ascii }

    /// Whether `given` is the token, in a time that depends on the length of `given` alone.
    public func matches(_ given: String) -> Bool {
        var given = given
        return given.withUTF8 { given in
            ascii.withUnsafeBytes { token in
                var difference = UInt64(truncatingIfNeeded: given.count ^ token.count)
                var place = 0
                for byte in given {
                    difference |= UInt64(byte ^ token[place])
                    place += 1
                    if place == token.count { place = 0 }
                }
                return difference == 0
            }
        }
    }

    /// The stored token.
    ///
    /// - Parameter folder: `$XDG_STATE_HOME/weflow`.
    /// - Returns: nil where there is none yet.
    /// - Throws: `.system` where the file cannot be read or holds no token; `.unavailable` where others can read it.
    public static func stored(in folder: StateFolder) throws(WeFlowError) -> AccessToken? {
        guard let stored = try PrivateFile(path: folder.file(file), limit: 64 << 10) else { return nil }
        try stored.refuseOthers(holding: "the token")
        guard let token = AccessToken(String(decoding: stored.bytes, as: UTF8.self)) else {
            throw WeFlowError(.system, "\(folder.file(file)) holds no token; run weflow token --rotate")
        }
        return token
    }

    /// The stored token, or a new one that is stored; of two processes that make one at once, both get the same.
    ///
    /// - Throws: `.system` where it can be neither read nor written.
    public static func storedOrNew(in folder: StateFolder) throws(WeFlowError) -> AccessToken {
        folder.removeLeftovers(of: file)
        if let token = try stored(in: folder) { return token }
        let token = random()
        if try folder.writeNew(Array(token.text.utf8) + [0x0A], to: file) { return token }
        return try stored(in: folder) ?? token
    }

    /// Replaces the stored token by a new one.
    ///
    /// - Throws: `.system` where it cannot be written; the old one then still holds.
    public static func rotate(in folder: StateFolder) throws(WeFlowError) -> AccessToken {
        let token = random()
        try folder.write(Array(token.text.utf8) + [0x0A], to: file)
        return token
    }

    /// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5).
    private static func base64url(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        var bits = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            held += 8
            while held >= 6 {
                held -= 6
                text.append(alphabet[bits >> held & 63])
            }
            bits &= (1 << held) - 1
        }
        if held > 0 { text.append(alphabet[bits << (6 - held) & 63]) }
        return text
    }
}
