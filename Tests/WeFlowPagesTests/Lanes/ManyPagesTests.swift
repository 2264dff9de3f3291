import Testing

@testable import WeFlowPages

@Suite struct ManyPagesTests {
    private let cipher = PageCipher(pageKey: SecretBytes(PageSample.aesKey), salt: PageSample.salt)

    private func sealed(_ number: UInt32) -> [UInt8] {
        var page = PageSample.plain(number)
        page.withUnsafeMutableBytes { cipher.seal($0.baseAddress.unsafelyUnwrapped, number: number) }
        return page
    }

    @Test func `never uses an IV twice`() {
        let pages = (0..<8).map { _ in sealed(5) }
        #expect(Set(pages.map { Array($0[4016..<4032]) }).count == 8)
    }

    @Test(arguments: 0...19)
    func `opens many pages at once and says which do not fit`(_ count: Int) {
        var memory = (0..<count).flatMap { sealed(UInt32($0) + 1) }
        var expected = (0..<count).map { PageSample.plain(UInt32($0) + 1) }
        // Every third is a page of zeros, every fifth damaged.
        for i in 0..<count where i % 3 == 2 || i % 5 == 4 {
            let place = i * 4096..<i * 4096 + 4096
            if i % 5 == 4 {
                memory[i * 4096 + 100] ^= 1
            } else {
                memory.replaceSubrange(place, with: [UInt8](repeating: 0, count: 4096))
            }
            expected[i] = Array(memory[place])
        }
        let misfits = memory.withUnsafeMutableBytes { bytes in
            let pages = (0..<count).map { i in
                PageCipher.StoredPage(bytes: bytes.baseAddress.unsafelyUnwrapped + i * 4096, number: UInt32(i) + 1)
            }
            return pages.withUnsafeBufferPointer { cipher.open($0) }
        }
        #expect(misfits == (0..<count).filter { $0 % 5 == 4 })
        #expect(memory == expected.flatMap { $0 })
    }

    @Test func `derives several page keys as it derives one`() {
        let account = SecretBytes(PageSample.macKey)
        let salts = (0..<3).map { PageSample.bytes(16, seed: 60 + UInt64($0)) }
        let keys = PageCipher.derivePageKeys(accountKey: account, salts: salts).map { key in
            key.withUnsafeBytes { Array($0) }
        }
        let alone = PageCipher.derivePageKey(accountKey: account, salt: salts[2]).withUnsafeBytes { Array($0) }
        #expect(keys[2] == alone)
        #expect(Set(keys).count == 3)
    }
}
