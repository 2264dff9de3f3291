import CPageLanes
import WeFlowCrypto

/// SQLCipher 4's page format with its default parameters (<doc:EncryptedPages>).
///
/// A page is 4096 bytes: ciphertext, 16 bytes of IV, 64 bytes of HMAC-SHA512 over all before it and the page number.
/// Every page is verified before a byte of it is decrypted. Several pages opened in one call share the CPU's vector
/// lanes and cost a third of what they cost one by one.
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

    /// How many pages are verified, then decrypted, together: as many as there are lanes at most, and few enough to
    /// stay in the first cache meanwhile.
    private static let group = 8

    /// The salt of the database this cipher is for.
    public let salt: [UInt8]
    private let mac: PageMAC
    private let aes: PageAES

    /// Makes the cipher of one database.
    ///
    /// - Parameters:
    ///   - pageKey: 32 bytes, the result of the rounds or a raw key.
    ///   - salt: the first 16 bytes of the database file.
    public init(pageKey: SecretBytes, salt: [UInt8]) {
        self.salt = salt
        mac = Self.mac(pageKey: pageKey, salt: salt)
        aes = PageAES(pageKey.withUnsafeBytes { AESKey($0) })
    }

    /// A page as stored, in memory where it is to be opened.
    public struct StoredPage {
        /// The 4096 bytes.
        public var bytes: UnsafeMutableRawPointer
        /// The page's number, from 1.
        public var number: UInt32

        /// Names a page in memory.
        public init(bytes: UnsafeMutableRawPointer, number: UInt32) {
            self.bytes = bytes
            self.number = number
        }
    }

    /// Verifies a page and decrypts it in place.
    ///
    /// The first page gets SQLite's magic in place of its salt, and every page zeros in place of IV and HMAC. A page of
    /// zeros is not encrypted and stays as it is.
    ///
    /// - Parameters:
    ///   - page: 4096 bytes as they lie in the file.
    ///   - number: the page's number, from 1.
    /// - Returns: false, with `page` untouched, where the HMAC does not fit.
    public func open(_ page: UnsafeMutableRawPointer, number: UInt32) -> Bool {
        var one = Self.lane(StoredPage(bytes: page, number: number))
        return withUnsafeMutablePointer(to: &one) { one in
            open(UnsafeMutableBufferPointer(start: one, count: 1))
                || one.pointee.verified != 0 || Self.isZero(page)
        }
    }

    /// Verifies pages and decrypts in place those that fit, as `open(_:number:)` does with each.
    ///
    /// - Parameter pages: any number of pages, none twice.
    /// - Returns: the positions in `pages` of those whose HMAC does not fit, which are untouched; empty as a rule.
    public func open(_ pages: UnsafeBufferPointer<StoredPage>) -> [Int] {
        var misfits: [Int] = []
        withUnsafeTemporaryAllocation(of: weflow_page.self, capacity: Self.group) { lanes in
            for start in stride(from: 0, to: pages.count, by: Self.group) {
                let some = UnsafeBufferPointer(rebasing: pages[start..<min(start + Self.group, pages.count)])
                for i in some.indices {
                    lanes.initializeElement(at: i, to: Self.lane(some[i]))
                }
                guard !open(UnsafeMutableBufferPointer(rebasing: lanes[..<some.count])) else { continue }
                for i in some.indices where lanes[i].verified == 0 && !Self.isZero(some[i].bytes) {
                    misfits.append(start + i)
                }
            }
        }
        return misfits
    }

    /// Encrypts a page in place and signs it, with a fresh random IV.
    ///
    /// - Parameters:
    ///   - page: 4096 bytes of which the last 80 are to be filled in.
    ///   - number: the page's number, from 1; the first page's magic gives way to the salt.
    public func seal(_ page: UnsafeMutableRawPointer, number: UInt32) {
        var generator = SystemRandomNumberGenerator()
        let random: (UInt64, UInt64) = (generator.next(), generator.next())
        let iv = withUnsafeBytes(of: random) { Array($0) }
        if number == 1 {
            page.copyMemory(from: salt, byteCount: Self.saltSize)
        }
        aes.encrypt(page, number: number, iv: iv)
        mac.sign(page, number: number)
    }

    /// Verifies, then decrypts what fits; true where every page did.
    private func open(_ pages: UnsafeMutableBufferPointer<weflow_page>) -> Bool {
        let allFit = mac.verify(pages)
        aes.decrypt(pages)
        return allFit
    }

    private static func lane(_ page: StoredPage) -> weflow_page {
        let bytes = page.bytes.assumingMemoryBound(to: UInt8.self)
        return weflow_page(sealed: bytes, plain: bytes, number: page.number, verified: 0)
    }

    private static func isZero(_ page: UnsafeRawPointer) -> Bool {
        UnsafeRawBufferPointer(start: page, count: pageSize).allSatisfy { $0 == 0 }
    }
}

extension PageCipher {
    /// Whether `pageKey` is the key of the database that begins with `firstPage` (<doc:KeyForms#Telling-them-apart>).
    ///
    /// - Parameters:
    ///   - pageKey: 32 bytes.
    ///   - firstPage: the 4096 bytes of page 1 as stored.
    /// - Returns: true where the HMAC of the page fits.
    public static func fits(pageKey: SecretBytes, firstPage: UnsafeRawBufferPointer) -> Bool {
        guard firstPage.count >= pageSize, let bytes = firstPage.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return false
        }
        let mac = mac(pageKey: pageKey, salt: Array(firstPage.prefix(saltSize)))
        var page = weflow_page(sealed: bytes, plain: nil, number: 1, verified: 0)
        return withUnsafeMutablePointer(to: &page) { mac.verify(UnsafeMutableBufferPointer(start: $0, count: 1)) }
    }

    /// Stretches an account key to the page key of the database with this salt: 256,000 rounds, about 0.1 s.
    ///
    /// - Parameters:
    ///   - accountKey: the 32 bytes that WeChat gives to `sqlite3_key`.
    ///   - salt: the first 16 bytes of the database file.
    /// - Returns: the 32-byte page key.
    public static func derivePageKey(accountKey: SecretBytes, salt: [UInt8]) -> SecretBytes {
        derivePageKeys(accountKey: accountKey, salts: [salt])[0]
    }

    /// Stretches an account key to the page keys of several databases side by side.
    ///
    /// Where the CPU has lanes for it, four keys take little longer than one.
    ///
    /// - Parameters:
    ///   - accountKey: the 32 bytes that WeChat gives to `sqlite3_key`.
    ///   - salts: of each database the first 16 bytes of its file.
    /// - Returns: the 32-byte page keys, in the order of `salts`.
    public static func derivePageKeys(accountKey: SecretBytes, salts: [[UInt8]]) -> [SecretBytes] {
        KeyDerivation.keys(accountKey, salts: salts, rounds: UInt32(rounds))
    }

    private static func mac(pageKey: SecretBytes, salt: [UInt8]) -> PageMAC {
        PageMAC(key: KeyDerivation.keys(pageKey, salts: [salt.map { $0 ^ 0x3A }], rounds: 2)[0])
    }
}
