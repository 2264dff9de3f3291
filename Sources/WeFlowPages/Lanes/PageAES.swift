import CPageLanes
import WeFlowCrypto

/// Pages through the AES-256 page key of one database (<doc:EncryptedPages>).
struct PageAES: Sendable {
    private let key: AESKey

    /// - Parameter key: a key of 32 bytes.
    init(_ key: AESKey) { self.key = key }

    /// Decrypts the pages that are marked `verified`, each from its `sealed` to its `plain`, and leaves the others.
    ///
    /// Page 1 gets SQLite's magic in place of the salt; the last 80 bytes of every page become zero.
    ///
    /// - Parameter pages: pages that `PageMAC.verify` has seen.
    func decrypt(_ pages: UnsafeMutableBufferPointer<weflow_page>) {
        weflow_decrypt_pages(key.cipher, key.schedule, pages.baseAddress, pages.count)
    }

    /// Encrypts a page in place, but for the salt of page 1, and puts the IV behind it.
    ///
    /// - Parameters:
    ///   - page: 4096 plain bytes; the last 64 stay as they are, for `PageMAC.sign`.
    ///   - number: the page's number, from 1.
    ///   - iv: 16 bytes that never served before.
    func encrypt(_ page: UnsafeMutableRawPointer, number: UInt32, iv: [UInt8]) {
        let start = number == 1 ? WEFLOW_SALT_SIZE : 0
        let body = UnsafeMutableRawBufferPointer(start: page + start, count: WEFLOW_IV_OFFSET - start)
        key.encryptCBC(UnsafeRawBufferPointer(body), iv: iv, into: body)
        UnsafeMutableRawBufferPointer(start: page + WEFLOW_IV_OFFSET, count: WEFLOW_IV_SIZE).copyBytes(from: iv)
    }
}
