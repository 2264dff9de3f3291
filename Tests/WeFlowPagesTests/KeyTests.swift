import Foundation
import TestSupport
import Testing

@testable import WeFlowPages

@Suite("Keys")
struct KeyTests {
    @Test("secret bytes never show in a description")
    func hidesSecrets() {
        let secret = SecretBytes([1, 2, 3])
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("3"))
    }

    // MARK: Cache

    private let userKey = SecretBytes([UInt8](repeating: 5, count: 32))

    @Test("a remembered key is found by a later run with the same user key, and by no other")
    func remembersKeys() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("state/account/keys")
        let salt = [UInt8](repeating: 7, count: 16)
        KeyCache(path: path, key: userKey).remember(SecretBytes([UInt8](repeating: 9, count: 32)), salt: salt)
        #expect(KeyCache(path: path, key: userKey).pageKey(salt: salt) != nil)
        #expect(KeyCache(path: path, key: SecretBytes([UInt8](repeating: 6, count: 32))).pageKey(salt: salt) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let stored = try scratch.bytes(of: "state/account/keys")
        #expect(!stored.contains(Array(repeating: 9, count: 8)))
    }

    @Test("a damaged cache is rebuilt in silence")
    func rebuildsADamagedCache() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("keys")
        try scratch.write(Array("weflow page keys 2\nnot sealed at all".utf8), to: "keys")
        let cache = KeyCache(path: path, key: userKey)
        let salt = [UInt8](repeating: 7, count: 16)
        #expect(cache.pageKey(salt: salt) == nil)
        cache.remember(SecretBytes([UInt8](repeating: 9, count: 32)), salt: salt)
        #expect(KeyCache(path: path, key: userKey).pageKey(salt: salt) != nil)
    }

    @Test("what is sealed opens under its key and head alone, and not where a bit of it is another")
    func seals() {
        let (seal, head) = (KeySeal(userKey), Array("head".utf8))
        for length in [0, 16, 48, 480] {
            let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = seal.seal(SecretBytes(plain), behind: head)
            #expect(sealed.count == head.count + 16 + length + 64)
            #expect(sealed != seal.seal(SecretBytes(plain), behind: head))
            func opened(_ bytes: [UInt8], _ seal: KeySeal, _ head: [UInt8]) -> [UInt8]? {
                bytes.withUnsafeBytes { seal.open($0, behind: head) }.map { $0.withUnsafeBytes { Array($0) } }
            }
            #expect(opened(sealed, seal, head) == plain)
            #expect(opened(sealed, KeySeal(userKey), head) == plain)
            #expect(opened(sealed, KeySeal(SecretBytes([UInt8](repeating: 6, count: 32))), head) == nil)
            #expect(opened(sealed, seal, Array("heap".utf8)) == nil)
            for place in sealed.indices {
                var other = sealed
                other[place] ^= 1 << UInt8(place % 8)
                #expect(opened(other, seal, head) == nil, "byte \(place) of \(sealed.count)")
            }
            for count in 0..<sealed.count { #expect(opened(Array(sealed.prefix(count)), seal, head) == nil) }
        }
    }

    @Test("the file is the same in every version of this program")
    func staysTheSame() throws {
        // Made by Python's hmac and cryptography: Tests/Fixtures/cryptography.
        let line = try #require(try ReferenceVectors.lines("keys").first)
        let scratch = try ScratchFolder()
        try scratch.write(ReferenceVectors.bytes(hex: line[0]), to: "keys")
        let cache = KeyCache(path: scratch.file("keys"), key: userKey)
        for seed in [80, 81] as [UInt64] {
            let key = cache.pageKey(salt: ReferenceVectors.bytes(16, seed: seed))
            #expect(key?.withUnsafeBytes { Array($0) } == ReferenceVectors.bytes(32, seed: seed + 10))
        }
    }

    // MARK: Ring

    private func firstPage(_ pageKey: SecretBytes, salt: [UInt8]) throws -> [UInt8] {
        var page = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 1, count: 4080)
        try page.withUnsafeMutableBytes { bytes in
            PageCipher(pageKey: pageKey, salt: salt).seal(try #require(bytes.baseAddress), number: 1)
        }
        return page
    }

    private func open(_ ring: KeyRing, _ page: [UInt8], _ name: String = "message/message_0.db") throws(WeFlowError) {
        _ = try page.withUnsafeBytes { bytes in
            Result { () throws(WeFlowError) in try ring.cipher(for: name, firstPage: bytes) }
        }.get()
    }

    @Test("a bare key that fits as it is is a page key, and opens no other database")
    func tellsAPageKey() throws {
        let ring = KeyRing(.bare(userKey))
        try open(ring, firstPage(userKey, salt: [UInt8](repeating: 1, count: 16)))
        #expect(ring.form == .page)
        let other = try firstPage(SecretBytes([UInt8](repeating: 8, count: 32)), salt: [UInt8](repeating: 2, count: 16))
        let error = #expect(throws: WeFlowError.self) { try open(ring, other, "contact/contact.db") }
        #expect(error?.sentence.contains("contact/contact.db") == true)
    }

    @Test("a bare key that fits after the rounds is the account key; a page that then fails is damaged")
    func tellsAnAccountKey() throws {
        let salt = [UInt8](repeating: 3, count: 16)
        let page = try firstPage(PageCipher.derivePageKey(accountKey: userKey, salt: salt), salt: salt)
        let ring = KeyRing(.bare(userKey))
        try open(ring, page)
        #expect(ring.form == .account)
        var damaged = page
        damaged[100] ^= 1
        let error = #expect(throws: WeFlowError.self) { try open(ring, damaged) }
        #expect(error?.kind == .storeFailed)
    }

    @Test("keys of several databases are derived at once and then open them")
    func preparesSeveral() throws {
        let pages = try (1...3).map { number in
            let salt = [UInt8](repeating: UInt8(number), count: 16)
            return try firstPage(PageCipher.derivePageKey(accountKey: userKey, salt: salt), salt: salt)
        }
        let ring = KeyRing(.bare(userKey))
        ring.prepare(pages)
        #expect(ring.form == .account)
        for page in pages { try open(ring, page) }
        let wrong = KeyRing(.bare(SecretBytes([UInt8](repeating: 77, count: 32))))
        wrong.prepare(pages)
        #expect(wrong.form == .unknown)
    }

    @Test("a wrong key, no key and a key for another database each say what to do")
    func refusesWhatDoesNotFit() throws {
        let page = try firstPage(SecretBytes([UInt8](repeating: 8, count: 32)), salt: [UInt8](repeating: 4, count: 16))
        let rings: [(KeyRing, String)] = [
            (KeyRing(.bare(userKey)), "does not fit"), (KeyRing(.none), "WEFLOW_KEY"),
            (KeyRing(.salted(key: userKey, salt: [UInt8](repeating: 9, count: 16))), "another database"),
            (KeyRing(.map([])), "no key for"),
        ]
        for (ring, words) in rings {
            let error = #expect(throws: WeFlowError.self) { try open(ring, page) }
            #expect(error?.kind == .unavailable)
            #expect(error?.sentence.contains(words) == true)
        }
    }
}
