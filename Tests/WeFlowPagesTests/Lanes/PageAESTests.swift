import CPageLanes
import TestSupport
import Testing
import WeFlowCrypto

@testable import WeFlowPages

@Suite struct PageAESTests {
    @Test func `plain C seals what others seal`() throws {
        let lines = try ReferenceVectors.lines("page")
        #expect(lines.count == 23)
        for line in lines {
            let number = try #require(UInt32(line[0]))
            #expect(HexDigits.text(SHA256.hash(PageSample.sealed(number))) == line[1], "page \(number)")
        }
    }

    @Test(arguments: PageSample.ciphers, PageSample.paths)
    func `opens what plain C sealed`(_ cipher: weflow_cipher, _ path: weflow_path) throws {
        let aes = PageSample.aes(cipher)
        let mac = PageSample.mac(path)
        let sealed = (1...9).map { (bytes: PageSample.sealed($0), number: UInt32($0)) }
        for slide in [0, 1, 15] {
            PageSample.withPages(sealed, slide: slide) { pages in
                #expect(mac.verify(pages))
                aes.decrypt(pages)
                for page in pages {
                    #expect(Array(UnsafeBufferPointer(start: page.plain, count: 4096)) == PageSample.plain(page.number))
                }
            }
        }
    }

    @Test(arguments: PageSample.ciphers)
    func `leaves the sealed page alone where the plain one goes elsewhere`(_ cipher: weflow_cipher) throws {
        let aes = PageSample.aes(cipher)
        for number: UInt32 in [1, 2] {
            let sealed = PageSample.sealed(number)
            PageSample.withPages([(sealed, number)]) { pages in
                var plain = [UInt8](repeating: 0xEE, count: 4098)
                plain.withUnsafeMutableBufferPointer { target in
                    pages[0].plain = target.baseAddress.map { $0 + 1 }
                    pages[0].verified = 1
                    aes.decrypt(pages)
                }
                #expect(plain == [0xEE] + PageSample.plain(number) + [0xEE])
                #expect(Array(UnsafeBufferPointer(start: pages[0].sealed, count: 4096)) == sealed)
            }
        }
    }

    @Test(arguments: PageSample.ciphers)
    func `never decrypts a page that is not verified`(_ cipher: weflow_cipher) throws {
        let aes = PageSample.aes(cipher)
        let sealed = (1...3).map { (bytes: PageSample.sealed($0), number: UInt32($0)) }
        PageSample.withPages(sealed) { pages in
            for i in pages.indices { pages[i].verified = i == 1 ? 1 : 0 }
            aes.decrypt(pages)
            let now = pages.map { Array(UnsafeBufferPointer(start: $0.plain, count: 4096)) }
            #expect(now == [sealed[0].bytes, PageSample.plain(2), sealed[2].bytes])
        }
    }

    @Test(arguments: PageSample.ciphers)
    func `seals what plain C seals`(_ cipher: weflow_cipher) throws {
        let aes = PageSample.aes(cipher)
        for number: UInt32 in [1, 2, 70_000] {
            let expected = PageSample.sealed(number)
            var page = PageSample.plain(number)
            page.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                aes.encrypt(base, number: number, iv: Array(expected[4016..<4032]))
            }
            let salt = number == 1 ? 16 : 0
            #expect(page[salt..<4032] == expected[salt..<4032])
            #expect(page[..<salt] == PageSample.plain(number)[..<salt])
        }
    }
}
