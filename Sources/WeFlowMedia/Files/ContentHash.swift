import Crypto

/// The MD5 of the bytes of a file, by which the client tells files apart. It protects nothing.
public struct ContentHash: Sendable {
    private var hash = Insecure.MD5()

    /// Of no bytes yet.
    public init() {}

    /// Takes the next bytes in.
    public mutating func add(_ bytes: [UInt8]) { hash.update(data: bytes) }

    /// The hash of all bytes so far, 32 hex digits in lower case.
    public var text: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
