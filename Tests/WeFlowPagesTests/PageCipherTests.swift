import Testing

@testable import WeFlowPages

@Suite("Page cipher")
struct PageCipherTests {
    private let pageKey = SecretBytes((0..<32).map { UInt8($0) })
    private let salt = (0..<16).map { UInt8($0 * 3) }

    /// A page whose bytes differ from place to place.
    private func page(_ number: UInt32) -> [UInt8] {
        var page = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(number)) }
        if number == 1 { page.replaceSubrange(0..<16, with: Array("SQLite format 3\0".utf8)) }
        return page
    }

    private func sealed(_ number: UInt32, _ cipher: PageCipher) throws -> [UInt8] {
        var page = page(number)
        try page.withUnsafeMutableBytes { bytes in
            cipher.seal(try #require(bytes.baseAddress), number: number)
        }
        return page
    }

    private func opened(_ bytes: [UInt8], _ number: UInt32, _ cipher: PageCipher) -> [UInt8]? {
        var page = bytes
        let fits = page.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { cipher.open($0, number: number) } ?? false
        }
        return fits ? page : nil
    }

    @Test("an account key becomes the page key of the known vector")
    func derivesThePageKeyOfTheVector() {
        let key = PageCipher.derivePageKey(
            accountKey: SecretBytes([UInt8](repeating: 0xA1, count: 32)), salt: (0..<16).map { UInt8($0) })
        let hex = key.withUnsafeBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
        #expect(hex == "d8999413d083d47f96521905819bd773e8e00537c37dbbca11732a1192afeeae")
    }

    @Test("a sealed page opens to what it was", arguments: [1, 2, 255, 65_536, UInt32.max])
    func opensWhatItSealed(number: UInt32) throws {
        let cipher = PageCipher(pageKey: pageKey, salt: salt)
        let stored = try sealed(number, cipher)
        #expect(number != 1 || Array(stored[..<16]) == salt)
        let plain = try #require(opened(stored, number, cipher))
        #expect(plain[..<4016] == page(number)[..<4016])
    }

    @Test("a page is bound to its number")
    func refusesAPageInAnotherPlace() throws {
        let cipher = PageCipher(pageKey: pageKey, salt: salt)
        #expect(opened(try sealed(2, cipher), 3, cipher) == nil)
    }

    @Test("a flipped bit anywhere is refused", arguments: [UInt32(1), 7])
    func refusesAnyFlippedBit(number: UInt32) throws {
        let cipher = PageCipher(pageKey: pageKey, salt: salt)
        let stored = try sealed(number, cipher)
        // The first page's salt is not covered: it is what the keys are made of.
        for place in stride(from: number == 1 ? 16 : 0, to: 4096, by: 37) {
            var damaged = stored
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(opened(damaged, number, cipher) == nil, "byte \(place)")
        }
    }

    @Test("a page of zeros is not encrypted and stays")
    func passesZeros() {
        let cipher = PageCipher(pageKey: pageKey, salt: salt)
        let zeros = [UInt8](repeating: 0, count: 4096)
        #expect(opened(zeros, 5, cipher) == zeros)
    }

    @Test("a key fits its own database and no other")
    func testsAKeyByPageOne() throws {
        let stored = try sealed(1, PageCipher(pageKey: pageKey, salt: salt))
        stored.withUnsafeBytes { page in
            #expect(PageCipher.fits(pageKey: pageKey, firstPage: page))
            #expect(!PageCipher.fits(pageKey: SecretBytes([UInt8](repeating: 9, count: 32)), firstPage: page))
            #expect(!PageCipher.fits(pageKey: pageKey, firstPage: UnsafeRawBufferPointer(rebasing: page[..<100])))
        }
    }
}
