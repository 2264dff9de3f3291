import CPageLanes
import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The AES-256 page key of one database, expanded once, and pages through it (<doc:EncryptedPages>).
///
/// Where the CPU has no AES instructions pages go through swift-crypto: slower, and as safe, while an own table of
/// substitutions would tell the key to whoever shares the cache.
final class PageAES: Sendable {
    private let cipher: weflow_cipher
    // Written in `init`, before anybody else sees it, and only read until `deinit`.
    private nonisolated(unsafe) let schedule: UnsafeMutablePointer<weflow_aes>
    /// The key itself, where `cipher` is `WEFLOW_CIPHER_NONE`.
    private let software: SymmetricKey?

    /// Expands the page key.
    ///
    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - cipher: instructions that this CPU has, or `WEFLOW_CIPHER_NONE` for swift-crypto.
    init(key: SecretBytes, cipher: weflow_cipher = Instructions.cipher) {
        precondition(key.count == WEFLOW_KEY_SIZE, "a page key has 32 bytes")
        self.cipher = cipher
        schedule = .allocate(capacity: 1)
        schedule.initialize(to: weflow_aes())
        guard cipher != WEFLOW_CIPHER_NONE else {
            software = key.withUnsafeBytes { SymmetricKey(data: $0) }
            return
        }
        software = nil
        key.withUnsafeBytes { bytes in
            weflow_aes_init(cipher, schedule, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }

    deinit {
        weflow_wipe(schedule, MemoryLayout<weflow_aes>.size)
        schedule.deallocate()
    }

    /// Decrypts the pages that are marked `verified`, each from its `sealed` to its `plain`, and leaves the others.
    ///
    /// Page 1 gets SQLite's magic in place of the salt; the last 80 bytes of every page become zero.
    ///
    /// - Parameter pages: pages that `PageMAC.verify` has seen.
    /// - Returns: whether all went well; `verified` is taken back from a page with which swift-crypto failed.
    func decrypt(_ pages: UnsafeMutableBufferPointer<weflow_page>) -> Bool {
        guard let software else {
            weflow_decrypt_pages(cipher, schedule, pages.baseAddress, pages.count)
            return true
        }
        var allWell = true
        for i in pages.indices where pages[i].verified != 0 {
            do {
                try Self.decrypt(pages[i], key: software)
            } catch {
                // Whole blocks and a whole IV: only memory can run out, and that must not pass for data.
                pages[i].verified = 0
                allWell = false
            }
        }
        return allWell
    }

    private static func decrypt(_ page: weflow_page, key: SymmetricKey) throws {
        let start = page.number == 1 ? WEFLOW_SALT_SIZE : 0
        let body = UnsafeRawBufferPointer(start: page.sealed + start, count: WEFLOW_IV_OFFSET - start)
        let iv = UnsafeRawBufferPointer(start: page.sealed + WEFLOW_IV_OFFSET, count: WEFLOW_IV_SIZE)
        let plain = try AES._CBC.decrypt(body, using: key, iv: AES._CBC.IV(ivBytes: iv), noPadding: true)
        let target = UnsafeMutableRawBufferPointer(start: page.plain, count: WEFLOW_PAGE_SIZE)
        target.copyBytes(from: PageSnapshot.magic.prefix(start))
        UnsafeMutableRawBufferPointer(rebasing: target[start..<WEFLOW_IV_OFFSET]).copyBytes(from: plain)
        UnsafeMutableRawBufferPointer(rebasing: target[WEFLOW_IV_OFFSET...]).initializeMemory(
            as: UInt8.self, repeating: 0)
    }

    /// Encrypts a page in place, but for the salt of page 1, and puts the IV behind it.
    ///
    /// - Parameters:
    ///   - page: 4096 plain bytes; the last 64 stay as they are, for `PageMAC.sign`.
    ///   - number: the page's number, from 1.
    ///   - iv: 16 bytes that never served before.
    /// - Throws: what swift-crypto throws where it stands in for the CPU.
    func encrypt(_ page: UnsafeMutableRawPointer, number: UInt32, iv: [UInt8]) throws {
        precondition(iv.count == WEFLOW_IV_SIZE, "an IV has 16 bytes")
        let start = number == 1 ? WEFLOW_SALT_SIZE : 0
        let body = UnsafeMutableRawBufferPointer(start: page + start, count: WEFLOW_IV_OFFSET - start)
        if let software {
            body.copyBytes(
                from: try AES._CBC.encrypt(
                    UnsafeRawBufferPointer(body), using: software, iv: AES._CBC.IV(ivBytes: iv), noPadding: true))
        } else {
            let bytes = (page + start).assumingMemoryBound(to: UInt8.self)
            weflow_cbc_encrypt(cipher, schedule, iv, bytes, bytes, body.count / 16)
        }
        UnsafeMutableRawBufferPointer(start: page + WEFLOW_IV_OFFSET, count: WEFLOW_IV_SIZE).copyBytes(from: iv)
    }
}
