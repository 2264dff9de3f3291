import Crypto
import CryptoExtras
import Foundation

/// SQLCipher 4's page format with its default parameters (facts: store 2.1, 2.2).
///
/// A page is 4096 bytes: ciphertext, 16 bytes of IV, 64 bytes of HMAC-SHA512 over all before it and the page number.
/// Every page is verified before a byte of it is decrypted.
public final class PageCipher: Sendable {
    /// Bytes of a page.
    public static let pageSize = 4096
    /// Bytes at a page's end that hold IV and HMAC.
    public static let reserve = 80
    /// Bytes of the salt that stands in place of the first page's magic.
    public static let saltSize = 16
    /// Bytes of a page key.
    public static let keySize = 32
    /// Rounds that make a page key of an account key.
    public static let rounds = 256_000

    private static let macSize = 64
    private static let ivSize = 16
    private static let magic: [UInt8] = Array("SQLite format 3\0".utf8)

    /// The salt of the database this cipher is for.
    public let salt: [UInt8]
    private let key: SymmetricKey
    private let macTemplate: HMAC<SHA512>

    /// Makes the cipher of one database.
    ///
    /// - Parameters:
    ///   - pageKey: 32 bytes, the result of the rounds or a raw key.
    ///   - salt: the first 16 bytes of the database file.
    public init(pageKey: SecretBytes, salt: [UInt8]) {
        self.salt = salt
        key = pageKey.withUnsafeBytes { SymmetricKey(data: $0) }
        let macKey = Self.macKey(pageKey: pageKey, salt: salt)
        macTemplate = macKey.withUnsafeBytes { HMAC<SHA512>(key: SymmetricKey(data: $0)) }
    }

    /// Verifies a page and decrypts it in place.
    ///
    /// The first page gets SQLite's magic in place of its salt. A page of zeros is not encrypted and stays as it is.
    ///
    /// - Parameters:
    ///   - page: 4096 bytes as they lie in the file.
    ///   - number: the page's number, from 1.
    /// - Returns: false, with `page` untouched, where the HMAC does not fit.
    public func open(_ page: UnsafeMutableRawPointer, number: UInt32) -> Bool {
        guard verify(page, number: number) else { return Self.isZero(page) }
        let start = number == 1 ? Self.saltSize : 0
        let bodyEnd = Self.pageSize - Self.reserve
        let body = UnsafeRawBufferPointer(start: page + start, count: bodyEnd - start)
        let iv = UnsafeRawBufferPointer(start: page + bodyEnd, count: Self.ivSize)
        // Whole blocks and a 16-byte IV: neither call has a reason to throw, and a throw must not pass for data.
        guard let vector = try? AES._CBC.IV(ivBytes: iv),
            let plain = try? AES._CBC.decrypt(body, using: key, iv: vector, noPadding: true), plain.count == body.count
        else { return false }
        plain.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: page + start, count: body.count).copyMemory(from: $0)
        }
        if number == 1 {
            page.copyMemory(from: Self.magic, byteCount: Self.saltSize)
        }
        return true
    }

    /// Encrypts a page in place and signs it, with a fresh random IV.
    ///
    /// - Parameters:
    ///   - page: 4096 bytes of which the last 80 are to be filled in.
    ///   - number: the page's number, from 1; the first page's magic gives way to the salt.
    /// - Throws: what the cipher of the system throws.
    public func seal(_ page: UnsafeMutableRawPointer, number: UInt32) throws {
        let start = number == 1 ? Self.saltSize : 0
        let bodyEnd = Self.pageSize - Self.reserve
        if number == 1 {
            page.copyMemory(from: salt, byteCount: Self.saltSize)
        }
        let vector = AES._CBC.IV()
        let body = UnsafeRawBufferPointer(start: page + start, count: bodyEnd - start)
        let sealed = try AES._CBC.encrypt(body, using: key, iv: vector, noPadding: true)
        UnsafeMutableRawBufferPointer(start: page + start, count: body.count).copyBytes(from: sealed)
        for (i, byte) in vector.enumerated() {
            page.storeBytes(of: byte, toByteOffset: bodyEnd + i, as: UInt8.self)
        }
        for (i, byte) in mac(page, number: number).enumerated() {
            page.storeBytes(of: byte, toByteOffset: bodyEnd + Self.ivSize + i, as: UInt8.self)
        }
    }

    /// Whether the page's HMAC fits, compared in constant time.
    private func verify(_ page: UnsafeRawPointer, number: UInt32) -> Bool {
        let stored = UnsafeRawBufferPointer(
            start: page + Self.pageSize - Self.macSize, count: Self.macSize)
        // CryptoKit's comparison of a code with bytes takes the same time whatever they hold.
        return mac(page, number: number) == stored
    }

    private func mac(_ page: UnsafeRawPointer, number: UInt32) -> HMAC<SHA512>.MAC {
        let start = number == 1 ? Self.saltSize : 0
        var hash = macTemplate
        hash.update(data: UnsafeRawBufferPointer(start: page + start, count: Self.pageSize - Self.macSize - start))
        withUnsafeBytes(of: number.littleEndian) { hash.update(data: $0) }
        return hash.finalize()
    }

    private static func isZero(_ page: UnsafeRawPointer) -> Bool {
        UnsafeRawBufferPointer(start: page, count: pageSize).allSatisfy { $0 == 0 }
    }
}

extension PageCipher {
    /// Whether `pageKey` is the key of the database that begins with `firstPage` (facts: store 2.4, the raw test).
    ///
    /// - Parameters:
    ///   - pageKey: 32 bytes.
    ///   - firstPage: the 4096 bytes of page 1 as stored.
    /// - Returns: true where the HMAC of the page fits.
    public static func fits(pageKey: SecretBytes, firstPage: UnsafeRawBufferPointer) -> Bool {
        guard firstPage.count >= pageSize, let base = firstPage.baseAddress else { return false }
        let cipher = PageCipher(pageKey: pageKey, salt: Array(firstPage.prefix(saltSize)))
        return cipher.verify(base, number: 1)
    }

    /// Stretches an account key to the page key of the database with this salt: 256,000 rounds, about 0.13 s.
    ///
    /// - Parameters:
    ///   - accountKey: the 32 bytes that WeChat gives to `sqlite3_key`.
    ///   - salt: the first 16 bytes of the database file.
    /// - Returns: the 32-byte page key.
    public static func derivePageKey(accountKey: SecretBytes, salt: [UInt8]) -> SecretBytes {
        derive(accountKey, salt: salt, rounds: rounds)
    }

    private static func macKey(pageKey: SecretBytes, salt: [UInt8]) -> SecretBytes {
        derive(pageKey, salt: salt.map { $0 ^ 0x3A }, rounds: 2)
    }

    /// PBKDF2-HMAC-SHA512, 32 bytes.
    private static func derive(_ password: SecretBytes, salt: [UInt8], rounds: Int) -> SecretBytes {
        password.withUnsafeBytes { bytes in
            do {
                let key = try KDF.Insecure.PBKDF2.deriveKey(
                    from: bytes, salt: salt, using: .sha512, outputByteCount: keySize, unsafeUncheckedRounds: rounds)
                return key.withUnsafeBytes { SecretBytes($0) }
            } catch {
                // Only an allocation failure ends here; zeros fit no page, so it reads as a wrong key.
                return SecretBytes(count: keySize) { _ in }
            }
        }
    }
}
