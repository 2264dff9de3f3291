import Foundation
import TestSupport
import Testing

@testable import WeFlowPages

@Suite("Keys")
struct KeyTests {
    private static let digits = String(repeating: "a1", count: 32)
    private static let salt = String(repeating: "0f", count: 16)

    @Test(
        "a key is taken as people write it",
        arguments: [
            digits, digits.uppercased(), " \(digits)\n", "0x\(digits)", "0X\(digits)", "x'\(digits)'", "X'\(digits)'",
            "\"\(digits)\"", "\u{FEFF}\(digits)",
        ])
    func takesABareKey(text: String) throws {
        guard case .bare(let key) = try KeyMaterial.parse(text, origin: "--key") else {
            Issue.record("not taken as a bare key")
            return
        }
        #expect(key.withUnsafeBytes { $0.allSatisfy { $0 == 0xA1 } && $0.count == 32 })
    }

    @Test("96 digits are a page key and its salt", arguments: [digits + salt, "x'\(digits)\(salt)'"])
    func takesASaltedKey(text: String) throws {
        guard case .salted(let key, let salt) = try KeyMaterial.parse(text, origin: "--key") else {
            Issue.record("not taken as a salted key")
            return
        }
        #expect(key.count == 32)
        #expect(salt == [UInt8](repeating: 0x0F, count: 16))
    }

    @Test("a key map has paths in either spelling, salts, and keys bare or under a name")
    func takesAMap() throws {
        let text = """
            {"message\\\\message_0.db": {"enc_key": "\(Self.digits)"}, "C:/x/db_storage/contact/contact.db": "\(Self.digits)",
             "\(Self.salt)": "\(Self.digits)", "broken.db": {"enc_key": "zz"}}
            """
        guard case .map(let entries) = try KeyMaterial.parse(text, origin: "keys.json") else {
            Issue.record("not taken as a map")
            return
        }
        #expect(Set(entries.map { $0.path ?? "" }) == ["message/message_0.db", "contact/contact.db", ""])
        #expect(entries.contains { $0.salt == [UInt8](repeating: 0x0F, count: 16) })
    }

    @Test("a key file is of any encoding that shells and editors write", arguments: [true, false])
    func takesFiles(isMap: Bool) throws {
        let text = isMap ? "{\"message/message_0.db\":\r\n \"\(Self.digits)\"}\r\n" : "\(Self.digits)\r\n"
        let little = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let files = [
            Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little,
            big,
        ]
        for file in files {
            switch try KeyMaterial.parse(file: file, origin: "key.txt") {
            case .bare(let key): #expect(!isMap && key.count == 32)
            case .map(let entries): #expect(isMap && entries.map(\.path) == ["message/message_0.db"])
            default: Issue.record("not taken")
            }
        }
        for file in [[], [0], [0xFF], [0xFF, 0xFE], [0xFF, 0xFE, 0x61], [0x61, 0]] as [[UInt8]] {
            #expect(throws: WeFlowError.self) { try KeyMaterial.parse(file: file, origin: "key.txt") }
        }
    }

    @Test("a salt of a key map may have a mark of its account before it")
    func takesMarkedSalts() throws {
        let text = "{\"0123456789abcdef:\(Self.salt)\": \"\(Self.digits)\", \"C:contact.db\": \"\(Self.digits)\"}"
        guard case .map(let entries) = try KeyMaterial.parse(text, origin: "cache.json") else {
            Issue.record("not taken as a map")
            return
        }
        #expect(entries.map(\.salt) == [[UInt8](repeating: 0x0F, count: 16), nil])
        #expect(entries.map(\.path) == [nil, "C:contact.db"])
    }

    @Test(
        "what is no key is refused without being repeated",
        arguments: ["", "abc", String(repeating: "g1", count: 32), digits + "00", "{\"a\": 1}", "{nonsense"])
    func refusesOthers(text: String) throws {
        let error = #expect(throws: WeFlowError.self) { try KeyMaterial.parse(text, origin: "WEFLOW_KEY") }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains("WEFLOW_KEY") == true)
        #expect(text.count < 5 || error?.sentence.contains(text) == false)
    }

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
        try scratch.write(Array("weflow page keys 1\nnot sealed at all".utf8), to: "keys")
        let cache = KeyCache(path: path, key: userKey)
        let salt = [UInt8](repeating: 7, count: 16)
        #expect(cache.pageKey(salt: salt) == nil)
        cache.remember(SecretBytes([UInt8](repeating: 9, count: 32)), salt: salt)
        #expect(KeyCache(path: path, key: userKey).pageKey(salt: salt) != nil)
    }

    // MARK: Ring

    private func firstPage(_ pageKey: SecretBytes, salt: [UInt8]) throws -> [UInt8] {
        var page = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 1, count: 4080)
        try page.withUnsafeMutableBytes { bytes in
            try PageCipher(pageKey: pageKey, salt: salt).seal(try #require(bytes.baseAddress), number: 1)
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
